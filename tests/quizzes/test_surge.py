"""Many at once, while web processes are killed: `make bench ONLY=surge`, small enough for every run."""

import json
import subprocess
import sys

import pytest

from tests.environment import ROOT

# It serves a site of its own, as the journeys do: one such at a time.
pytestmark = pytest.mark.xdist_group("journeys")


def test_no_answer_that_was_confirmed_is_lost_or_doubled_when_web_processes_are_killed():
    run = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "surge_small"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert run.returncode == 0, run.stderr
    came_to = json.loads(run.stdout.splitlines()[-1])["surge_small"]
    assert came_to["killed"] >= 1
    assert came_to["handed_in"] == came_to["learners"]
    assert came_to["acknowledged"] >= 15 * came_to["learners"]
    wrong = {what: came_to[what] for what in ("lost", "doubled", "errors")}
    assert wrong == {"lost": 0, "doubled": 0, "errors": 0}, run.stderr
