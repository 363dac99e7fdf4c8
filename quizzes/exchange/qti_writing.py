"""Questions as a package of QTI: a manifest, a test, an item each, the pictures.

What QTI has no word for (hints, units, wildcards, how a text was marked up) stands in the manifest's
metadata of the item, in a namespace of our own that other systems pass over. See `Rest`.
"""

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from lxml import etree

from quizzes.exchange import qti_reading
from quizzes.exchange.parsed import Parsed
from quizzes.exchange.qti_items import NotRead
from quizzes.exchange.qti_making import HTML, Maker
from quizzes.exchange.qti_rest import rest_of
from quizzes.exchange.qti_rules import TEMPLATES, clean, element
from quizzes.exchange.qti_xml import OWN, parse
from quizzes.exchange.texts import picture_ending, unfit

Version = Literal["2.1", "3.0"]
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LOM = "http://ltsc.ieee.org/xsd/LOM"
DATE = (
    2000,
    1,
    1,
    0,
    0,
    0,
)  # of every file in the zip, so that the same questions give the same bytes
DIFFICULTIES = {1: "easy", 2: "medium", 3: "difficult"}

NAMES: dict[str, dict[str, str]] = {
    "2.1": {
        "item": "http://www.imsglobal.org/xsd/imsqti_v2p1",
        "item_schema": "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1p2.xsd",
        "manifest": "http://www.imsglobal.org/xsd/imscp_v1p1",
        "manifest_schema": "http://www.imsglobal.org/xsd/qti/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd",
        "schema": "QTIv2.1 Package",
        "schemaversion": "1.0.0",
        "item_type": "imsqti_item_xmlv2p1",
        "test_type": "imsqti_test_xmlv2p1",
        "templates": TEMPLATES,
        "template_ending": "",
    },
    "3.0": {
        "item": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
        "item_schema": "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd",
        "manifest": "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
        "manifest_schema": "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/"
        "imsqtiv3p0_imscpv1p2_v1p0.xsd",
        "schema": "QTI Package",
        "schemaversion": "3.0.0",
        "item_type": "imsqti_item_xmlv3p0",
        "test_type": "imsqti_test_xmlv3p0",
        "templates": "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/",
        "template_ending": ".xml",
    },
}


def write(questions: Sequence[Parsed], *, version: Version) -> bytes:
    """Return a package of QTI. The same questions give the same bytes."""
    names = NAMES[version]
    files: dict[str, bytes] = {}
    addresses: dict[str, str] = {}
    for question in questions:
        for key, raw in question.pictures.items():
            if not unfit(raw):
                addresses[key] = f"images/{key}.{picture_ending(raw)}"
                files[addresses[key]] = raw
    resources = []
    for number, question in enumerate(questions, start=1):
        identifier, path = f"Q{number:04}", f"items/q{number:04}.xml"
        item = _item(question, identifier, addresses)
        files[path] = _bytes(item, version)
        rest = rest_of(question, _read_back(files[path], path, files))
        used = [addresses[key] for key in question.pictures if key in addresses]
        resources.append(_resource(question, identifier, path, names, rest=rest, used=used))
    files["test.xml"] = _bytes(_test(questions), version)
    resources.insert(0, _test_resource(names, len(questions)))
    resources += [_picture_resource(path) for path in sorted(addresses.values())]
    files["imsmanifest.xml"] = _manifest(resources, names)
    return _zip(files)


def _item(question: Parsed, identifier: str, addresses: Mapping[str, str]) -> etree._Element:
    def address(key: str) -> str:
        return f"../{addresses[key]}" if key in addresses else f"picture:{key}"

    return Maker(question, address).make(identifier=identifier, title=question.name or identifier)


def _read_back(raw: bytes, path: str, files: Mapping[str, bytes]) -> Parsed | None:
    """Return what a stranger's reader would make of the item; None if it makes nothing of it."""
    try:
        return qti_reading.read_item(parse(raw), resolve=resolver(path, files.get))
    except NotRead:
        return None


