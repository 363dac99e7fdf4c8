"""Questions about the tree of a province with all its villages, schools and people, today and in 2023.

`subtree_ms` is the slowest of them, each at its best of several runs; `questions` has all.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter

from organisation import tree
from organisation.models import Family, Placement, Unit
from people.models import Post, Team
from tests.benchmarks import province

RUNS = 9
DAYS = {"2023": ("bac-giang", date(2023, 9, 1)), "2026": ("bac-ninh-2025", date(2026, 11, 24))}


def measure(folder: Path) -> dict:
    """Return how many units there are, and how long each question takes in milliseconds."""
    province.make()
    questions = {}
    for year, (key, day) in DAYS.items():
        root = Unit.objects.get(key=key).pk
        for name, ask in _questions(root, day).items():
            questions[f"{name} {year}"] = round(_best(ask) * 1000, 1)
    return {
        "units": Unit.objects.count(),
        "subtree_ms": max(questions.values()),
        "questions": questions,
    }


def _questions(root: int, day: date) -> dict[str, Callable[[], object]]:
    communes = list(Placement.objects.on(day).of(Family.COMMUNE).values_list("unit", flat=True))
    within = tree.within([root], on=day)
    return {
        "units": lambda: list(within.values_list("pk", flat=True)),
        "posts": lambda: Post.objects.on(day).filter(unit__in=within).count(),
        "teams": lambda: Team.objects.filter(unit__in=within).count(),
        "children": lambda: len(tree.children(root, on=day)),
        "paths": lambda: tree.paths(communes, on=day),
        "successors": lambda: tree.successors(communes, on=DAYS["2026"][1]),
    }


def _best(ask) -> float:
    times = []
    for _run in range(RUNS):
        began = perf_counter()
        ask()
        times.append(perf_counter() - began)
    return min(times)
