"""The response processing of an item that we write: a template where one will do, else conditions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

from lxml import etree

TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"
MARKER = re.compile(r"\[\[(\d{1,3})\]\]")  # where a gap of a text stands
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(
    tag: str,
    attributes: Mapping[str, str] | None = None,
    *children: etree._Element,
    text: str | None = None,
) -> etree._Element:
    """Return an element with attributes, children and text."""
    made = etree.Element(tag, dict(attributes or {}))
    made.text = text
    made.extend(children)
    return made


def number_text(value: Fraction) -> str:
    """Return a number as a decimal: exactly where that can be, else to what a float holds."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        value = Fraction(repr(float(value)))
    with localcontext(prec=80):
        text = format(Decimal(value.numerator) / Decimal(value.denominator), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def clean(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return NOT_IN_XML.sub("", text)


def mapping(
    entries: Iterable[tuple[str, str]],
    *,
    bounds: tuple[str, str] | None = None,
    exact: bool | None = None,
) -> etree._Element:
    """Return what each response earns, with the bounds of their sum; all others earn nothing."""
    attributes = {} if bounds is None else {"lowerBound": bounds[0], "upperBound": bounds[1]}
    made = element("mapping", {**attributes, "defaultValue": "0"})
    for key, value in entries:
        case = {} if exact is None else {"caseSensitive": str(exact).lower()}
        made.append(element("mapEntry", {"mapKey": key, "mappedValue": value, **case}))
    return made


def variable(identifier: str) -> etree._Element:
    """Return a reference to what a variable holds."""
    return element("variable", {"identifier": identifier})


def base_value(text: str, base_type: str) -> etree._Element:
    """Return a value of a base type, as rules compare it."""
    return element("baseValue", {"baseType": base_type}, text=text)


def _set(identifier: str, value: etree._Element) -> etree._Element:
    return element("setOutcomeValue", {"identifier": identifier}, value)


def _add(outcome: str, name: str) -> etree._Element:
    return _set(outcome, element("multiple", {}, variable(outcome), base_value(name, "identifier")))


def _if(test: etree._Element, *rules: etree._Element) -> etree._Element:
    return element("responseCondition", {}, element("responseIf", {}, test, *rules))


class Rules:
    """Collects how an item is marked and what is said, and writes it down at the end."""

    def __init__(self, points: Fraction):
        self.points = points
        self.feedbacks: list[etree._Element] = []
        self.matched = False
        self.mapped: list[str] = []
        self.by_correct = False
        self.chains: list[etree._Element] = []
        self.told: list[etree._Element] = []
        self.tells_choice = False
        self.all_told: list[str] = []
        self.names: dict[str, None] = {}

    def match(self) -> None:
        """Everything for the right answer, nothing for any other."""
        self.matched = self.by_correct = True

    def map(self, identifier: str, *, by_correct: bool = False) -> None:
        """Add what the mapping says. `by_correct`: right is who gives the declared answer."""
        self.mapped.append(identifier)
        self.by_correct = by_correct

    def compare(self, identifier: str, branches: Sequence[tuple[etree._Element, str, str]]) -> str:
        """Add the score of the first test that holds; return where its feedback is kept."""
        outcome = self._outcome(identifier)
        condition = element("responseCondition")
        for place, (test, score, name) in enumerate(branches):
            value = element("sum", {}, variable("SCORE"), base_value(score, "float"))
            rules = [_set("SCORE", value)]
            if name:
                self.names[outcome] = None
                rules.append(_add(outcome, name))
            tag = "responseElseIf" if place else "responseIf"
            condition.append(element(tag, {}, test, *rules))
        self.chains.append(condition)
        return outcome

    def tell_choice(self) -> None:
        """Say to each choice that was made what belongs to it."""
        self.names["FEEDBACK"] = None
        self.tells_choice = True

    def tell_gap(self, identifier: str) -> str:
        """Say to the choice in a gap what belongs to it; return where that is kept."""
        outcome = self._outcome(identifier)
        if outcome not in self.names:
            self.names[outcome] = None
            self.told.append(_set(outcome, element("multiple", {}, variable(identifier))))
        return outcome

    def tell_text(self, identifier: str, name: str, texts: Sequence[str], *, exact: bool) -> str:
        """Say something to who types one of these texts; return where that is kept."""
        outcome = self._outcome(identifier)
        self.names[outcome] = None
        case = {"caseSensitive": str(exact).lower()}
        tests = [
            element("stringMatch", case, variable(identifier), base_value(text, "string"))
            for text in texts
        ]
        test = tests[0] if len(tests) == 1 else element("or", {}, *tests)
        self.told.append(_if(test, _add(outcome, name)))
        return outcome

    def tell_all(self, name: str) -> None:
        """Say one of RIGHT, PARTIAL, WRONG, EXPLANATION."""
        self.names["FEEDBACK"] = None
        self.all_told.append(name)

    def _outcome(self, identifier: str) -> str:
        return "FEEDBACK" + identifier.removeprefix("RESPONSE")

    def outcomes(self) -> list[etree._Element]:
        """Return the declarations of what is said."""
        return [
            element(
                "outcomeDeclaration",
                {"identifier": name, "cardinality": "multiple", "baseType": "identifier"},
            )
            for name in self.names
        ]

    def processing(self) -> etree._Element:
        """Return the response processing: a template where it says all there is to say."""
        if not self.names and not self.chains:
            if self.matched and self.points == 1:
                return element("responseProcessing", {"template": f"{TEMPLATES}match_correct"})
            if self.mapped == ["RESPONSE"]:
                return element("responseProcessing", {"template": f"{TEMPLATES}map_response"})
        made = element("responseProcessing")
        made.extend(self._scores())
        if self.tells_choice:
            made.append(_set("FEEDBACK", element("multiple", {}, variable("RESPONSE"))))
        made.extend(self.told)
        made.extend(self._overall())
        return made

    def _right(self) -> etree._Element:
        if self.by_correct:
            correct = element("correct", {"identifier": "RESPONSE"})
            return element("match", {}, variable("RESPONSE"), correct)
        # A little less than everything: thirds do not add up in every system.
        least = base_value(number_text(self.points * Fraction("0.9999")), "float")
        return element("gte", {}, variable("SCORE"), least)

    def _scores(self) -> list[etree._Element]:
        rules = []
        if self.matched:
            score = _set("SCORE", base_value(number_text(self.points), "float"))
            rules.append(_if(self._right(), score))
        mapped = [element("mapResponse", {"identifier": name}) for name in self.mapped]
        if len(mapped) == 1:
            rules.append(_set("SCORE", mapped[0]))
        elif mapped:
            rules.append(_set("SCORE", element("sum", {}, *mapped)))
        return rules + self.chains

    def _overall(self) -> list[etree._Element]:
        rules = []
        if "EXPLANATION" in self.all_told:
            rules.append(_add("FEEDBACK", "EXPLANATION"))
        if set(self.all_told) <= {"EXPLANATION"}:
            return rules
        condition = element("responseCondition")

        def told(name: str) -> list[etree._Element]:
            return [_add("FEEDBACK", name)] if name in self.all_told else []

        condition.append(element("responseIf", {}, self._right(), *told("RIGHT")))
        positive = element("gt", {}, variable("SCORE"), base_value("0", "float"))
        condition.append(element("responseElseIf", {}, positive, *told("PARTIAL")))
        condition.append(element("responseElse", {}, *told("WRONG")))
        return [*rules, condition]