def resolver(path: str, find: Callable[[str], bytes | None]) -> Callable[[str], bytes | None]:
    """Return a function that finds the file that an address in the file `path` means."""
    folder = path.rpartition("/")[0]

    def resolve(address: str) -> bytes | None:
        parts = folder.split("/") if folder else []
        for part in address.split("/"):
            if part == ".." and parts:
                parts.pop()
            elif part not in ("", ".", ".."):
                parts.append(part)
        return find("/".join(parts)) or find(address)

    return resolve


# ── The names of a version ──────────────────────────────────────────────────────────────────────


def _bytes(root: etree._Element, version: Version) -> bytes:
    """Return a tree with the names of 2.1 as a file of a version."""
    names = NAMES[version]
    tree = _named(root, names["item"], is_new=version == "3.0")
    tree.set(f"{{{XSI}}}schemaLocation", f"{names['item']} {names['item_schema']}")
    if version == "3.0":
        _as_new(tree, names["item"])
    for rules in tree.iter("{*}responseProcessing", "{*}qti-response-processing"):
        if template := rules.get("template"):
            name = template.removeprefix(TEMPLATES)
            rules.set("template", f"{names['templates']}{name}{names['template_ending']}")
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")


def _named(
    element_: etree._Element, namespace: str, *, is_new: bool, outermost: bool = True
) -> etree._Element:
    tag = str(element_.tag)
    attributes = {str(key): str(value) for key, value in element_.attrib.items()}
    if is_new and tag not in HTML:
        tag = f"qti-{_hyphenated(tag)}"
        attributes = {_hyphenated(key): value for key, value in attributes.items()}
    spaces = _spaces(namespace) if outermost else None
    made = etree.Element(f"{{{namespace}}}{tag}", attributes, nsmap=spaces)
    made.text, made.tail = element_.text, element_.tail
    made.extend([_named(part, namespace, is_new=is_new, outermost=False) for part in element_])
    return made


def _spaces(namespace: str) -> Any:
    return {None: namespace, "xsi": XSI}


def _hyphenated(name: str) -> str:
    return re.sub(r"([A-Z])", lambda match: f"-{match[1].lower()}", name)


def _as_new(tree: etree._Element, namespace: str) -> None:
    """Do what 3.0 wants otherwise than 2.1, beside the names."""
    for said in tree.iter(f"{{{namespace}}}qti-modal-feedback"):
        inside = etree.Element(f"{{{namespace}}}qti-content-body")
        inside.text, said.text = said.text, None
        inside.extend(list(said))
        said.append(inside)
    for picture in tree.iter(f"{{{namespace}}}object"):
        picture.tag = f"{{{namespace}}}img"
        picture.set("src", picture.attrib.pop("data"))
        del picture.attrib["type"]
        picture.set("alt", "")


# ── The test and the manifest ───────────────────────────────────────────────────────────────────


def _test(questions: Sequence[Parsed]) -> etree._Element:
    """Return a test whose sections are the categories; those without one stand in a hidden section."""
    part = element(
        "testPart",
        {"identifier": "PART", "navigationMode": "nonlinear", "submissionMode": "individual"},
    )
    open_: list[tuple[str, etree._Element]] = []
    count = 0
    for number, question in enumerate(questions, start=1):
        path = question.category or ("",)
        shared = 0
        while shared < min(len(open_), len(path)) and open_[shared][0] == path[shared]:
            shared += 1
        del open_[shared:]
        for title in path[shared:]:
            count += 1
            seen = {"visible": str(bool(question.category)).lower()}
            attributes = {"identifier": f"S{count:04}", "title": clean(title), **seen}
            section = element("assessmentSection", attributes)
            (open_[-1][1] if open_ else part).append(section)
            open_.append((title, section))
        reference = {"identifier": f"Q{number:04}", "href": f"items/q{number:04}.xml"}
        open_[-1][1].append(element("assessmentItemRef", reference))
    if not questions:
        part.append(
            element("assessmentSection", {"identifier": "S0001", "title": "", "visible": "false"})
        )
    return element("assessmentTest", {"identifier": "TEST", "title": "Kỹ năng số"}, part)


