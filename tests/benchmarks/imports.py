"""Bringing in 16,000 members of teams from a real workbook: into the 209 communes of 2023 and 1,891 villages.

`preview_s` reads the file and checks every row; `apply_s` writes all of them down, in one transaction;
`undo_s` takes all of it back. `peak_mb` is how much more memory the process took at its highest than
before it opened the file; so all of it happens in a process of its own.
"""

import json
import os
import random
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from time import perf_counter

ROWS, VILLAGES = 16_000, 1_891


def measure(folder: Path) -> dict:
    """Return the figures. The process that is started works in a copy: its units are nobody else's."""
    from tests import (
        template,
    )  # not in the process that is started: it would forget whose folder it works in

    own = folder.with_name(f"{folder.name}-import")
    template.copy_data(template.make(), to=own)
    answer = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.imports"],
        env=os.environ | {"DATA_DIR": str(own)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    shutil.rmtree(own)
    return json.loads(answer.stdout.splitlines()[-1])


def _highest() -> float:
    """Return the most memory that this process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> dict:
    from django.utils import timezone

    from imports import applying, previewing, reading, undoing
    from imports.columns import KINDS
    from imports.models import Import, ImportRow
    from lms import demonstration_province, made_up
    from lms.bringing_in import bring_in, finish
    from organisation import loading
    from organisation.models import Unit
    from people.models import Person

    loading.load_units(loading.read_units(), kinds=loading.load_kinds())
    day, unit = demonstration_province.DIRECTIVE, Unit.objects.get(key="bac-giang")
    officer = Person.objects.create_user("do.dac", name="Cán bộ đo đạc", is_superuser=True)
    communes = demonstration_province.communes()
    villages = made_up.villages(communes, count=VILLAGES)
    bring_in(
        made_up.village_sheet(villages), kind="villages", unit=unit, day=day, by=officer,
        clock=timezone.now, file_name="thon.xlsx",
    )  # fmt: skip
    names = made_up.Names(random.Random(1))
    content = made_up.member_sheet(communes, villages, names, count=ROWS)
    kind = KINDS["team_members"]

    before, start = _highest(), perf_counter()
    table = reading.read(content, filename="thanh-vien.xlsx", kind=kind)
    one = previewing.begin(
        table=table, kind=kind, unit=unit.pk, day=day, file_name="thanh-vien.xlsx", by=officer,
        at=timezone.now(),
    )  # fmt: skip
    del table
    finish(one, previewing.check_chunk, clock=timezone.now)
    assert one.state == Import.State.READY, (one.state, one.problem)
    preview_s = perf_counter() - start
    assert previewing.counts(one)[ImportRow.Outcome.CREATE] == ROWS, previewing.counts(one)
    start = perf_counter()
    applying.start(one, by=officer, at=timezone.now())
    finish(one, applying.carry_out, clock=timezone.now)
    assert one.state == Import.State.APPLIED, (one.state, one.problem)
    apply_s = perf_counter() - start
    peak = _highest() - before
    start = perf_counter()
    undoing.undo(one, by=officer, at=timezone.now())
    return {
        "rows": ROWS,
        "preview_s": round(preview_s, 1),
        "apply_s": round(apply_s, 1),
        "undo_s": round(perf_counter() - start, 1),
        "peak_mb": round(peak),
    }


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(main()))
