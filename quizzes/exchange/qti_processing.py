"""What an item of QTI gives for an answer: response processing, run.

Authors write the same rule in many shapes: a template, a mapping, conditions of a dozen kinds. So
that none of them need be recognised, the reader asks each item what an answer earns and what is said
to it, and this module answers as a delivery system would. Nothing loops in response processing; that
a file does not keep us busy by sheer size is what `MOST_STEPS` is for.

A value is None (NULL), a str, a bool, a Fraction, or a tuple of these for a container.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lxml import etree

from quizzes.exchange.qti_xml import child, children, number, text_of, truth, words

MOST_STEPS = 300_000
ZERO, ONE = Fraction(0), Fraction(1)
NUMERIC = ("integer", "float")
TEMPLATES = {
    "match_correct": "match_correct",
    "map_response": "map_response",
    "cc2_match": "match_correct",
    "cc2_match_basic": "match_correct",
    "cc2_map_response": "map_response",
}


class Unsupported(Exception):
    """Response processing does something that is not run here; the message names it."""


class _Exit(Exception):
    """The rules say that nothing more is to be done."""


@dataclass(frozen=True)
class Mapped:
    """How a response is turned into a number."""

    entries: Mapping[str, Fraction]
    exact: frozenset[str]  # keys that are compared with their case
    exact_in_words: bool  # some entry says so itself, rather than by default
    default: Fraction = ZERO
    lower: Fraction | None = None
    upper: Fraction | None = None

    def clamp(self, score: Fraction) -> Fraction:
        if self.lower is not None:
            score = max(score, self.lower)
        return score if self.upper is None else min(score, self.upper)


@dataclass(frozen=True)
class Declaration:
    """A response variable."""

    identifier: str
    cardinality: str
    base_type: str
    correct: tuple[str, ...]
    mapping: Mapped | None

    def correct_value(self) -> Any:
        values = tuple(typed(text, self.base_type) for text in self.correct)
        if not values:
            return None
        return values[0] if self.cardinality == "single" else values


def typed(text: str, base_type: str) -> Any:
    """Return a value of a base type; what is no number where one should be is NULL."""
    text = text.strip()
    if base_type in NUMERIC:
        return number(text)
    if base_type == "boolean":
        return truth(text)
    if base_type == "pair":
        return " ".join(sorted(words(text)))
    if base_type == "directedPair":
        return " ".join(words(text))
    return text


def declarations(root: etree._Element) -> dict[str, Declaration]:
    """Return the response variables of an item by their identifiers."""
    found = {}
    for element in children(root, "responseDeclaration"):
        base_type = element.get("baseType", "identifier")
        correct = child(element, "correctResponse")
        values = [] if correct is None else list(children(correct, "value"))
        declaration = Declaration(
            element.get("identifier", ""),
            element.get("cardinality", "single"),
            base_type,
            tuple(text_of(value) for value in values),
            _mapping(child(element, "mapping"), base_type),
        )
        found[declaration.identifier] = declaration
    return found


def _mapping(element: etree._Element | None, base_type: str) -> Mapped | None:
    if element is None:
        return None
    entries, exact = {}, set()
    in_words = False
    for entry in children(element, "mapEntry"):
        key = entry.get("mapKey", "")
        if base_type in ("pair", "directedPair"):
            key = typed(key, base_type)
        entries[key] = number(entry.get("mappedValue")) or ZERO
        if truth(entry.get("caseSensitive"), default=True):
            exact.add(key)
        in_words = in_words or truth(entry.get("caseSensitive"))
    return Mapped(
        entries,
        frozenset(exact),
        in_words,
        number(element.get("defaultValue")) or ZERO,
        number(element.get("lowerBound")),
        number(element.get("upperBound")),
    )


@dataclass
class Processing:
    """The response processing of one item, to be run as often as somebody asks."""

    root: etree._Element
    responses: dict[str, Declaration]
    left: int = MOST_STEPS
    given: dict[str, Any] = field(default_factory=dict)
    outcomes: dict[str, Any] = field(default_factory=dict)

    def run(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the outcome variables after `given`. Raises Unsupported."""
        self.given = dict(given)
        self.outcomes = _defaults(self.root)
        rules = child(self.root, "responseProcessing")
        if rules is None:
            raise Unsupported("responseProcessing")
        if len(rules):
            try:
                self._rules(children(rules))
            except _Exit:
                pass
            except (ZeroDivisionError, TypeError, ValueError, IndexError) as error:
                raise Unsupported(str(error)) from error
        else:
            self._template(rules.get("template", ""))
        return self.outcomes

    def score(self, given: Mapping[str, Any]) -> Fraction:
        score = self.run(given).get("SCORE")
        return score if isinstance(score, Fraction) else ZERO

    def _template(self, address: str) -> None:
        name = address.rstrip("/").rpartition("/")[2].removesuffix(".xml").lower()
        response = self.responses.get("RESPONSE") or next(iter(self.responses.values()), None)
        if name not in TEMPLATES or response is None:
            raise Unsupported(name or "responseProcessing")
        if TEMPLATES[name] == "map_response":
            self.outcomes["SCORE"] = self.mapped(response.identifier)
            return
        right = response.correct_value()
        is_right = right is not None and same(self.given.get(response.identifier), right, response)
        self.outcomes["SCORE"] = ONE if is_right else ZERO

    def _rules(self, rules: Iterable[etree._Element]) -> None:
        for rule in rules:
            self._step()
            if rule.tag == "responseCondition":
                self._condition(rule)
            elif rule.tag == "setOutcomeValue":
                self.outcomes[rule.get("identifier", "")] = self.value(_only(rule))
            elif rule.tag == "responseProcessingFragment":
                self._rules(children(rule))
            elif rule.tag == "exitResponse":
                raise _Exit
            else:
                raise Unsupported(str(rule.tag))

    def _condition(self, condition: etree._Element) -> None:
        for branch in children(condition):
            parts = list(children(branch))
            if branch.tag == "responseElse":
                self._rules(parts)
                return
            if not parts:
                raise Unsupported(str(branch.tag))
            if self.value(parts[0]) is True:
                self._rules(parts[1:])
                return

    def _step(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Unsupported("responseProcessing")

    def value(self, element: etree._Element) -> Any:
        """Return what an expression comes to."""
        self._step()
        operator = _OPERATORS.get(str(element.tag))
        if operator is None:
            raise Unsupported(str(element.tag))
        return operator(self, element)

    def values(self, element: etree._Element) -> list[Any]:
        return [self.value(part) for part in children(element)]

    def variable(self, identifier: str) -> Any:
        if identifier in self.responses:
            return self.given.get(identifier)
        return self.outcomes.get(identifier)

    def mapped(self, identifier: str) -> Fraction:
        """Return the number that the mapping of a response gives to what was answered."""
        response = self.responses.get(identifier)
        if response is None or response.mapping is None:
            raise Unsupported("mapResponse")
        mapping, score = response.mapping, ZERO
        for value in dict.fromkeys(_container(self.given.get(identifier))):
            score += _mapped_value(mapping, value, response.base_type)
        return mapping.clamp(score)


def _mapped_value(mapping: Mapped, value: Any, base_type: str) -> Fraction:
    for key, score in mapping.entries.items():
        if base_type == "string" and key not in mapping.exact:
            matches = str(value).casefold() == key.strip().casefold()
        else:
            matches = typed(key, base_type) == value
        if matches:
            return score
    return mapping.default


def _defaults(root: etree._Element) -> dict[str, Any]:
    outcomes: dict[str, Any] = {}
    for element in children(root, "outcomeDeclaration"):
        base_type = element.get("baseType", "identifier")
        default = child(element, "defaultValue")
        values = [] if default is None else list(children(default, "value"))
        read = tuple(typed(text_of(value), base_type) for value in values)
        value: Any = ZERO if base_type in NUMERIC else None
        if read:
            value = read[0] if element.get("cardinality") == "single" else read
        outcomes[element.get("identifier", "")] = value
    return outcomes


def _only(element: etree._Element) -> etree._Element:
    parts = list(children(element))
    if len(parts) != 1:
        raise Unsupported(str(element.tag))
    return parts[0]


def _container(value: Any) -> tuple:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def same(one: Any, other: Any, response: Declaration | None = None) -> bool | None:
    """Whether two values are equal, as sets but for an ordered response; None where one is missing."""
    if one is None or other is None:
        return None
    ordered = response is not None and response.cardinality == "ordered"
    if isinstance(one, tuple) and isinstance(other, tuple) and not ordered:
        return sorted(map(str, one)) == sorted(map(str, other))
    return one == other


# ── Operators ───────────────────────────────────────────────────────────────────────────────────


def _match(run: Processing, element: etree._Element) -> Any:
    one, other = run.values(element)
    named = [
        run.responses[part.get("identifier", "")]
        for part in children(element, "variable", "correct")
        if part.get("identifier", "") in run.responses
    ]
    return same(one, other, named[0] if named else None)


def _all(run: Processing, element: etree._Element) -> Any:
    values = run.values(element)
    if False in values:
        return False
    return None if None in values else True


def _any(run: Processing, element: etree._Element) -> Any:
    values = run.values(element)
    if True in values:
        return True
    return None if None in values else False


def _not(run: Processing, element: etree._Element) -> Any:
    value = run.value(_only(element))
    return None if value is None else not value


def _base_value(run: Processing, element: etree._Element) -> Any:
    return typed(text_of(element), element.get("baseType", "string"))


def _correct(run: Processing, element: etree._Element) -> Any:
    response = run.responses.get(element.get("identifier", ""))
    return None if response is None else response.correct_value()


def _join(run: Processing, element: etree._Element) -> Any:
    return tuple(one for value in run.values(element) for one in _container(value)) or None


def _member(run: Processing, element: etree._Element) -> Any:
    one, container = run.values(element)
    return None if one is None or container is None else one in _container(container)


def _contains(run: Processing, element: etree._Element) -> Any:
    container, wanted = run.values(element)
    if container is None or wanted is None:
        return None
    return set(_container(wanted)) <= set(_container(container))


def _delete(run: Processing, element: etree._Element) -> Any:
    one, container = run.values(element)
    return tuple(value for value in _container(container) if value != one) or None


def _index(run: Processing, element: etree._Element) -> Any:
    container = _container(run.value(_only(element)))
    place = int(element.get("n", "0"))
    return container[place - 1] if 0 < place <= len(container) else None


def _string_match(run: Processing, element: etree._Element) -> Any:
    one, other = run.values(element)
    if one is None or other is None:
        return None
    one, other = str(one), str(other)
    if not truth(element.get("caseSensitive"), default=True):
        one, other = one.casefold(), other.casefold()
    return other in one if truth(element.get("substring")) else one == other


def tolerances(element: etree._Element) -> tuple[Fraction, Fraction]:
    """Return the tolerance below and above that an `equal` names."""
    found = [number(word) for word in words(element.get("tolerance"))]
    if not found or None in found:
        raise Unsupported("tolerance")
    return found[0] or ZERO, found[-1] or ZERO


def _equal(run: Processing, element: etree._Element) -> Any:
    one, other = run.values(element)
    if one is None or other is None:
        return None
    mode = element.get("toleranceMode", "exact")
    if mode == "exact":
        return one == other
    below, above = tolerances(element)
    # By the specification the tolerance is around the first expression. Editors that put the response
    # first mean it around the other all the same.
    names = [str(part.tag) for part in children(element)]
    centre, value = (one, other) if names[:1] != ["variable"] else (other, one)
    if mode == "relative":
        below, above = abs(centre) * below / 100, abs(centre) * above / 100
    return centre - below <= value <= centre + above


def _equal_rounded(run: Processing, element: etree._Element) -> Any:
    one, other = run.values(element)
    if element.get("roundingMode", "significantFigures") != "decimalPlaces":
        raise Unsupported("equalRounded")
    figures = int(element.get("figures", "0"))
    return None if one is None or other is None else round(one, figures) == round(other, figures)


def _compare(test: Callable[[Any, Any], bool]) -> Callable[[Processing, etree._Element], Any]:
    def compare(run: Processing, element: etree._Element) -> Any:
        one, other = run.values(element)
        return None if one is None or other is None else test(one, other)

    return compare


def _fold(
    together: Callable[[list[Any]], Any],
) -> Callable[[Processing, etree._Element], Any]:
    def fold(run: Processing, element: etree._Element) -> Any:
        found = [run.value(part) for part in children(element)]
        if None in found:
            return None
        return together([one for value in found for one in _container(value)])

    return fold


def _product(values: list[Fraction]) -> Fraction:
    result = ONE
    for value in values:
        result *= value
    return result


_OPERATORS: dict[str, Callable[[Processing, etree._Element], Any]] = {
    "and": _all,
    "or": _any,
    "not": _not,
    "match": _match,
    "member": _member,
    "contains": _contains,
    "delete": _delete,
    "index": _index,
    "equal": _equal,
    "equalRounded": _equal_rounded,
    "stringMatch": _string_match,
    "baseValue": _base_value,
    "correct": _correct,
    "multiple": _join,
    "ordered": _join,
    "null": lambda run, element: None,
    "isNull": lambda run, element: run.value(_only(element)) in (None, ""),
    "variable": lambda run, element: run.variable(element.get("identifier", "")),
    "mapResponse": lambda run, element: run.mapped(element.get("identifier", "")),
    "containerSize": lambda run, element: Fraction(len(_container(run.value(_only(element))))),
    "gt": _compare(lambda one, other: one > other),
    "gte": _compare(lambda one, other: one >= other),
    "lt": _compare(lambda one, other: one < other),
    "lte": _compare(lambda one, other: one <= other),
    "sum": _fold(sum),
    "product": _fold(_product),
    "subtract": _fold(lambda values: values[0] - values[1]),
    "divide": _fold(lambda values: values[0] / values[1]),
    "min": _fold(min),
    "max": _fold(max),
    "integerToFloat": lambda run, element: run.value(_only(element)),
}
