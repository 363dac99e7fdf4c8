"""Bringing in 16,000 members of teams from a real workbook: into a province of 209 communes and 1,891 villages.

`preview_s` reads the file and checks every row; `apply_s` writes all of them down, in one transaction.
`peak_mb` is how much more memory the process took at its highest than before it opened the file; so
all of it happens in a process of its own.
"""

import io
import json
import random
import resource
import subprocess
import sys
from datetime import date
from pathlib import Path
from time import perf_counter

ROWS, COMMUNES, VILLAGES = 16_000, 209, 1_891
BEGAN = date(2023, 8, 1)
DAY = date(2023, 9, 1)
FAMILY = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Giáp", "Thân"]
MIDDLE = ["Văn", "Thị", "Đức", "Minh", "Quang", "Thu", "Ngọc", "Thanh", "Xuân", "Hữu"]
GIVEN = [
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Giang",
    "Hà",
    "Hải",
    "Hoa",
    "Huy",
    "Lan",
    "Linh",
    "Mai",
    "Yến",
]


def measure(folder: Path) -> dict:
    """Return the figures. `folder` is the site's, which the process that is started works in."""
    answer = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.imports"],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(answer.stdout.splitlines()[-1])


def _found_units():
    """Write down a province with its communes and villages; return it with the names of the two."""
    from organisation import loading, tree
    from organisation.models import Placement, Unit

    kinds = loading.load_kinds()
    province = Unit.objects.create()
    tree.place(unit=province, name="Tỉnh Đo Đạc", kind=kinds["tinh"], parent=None, valid_from=BEGAN)
    communes = Unit.objects.bulk_create([Unit() for _ in range(COMMUNES)])
    villages = Unit.objects.bulk_create([Unit() for _ in range(VILLAGES)], batch_size=500)
    named = [(unit, f"Xã Đo {n}", "xa", province) for n, unit in enumerate(communes)]
    below = [(unit, f"Thôn {n}", "thon", communes[n % COMMUNES]) for n, unit in enumerate(villages)]
    Placement.objects.bulk_create(
        (
            Placement(
                **tree.named(name), unit=unit, kind=kinds[kind], parent=parent, valid_from=BEGAN
            )
            for unit, name, kind, parent in [*named, *below]
        ),
        batch_size=500,
    )
    return province


def _workbook() -> bytes:
    """Return the list of members as a district would send it: numbers for telephones, text for days."""
    import xlsxwriter

    chance = random.Random(1)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    sheet = book.add_worksheet("Danh sách")
    sheet.write(0, 0, "DANH SÁCH THÀNH VIÊN TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG")
    header = ["STT", "Họ và tên", "Ngày sinh", "SĐT", "Xã/phường", "Thôn", "Chức danh", "Thành phần",
              "Số CCCD", "Nhiệm vụ"]  # fmt: skip
    sheet.write_row(2, 0, header)
    for number in range(ROWS):
        village = number % VILLAGES
        name = f"{chance.choice(FAMILY)} {chance.choice(MIDDLE)} {chance.choice(MIDDLE)} {chance.choice(GIVEN)}"
        born = f"{chance.randint(1, 28):02}/{chance.randint(1, 12):02}/{chance.randint(1950, 2005)}"
        row = [number + 1, name, born, 912_000_000 + number, f"Xã Đo {village % COMMUNES}",
               f"Thôn {village}", "Thành viên", "Người dân", f"0240{number:08}",
               "Hướng dẫn dịch vụ công trực tuyến"]  # fmt: skip
        sheet.write_row(3 + number, 0, row)
    book.close()
    return out.getvalue()


def _highest() -> float:
    """Return the most memory that this process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> dict:
    from django.utils import timezone

    from imports import applying, previewing, reading
    from imports.columns import KINDS
    from imports.models import Import, ImportRow
    from jobs import queue
    from people.models import Person

    province = _found_units()
    officer = Person.objects.create_user("do.dac", name="Cán bộ đo đạc", is_superuser=True)
    content = _workbook()
    kind = KINDS["team_members"]

    def work(one, do):
        one.refresh_from_db()
        queue.work(
            job_id=one.job_id,
            do=lambda subject: do(subject, at=timezone.now()),
            clock=timezone.now,
        )
        one.refresh_from_db()

    before, start = _highest(), perf_counter()
    table = reading.read(content, filename="thanh-vien.xlsx", kind=kind)
    one = previewing.begin(
        table=table, kind=kind, unit=province.pk, day=DAY, file_name="thanh-vien.xlsx",
        by=officer, at=timezone.now(),
    )  # fmt: skip
    del table
    work(one, previewing.check_chunk)
    assert one.state == Import.State.READY, (one.state, one.problem)
    preview_s = perf_counter() - start
    rows = one.rows.filter(outcome=ImportRow.Outcome.CREATE).count()
    # Of 16,000 made-up people a few are alike and would be for somebody to decide, or are left out.
    assert rows > ROWS * 0.99, previewing.counts(one)
    one.rows.filter(outcome=ImportRow.Outcome.QUESTION).update(decision="new")
    start = perf_counter()
    applying.start(one, by=officer, at=timezone.now())
    work(one, applying.carry_out)
    apply_s = perf_counter() - start
    assert one.state == Import.State.APPLIED, (one.state, one.problem)
    return {
        "rows": ROWS,
        "preview_s": round(preview_s, 1),
        "apply_s": round(apply_s, 1),
        "peak_mb": round(_highest() - before),
    }


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(main()))
