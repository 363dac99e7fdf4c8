"""What a class knows: right answers of all, by question and by outcome. Of pupils no order is made."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from classroom import sessions
from classroom.models import Response, Session, SessionItem

LETTERS = sessions.LETTERS


@dataclass(frozen=True)
class ItemResult:
    """How a class answered a question: how many chose each letter, and which letters are right."""

    item: SessionItem
    chosen: tuple[int, ...]
    right: frozenset[int]

    @property
    def answered(self) -> int:
        return sum(self.chosen)

    @property
    def correct(self) -> int:
        return sum(count for place, count in enumerate(self.chosen) if place in self.right)


@dataclass
class OutcomeResult:
    """Right answers of all that were given on an outcome."""

    key: str
    text: str
    right: int = 0
    answered: int = 0

    @property
    def per_cent(self) -> int | None:
        """The share of right answers, rounded down; None where nobody answered."""
        return self.right * 100 // self.answered if self.answered else None


@dataclass(frozen=True)
class Results:
    items: list[ItemResult] = field(default_factory=list)
    outcomes: list[OutcomeResult] = field(default_factory=list)
    took_part: int = 0


def of(session: Session) -> Results:
    """Return how a class answered; two queries."""
    items = list(
        session.items.select_related("version__question__outcome__skill").order_by("position")
    )
    rows = list(
        Response.objects.filter(item__session=session).values_list("item", "pupil", "choice")
    )
    return of_rows(items, rows)


def of_rows(items: Iterable[SessionItem], rows: Iterable[tuple[int, int, int]]) -> Results:
    """Return results from (item, pupil, choice) of some items, whose versions and outcomes are loaded."""
    counts: dict[int, list[int]] = {}
    pupils = set()
    for item, pupil, choice in rows:
        counts.setdefault(item, [0, 0, 0, 0])[choice] += 1
        pupils.add(pupil)
    found = [
        ItemResult(
            item=item,
            chosen=tuple(counts.get(item.pk, [0, 0, 0, 0])[: sessions.options_of(item)]),
            right=frozenset(sessions.right_choices(item)),
        )
        for item in items
    ]
    return Results(items=found, outcomes=_by_outcome(found), took_part=len(pupils))


def _by_outcome(items: Iterable[ItemResult]) -> list[OutcomeResult]:
    found: dict[str, OutcomeResult] = {}
    for one in items:
        outcome = one.item.version.question.outcome
        so_far = found.setdefault(outcome.key, OutcomeResult(outcome.key, outcome.text))
        so_far.right += one.correct
        so_far.answered += one.answered
    return list(found.values())


def as_counts(results: Results) -> dict[str, list[int]]:
    """Return (right, answered) by the key of the outcome, as a record of a lesson keeps it."""
    return {one.key: [one.right, one.answered] for one in results.outcomes}
