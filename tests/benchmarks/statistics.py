"""Counting attempts for statistics: 50,000 attempts at 20 questions, one at a time, and all figures from them.

`s` is the time of counting and working out; `peak_mb` how much more memory the process took at its highest
than before. So it happens in a process of its own. Questions are drawn from a bank of 60 and marked as
the site does: right or wrong, halves, thirds. The attempts are made up anew for each, never held.
"""

import json
import random
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

ATTEMPTS, QUESTIONS, BANK, OPTIONS = 50_000, 20, 60, 4
PARTS = (0.0, 1 / 3, 0.5, 2 / 3, 1.0)


def measure(folder: Path) -> dict:
    """Return the figures. `folder` is the site's; this needs nothing of it."""
    answer = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.statistics"],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(answer.stdout.splitlines()[-1])


def _highest() -> float:
    """Return the most memory that this process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _attempts(number: int) -> Iterator[list]:
    """Make up attempts: who knows more answers more rightly; each position draws from three questions."""
    from quizzes.statistics import Asked

    chance = random.Random(1)
    for _attempt in range(number):
        knows = chance.random()
        attempt = []
        for position in range(QUESTIONS):
            draw = chance.random()
            right = draw < knows
            attempt.append(
                Asked(
                    question=position * (BANK // QUESTIONS) + int(draw * 997) % (BANK // QUESTIONS),
                    mark=PARTS[int(5 * draw * knows)] if position % 4 == 0 else float(right),
                    chosen=(0 if right else 1 + int(draw * 991) % (OPTIONS - 1),),
                    seconds=10 + int(90 * draw),
                )
            )
        yield attempt


def main() -> dict:
    from quizzes import statistics

    made = _attempts(ATTEMPTS)
    before, taken = _highest(), 0.0
    tally = statistics.Tally()
    for attempt in made:
        start = perf_counter()
        tally.add(attempt)
        taken += perf_counter() - start
    start = perf_counter()
    quiz = statistics.quiz_statistics(tally)
    statistics.by_position(tally)
    for question in statistics.by_question(tally):
        statistics.option_shares(tally, question, OPTIONS)
    statistics.Tally.from_json(json.loads(json.dumps(tally.as_json())))
    taken += perf_counter() - start
    assert quiz.attempts == ATTEMPTS, quiz
    return {"attempts": ATTEMPTS, "s": round(taken, 1), "peak_mb": round(_highest() - before)}


if __name__ == "__main__":
    print(json.dumps(main()))