def _test_resource(names: Mapping[str, str], count: int) -> etree._Element:
    made = element(
        "resource", {"identifier": "TEST", "type": names["test_type"], "href": "test.xml"}
    )
    made.append(element("file", {"href": "test.xml"}))
    made.extend([element("dependency", {"identifierref": f"Q{n:04}"}) for n in range(1, count + 1)])
    return made


def _picture_resource(path: str) -> etree._Element:
    attributes = {"identifier": _picture_name(path), "type": "webcontent", "href": path}
    return element("resource", attributes, element("file", {"href": path}))


def _picture_name(path: str) -> str:
    return "P" + path.rpartition("/")[2].partition(".")[0]


def _resource(
    question: Parsed,
    identifier: str,
    path: str,
    names: Mapping[str, str],
    *,
    rest: Mapping[str, Any],
    used: Sequence[str],
) -> etree._Element:
    attributes = {"identifier": identifier, "type": names["item_type"], "href": path}
    made = element("resource", attributes)
    metadata = element("metadata")
    if (lom := _lom(question)) is not None:
        metadata.append(lom)
    if rest:
        own = etree.Element(f"{{{OWN}}}rest", nsmap={"kns": OWN})
        own.text = json.dumps(rest, ensure_ascii=True, sort_keys=True)
        metadata.append(own)
    if len(metadata):
        made.append(metadata)
    made.append(element("file", {"href": path}))
    names_ = sorted({_picture_name(one) for one in used})
    made.extend([element("dependency", {"identifierref": name}) for name in names_])
    return made


def _lom(question: Parsed) -> etree._Element | None:
    """Return the tags and the difficulty as learning object metadata."""

    def part(tag: str, *parts: etree._Element, text: str | None = None) -> etree._Element:
        made = etree.Element(f"{{{LOM}}}{tag}")
        made.text = text
        made.extend(parts)
        return made

    parts = []
    if question.tags:
        tags = [part("keyword", part("string", text=clean(tag))) for tag in question.tags]
        parts.append(part("general", *tags))
    if question.difficulty in DIFFICULTIES:
        said = (
            part("source", text="LOMv1.0"),
            part("value", text=DIFFICULTIES[question.difficulty]),
        )
        parts.append(part("educational", part("difficulty", *said)))
    if not parts:
        return None
    lom = etree.Element(f"{{{LOM}}}lom", nsmap={"imsmd": LOM})
    lom.extend(parts)
    return lom


def _manifest(resources: Sequence[etree._Element], names: Mapping[str, str]) -> bytes:
    root = element("manifest", {"identifier": "MANIFEST"})
    said = [element(key, text=names[key]) for key in ("schema", "schemaversion")]
    root.append(element("metadata", {}, *said))
    root.append(element("organizations"))
    root.append(element("resources", {}, *resources))
    for part in root.iter():
        if isinstance(part.tag, str) and not part.tag.startswith("{"):
            part.tag = f"{{{names['manifest']}}}{part.tag}"
    made = etree.Element(root.tag, {"identifier": "MANIFEST"}, nsmap=_spaces(names["manifest"]))
    made.set(f"{{{XSI}}}schemaLocation", f"{names['manifest']} {names['manifest_schema']}")
    made.extend(list(root))
    etree.cleanup_namespaces(made, keep_ns_prefixes=["xsi", "imsmd", "kns"])
    return etree.tostring(made, xml_declaration=True, encoding="UTF-8", pretty_print=False)


def _zip(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return made.getvalue()
