"""Items of QTI of our own, in the shapes that editors and the examples of the standard have."""

import io
import zipfile

V21 = "http://www.imsglobal.org/xsd/imsqti_v2p1"
V30 = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates"
SCORE = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
MATCH = f'<responseProcessing template="{TEMPLATES}/match_correct"/>'
MAP = f'<responseProcessing template="{TEMPLATES}/map_response"/>'


def item(
    declared: str, body: str, rules: str = MATCH, *, after: str = "", space: str = V21
) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="{space}" identifier="thu" title="Thử" adaptive="false" timeDependent="false">
{declared}
{SCORE}
<itemBody>
{body}
</itemBody>
{rules}
{after}
</assessmentItem>""".encode()


def declared(
    *values: str,
    cardinality: str = "single",
    base_type: str = "identifier",
    mapping: str = "",
    identifier: str = "RESPONSE",
) -> str:
    right = "".join(f"<value>{value}</value>" for value in values)
    return (
        f'<responseDeclaration identifier="{identifier}" cardinality="{cardinality}" '
        f'baseType="{base_type}"><correctResponse>{right}</correctResponse>{mapping}'
        "</responseDeclaration>"
    )


def mapped(entries: dict[str, str], attributes: str = 'defaultValue="0"') -> str:
    made = "".join(f'<mapEntry mapKey="{k}" mappedValue="{v}"/>' for k, v in entries.items())
    return f"<mapping {attributes}>{made}</mapping>"


def choice(choices: dict[str, str], attributes: str = 'shuffle="true" maxChoices="1"') -> str:
    made = "".join(
        f'<simpleChoice identifier="{key}">{text}</simpleChoice>' for key, text in choices.items()
    )
    return (
        f'<choiceInteraction responseIdentifier="RESPONSE" {attributes}>'
        f"<prompt>Bà Năm nên làm gì?</prompt>{made}</choiceInteraction>"
    )


CHOICE = item(
    declared("B"),
    '<p>Có một tin\n     nhắn lạ.</p><p><img src="anh.png" alt="Tin nhắn"/></p>'
    + choice({"A": "Bấm vào", "B": "Gọi <b>công an</b>", "C": "Chuyển tiếp"}),
)
NEW = f"""<qti-assessment-item xmlns="{V30}" identifier="moi" title="Mới" time-dependent="false">
  <qti-response-declaration identifier="RESPONSE" cardinality="multiple" base-type="directedPair">
    <qti-correct-response>
      <qti-value>A X</qti-value>
      <qti-value>B Y</qti-value>
      <qti-value>C Y</qti-value>
    </qti-correct-response>
    <qti-mapping default-value="0">
      <qti-map-entry map-key="A X" mapped-value="1"/>
      <qti-map-entry map-key="B Y" mapped-value="0.5"/>
      <qti-map-entry map-key="C Y" mapped-value="0.5"/>
    </qti-mapping>
  </qti-response-declaration>
  <qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
  <qti-item-body>
    <qti-match-interaction response-identifier="RESPONSE" shuffle="true" max-associations="3">
      <qti-prompt>Ghép món với mùa.</qti-prompt>
      <qti-simple-match-set>
        <qti-simple-associable-choice identifier="A" match-max="1">Vải</qti-simple-associable-choice>
        <qti-simple-associable-choice identifier="B" match-max="1">Cam</qti-simple-associable-choice>
        <qti-simple-associable-choice identifier="C" match-max="1">Bưởi</qti-simple-associable-choice>
      </qti-simple-match-set>
      <qti-simple-match-set>
        <qti-simple-associable-choice identifier="X" match-max="4">Hè</qti-simple-associable-choice>
        <qti-simple-associable-choice identifier="Y" match-max="4">Đông</qti-simple-associable-choice>
        <qti-simple-associable-choice identifier="Z" match-max="4">Xuân</qti-simple-associable-choice>
      </qti-simple-match-set>
    </qti-match-interaction>
  </qti-item-body>
  <qti-response-processing
    template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response.xml"/>
</qti-assessment-item>""".encode()

# The manner of an editor: the score is added up, and feedback hangs on a word for the outcome.
EDITED_NUMBER = item(
    declared("4.136", base_type="float"),
    "<p>Tỉnh ta có bao nhiêu người?</p><div>"
    '<textEntryInteraction responseIdentifier="RESPONSE"/> triệu</div>',
    """<responseProcessing>
 <responseCondition><responseIf>
  <equal toleranceMode="relative" tolerance="5.0 5.0">
   <variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></equal>
  <setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/>
   <baseValue baseType="float">1.0</baseValue></sum></setOutcomeValue>
  <setOutcomeValue identifier="STATE"><baseValue baseType="identifier">ok</baseValue>
  </setOutcomeValue>
 </responseIf><responseElse>
  <setOutcomeValue identifier="STATE"><baseValue baseType="identifier">no</baseValue>
  </setOutcomeValue>
 </responseElse></responseCondition>
 <responseCondition><responseIf>
  <and><match><baseValue baseType="identifier">ok</baseValue><variable identifier="STATE"/></match>
  </and>
  <setOutcomeValue identifier="SAID"><multiple><variable identifier="SAID"/>
   <baseValue baseType="identifier">F1</baseValue></multiple></setOutcomeValue>
 </responseIf></responseCondition>
 <responseCondition><responseIf>
  <not><match><baseValue baseType="identifier">ok</baseValue><variable identifier="STATE"/></match>
  </not>
  <setOutcomeValue identifier="SAID"><multiple><variable identifier="SAID"/>
   <baseValue baseType="identifier">F2</baseValue></multiple></setOutcomeValue>
 </responseIf></responseCondition>
</responseProcessing>""",
    after='<modalFeedback identifier="F1" outcomeIdentifier="SAID" showHide="show">Đúng.'
    "</modalFeedback>"
    '<modalFeedback identifier="F2" outcomeIdentifier="SAID" showHide="show">Sai.</modalFeedback>',
)


def manifest(
    *paths: str, tests: tuple[str, ...] = (), metadata: str = "", version: str = "2p1"
) -> str:
    resources = "".join(
        f'<resource identifier="R{n}" type="imsqti_item_xmlv{version}" href="{path}">'
        f'{metadata}<file href="{path}"/></resource>'
        for n, path in enumerate(paths)
    )
    resources += "".join(
        f'<resource identifier="T{n}" type="imsqti_test_xmlv{version}" href="{path}"/>'
        for n, path in enumerate(tests)
    )
    return (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="M">'
        f"<organizations/><resources>{resources}</resources></manifest>"
    )


def package(files: dict[str, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()
