"""QTI 1.2, which Canvas and others still write: its items are put into the words of 2.1 and read there.

Choices, short answers and numbers go; essays, uploads, matchings and texts with several menus do not.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from quizzes.exchange.parsed import Left, Parsed, Read, Refused
from quizzes.exchange.qti_items import NotRead, points
from quizzes.exchange.qti_reading import read_item
from quizzes.exchange.qti_rules import base_value, element, variable
from quizzes.exchange.qti_xml import child, children, line, number, raw_text, text_of
from quizzes.exchange.texts import MOST_TAGS, one_line

RESPONSE = "RESPONSE"
COMPARED = {"vargte": "gte", "vargt": "gt", "varlte": "lte", "varlt": "lt"}
NUMBERS = ("decimal", "integer", "scientific", "float")
NUMBER_TYPES = ("numerical_question", "cc.numerical")


def read_root(root: etree._Element, *, resolve: Callable[[str], bytes | None]) -> Read:
    """Return the questions of a file of QTI 1.2; the title of the test is their category."""
    if root.tag != "questestinterop":
        raise Refused(_("This is no file of QTI."))
    questions: list[Parsed] = []
    left: list[Left] = []
    for item, category in _items(root, ()):
        fields = _fields(item)
        kind = fields.get("question_type") or fields.get("cc_profile") or "item"
        try:
            question = read_item(_in_new_words(item, fields), resolve=resolve)
        except NotRead as error:
            what = kind if kind != "item" else error.what
            left.append(Left(line(item), f"{_title(item)} ({what})", error.why))
            continue
        content = {key: value for key, value in question.content.items() if key != "points"}
        full = number(fields.get("points_possible") or fields.get("cc_weighting"))
        content |= points(full or Fraction(1))
        questions.append(replace(question, content=content, line=line(item), category=category))
    return Read(tuple(questions), tuple(left))


def _items(
    element_: etree._Element, path: tuple[str, ...]
) -> Iterator[tuple[etree._Element, tuple[str, ...]]]:
    for part in children(element_):
        if part.tag == "item":
            yield part, path
        elif part.tag in ("assessment", "section", "objectbank"):
            title = one_line(part.get("title", ""))
            yield from _items(part, (*path, title) if title else path)


def _title(item: etree._Element) -> str:
    return one_line(item.get("title") or item.get("ident") or "")


def _fields(item: etree._Element) -> dict[str, str]:
    found = {}
    for pair in item.iter("qtimetadatafield"):
        label = text_of(child(pair, "fieldlabel")).lower()
        found[label] = text_of(child(pair, "fieldentry"))
    return found


def _in_new_words(item: etree._Element, fields: Mapping[str, str]) -> etree._Element:
    """Return an item of 1.2 as one of 2.1. Raises NotRead."""
    presentation = child(item, "presentation")
    if presentation is None:
        raise NotRead("item", _("Nothing is asked here."), line(item))
    asked = [
        one for one in presentation.iter() if str(one.tag).startswith(("response_", "render_"))
    ]
    responses = [
        one for one in asked if one.tag in ("response_lid", "response_str", "response_num")
    ]
    if len(responses) != 1 or fields.get("question_type") == "essay_question":
        why = _("The bank has no type of question for it.")
        raise NotRead(str(item.tag), why, line(item))
    response = responses[0]
    if not any(True for rule in item.iter("setvar")):
        raise NotRead("resprocessing", _("No answer to it is right."), line(item))
    root = element("assessmentItem", {"title": _title(item)})
    body = element("itemBody")
    body.append(_material(presentation, "div"))
    if response.tag == "response_lid":
        several = response.get("rcardinality", "Single").lower() == "multiple"
        base_type, interaction = "identifier", _choices(response, several=several)
    else:
        several = False
        render = next(response.iter("render_fib"), None)
        typed = "" if render is None else render.get("fibtype", "").lower()
        kinds = (fields.get("question_type"), fields.get("cc_profile"))
        is_number = typed in NUMBERS or bool(set(kinds) & set(NUMBER_TYPES))
        base_type = "float" if is_number else "string"
        blank = element("textEntryInteraction", {"responseIdentifier": RESPONSE})
        interaction = element("p", {}, blank)
    body.append(interaction)
    declared = {
        "identifier": RESPONSE,
        "cardinality": "multiple" if several else "single",
        "baseType": base_type,
    }
    declaration = element("responseDeclaration", declared)
    if several:
        declaration.append(_correct(item))
    root.append(declaration)
    root.append(_rules(item, base_type=base_type, several=several))
    root.append(body)
    root.extend(_feedbacks(item))
    made: Any
    for made in root.iter():
        made.sourceline = line(item)
    return root


# ── Texts ───────────────────────────────────────────────────────────────────────────────────────


def _material(holder: etree._Element, tag: str, attributes: Mapping[str, str] | None = None) -> Any:
    """Return the texts and pictures of an element, but not those of its responses."""
    made = element(tag, attributes)
    for part in _texts(holder):
        if part.tag == "matimage":
            source = part.get("uri") or part.get("entityref") or ""
            made.append(element("img", {"src": source, "alt": part.get("label", "")}))
        elif part.get("texttype", "").lower() in ("text/html", "text/xhtml") or len(part):
            made.append(_html(part))
        else:
            made.append(element("p", text=text_of(part)))
    return made


def _texts(holder: etree._Element) -> Iterator[etree._Element]:
    for part in children(holder):
        if part.tag in ("mattext", "matemtext", "matimage"):
            yield part
        elif not str(part.tag).startswith(("response_", "render_")):
            yield from _texts(part)


def _html(part: etree._Element) -> etree._Element:
    text = raw_text(part)
    if text.count("<") > MOST_TAGS:
        raise NotRead("mattext", _("A text has more than 3,000 HTML tags."), line(part))
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    tree = etree.fromstring(f"<div>{text}</div>", parser)
    found = None if tree is None else tree.find(".//div")
    return element("p", text=text) if found is None else found


def _choices(response: etree._Element, *, several: bool) -> etree._Element:
    render = next(response.iter("render_choice"), None)
    if render is None:
        why = _("The bank has no type of question for it.")
        raise NotRead("response_lid", why, line(response))
    made = element(
        "choiceInteraction",
        {
            "responseIdentifier": RESPONSE,
            "maxChoices": "0" if several else "1",
            "shuffle": str(render.get("shuffle", "yes").lower() != "no").lower(),
        },
    )
    for label in render.iter("response_label"):
        made.append(_material(label, "simpleChoice", {"identifier": label.get("ident", "")}))
    return made


def _feedbacks(item: etree._Element) -> list[etree._Element]:
    made = []
    for feedback in children(item, "itemfeedback"):
        name = feedback.get("ident", "")
        said = {"identifier": _told(name), "outcomeIdentifier": "FEEDBACK"}
        made.append(_material(feedback, "modalFeedback", said))
    return made


def _told(name: str) -> str:
    """Return the name of a feedback: that of its choice, where it is made of it."""
    return name.removesuffix("_fb")


# ── Rules ───────────────────────────────────────────────────────────────────────────────────────


def _rules(item: etree._Element, *, base_type: str, several: bool) -> etree._Element:
    made = element("responseProcessing")
    for condition in item.iter("respcondition"):
        tests = child(condition, "conditionvar")
        branch = element("responseIf")
        branch.append(_all(tests, base_type, several))
        for act in children(condition, "setvar", "displayfeedback"):
            branch.append(_act(act))
        if condition.get("continue", "No").lower() != "yes":
            branch.append(element("exitResponse"))
        made.append(element("responseCondition", {}, branch))
    return made


def _correct(item: etree._Element) -> etree._Element:
    """Return the choices that are right: those that conditions with a gain ask for."""
    found: dict[str, None] = {}
    for condition in item.iter("respcondition"):
        if any((number(text_of(act)) or 0) > 0 for act in children(condition, "setvar")):
            for test in condition.iter("varequal"):
                if not any(up.tag == "not" for up in test.iterancestors()):
                    found[text_of(test)] = None
    return element("correctResponse", {}, *(element("value", text=key) for key in found))


def _act(act: etree._Element) -> etree._Element:
    if act.tag == "displayfeedback":
        told = base_value(_told(act.get("linkrefid", "")), "identifier")
        value = element("multiple", {}, variable("FEEDBACK"), told)
        return element("setOutcomeValue", {"identifier": "FEEDBACK"}, value)
    value = base_value(text_of(act), "float")
    how = act.get("action", "Set").lower()
    if how in ("add", "subtract"):
        operator = "sum" if how == "add" else "subtract"
        value = element(operator, {}, variable("SCORE"), value)
    return element("setOutcomeValue", {"identifier": "SCORE"}, value)


def _all(tests: etree._Element | None, base_type: str, several: bool) -> etree._Element:
    """Return what must hold. Several texts side by side are alternatives, whatever the standard says."""
    parts = [] if tests is None else [_test(t, base_type, several) for t in children(tests)]
    if not parts:
        return base_value("true", "boolean")
    if len(parts) == 1:
        return parts[0]
    ranges = any(part.tag in COMPARED.values() for part in parts)
    return element("and" if ranges or base_type == "identifier" else "or", {}, *parts)


def _test(test: etree._Element, base_type: str, several: bool) -> etree._Element:
    tag = str(test.tag)
    if tag in ("and", "or", "not"):
        parts = [_test(part, base_type, several) for part in children(test)]
        if tag == "not" and len(parts) > 1:
            parts = [element("or", {}, *parts)]
        return element(tag, {}, *parts)
    if tag in ("other", "unanswered"):
        null = element("isNull", {}, variable(RESPONSE))
        return base_value("true", "boolean") if tag == "other" else null
    value = base_value(text_of(test), base_type)
    if tag in COMPARED:
        return element(COMPARED[tag], {}, variable(RESPONSE), value)
    if tag != "varequal":
        why = _("How answers are marked (%(what)s) was not read; right is what is declared.")
        raise NotRead(tag, why % {"what": tag}, line(test))
    if several:
        return element("member", {}, value, variable(RESPONSE))
    if base_type == "string":
        exact = test.get("case", "No").lower() == "yes"
        case = {"caseSensitive": "true"} if exact else {"caseSensitive": "false"}
        return element("stringMatch", case, variable(RESPONSE), value)
    return element("match", {}, variable(RESPONSE), value)
