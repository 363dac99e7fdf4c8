"""How questions have performed, ready to be shown: figures, shares of options, findings."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from quizzes import health
from quizzes.models import QuestionVersion
from quizzes.statistics import (
    ItemStatistics,
    OptionShares,
    Tally,
    by_question,
    option_shares,
    option_worths,
)


def shares_of(tally: Tally, version: QuestionVersion) -> list[OptionShares]:
    """Return who chose what of a version, by thirds; nothing where there is nothing to choose."""
    worths = option_worths(version.kind, version.content)
    return option_shares(tally, version.pk, len(worths)) if worths else []


def findings_of(
    tally: Tally, version: QuestionVersion, item: ItemStatistics, *, usual: float | None = None
) -> list[health.Finding]:
    """Return what is wrong with a version, worst first."""
    return health.findings(
        kind=version.kind,
        content=version.content,
        item=item,
        options=shares_of(tally, version),
        usual_seconds=usual,
    )


def question_reports(tally: Tally) -> list[dict[str, Any]]:
    """Return all figures of each version of a tally as plain data; one query."""
    items: Mapping = by_question(tally)
    usual = health.usual_seconds(items.values())
    found = QuestionVersion.objects.select_related("question").in_bulk(list(items))
    return [
        {
            "key": found[version].question.key,
            "version": found[version].number,
            "kind": found[version].kind,
            **asdict(item),
            "options": [asdict(one) for one in shares_of(tally, found[version])],
            "findings": [
                asdict(one) for one in findings_of(tally, found[version], item, usual=usual)
            ],
        }
        for version, item in items.items()
    ]


def misbehaving(tally: Tally) -> list[tuple[QuestionVersion, ItemStatistics, list[health.Finding]]]:
    """Return the versions of a quiz with which something is wrong, the worst first; one query."""
    items: Mapping = by_question(tally)
    usual = health.usual_seconds(items.values())
    found = []
    versions = QuestionVersion.objects.filter(pk__in=items).select_related("question__outcome")
    for version in versions.order_by("pk"):
        findings = findings_of(tally, version, items[version.pk], usual=usual)
        if findings:
            found.append((version, items[version.pk], findings))
    order = list(health.Severity)
    found.sort(key=lambda one: (order.index(one[2][0].severity), one[0].question.key))
    return found
