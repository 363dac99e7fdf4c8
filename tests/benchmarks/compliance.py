"""Figures on a province of the directive's size after a year of learning (some three million answers).

`dashboard` is the page of the whole province, for the teachers of all its schools; `drilldown` the
pages below it: a commune, a school, the names behind the figure of each and of the whole province.
Both are cold: the site's own cache is emptied before each request, and each asks for another day
or place. Every request goes through the whole of Django in this process. `rollup` is the province's
quarterly report worked out with those of all communes; `export` the table of all teachers by name.
"""

import random
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter

from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from organisation import tree
from organisation.models import Family, Unit
from people.models import Person
from reports import quarterly
from reports.models import Report
from reports.quarters import quarter_of
from tests.benchmarks import counting, memory, province

RUNS = 40
FIGURES = "/cong-viec/so-lieu/giao-vien"
BACKEND = "people.authentication.PersonBackend"


def _browser(login: str) -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(Person.objects.get(login=login), backend=BACKEND)
    return client


def _measured(client: Client, addresses: list[str]) -> dict:
    """Return p95 over some addresses, each asked for once, and the most queries of any."""
    assert client.get(addresses[0]).status_code == 200, addresses[0]  # templates are compiled
    times, queries = [], 0
    for address in addresses:
        cache.clear()
        began = perf_counter()
        answer = client.get(address)
        times.append(perf_counter() - began)
        assert answer.status_code == 200, address
    for address in addresses[:5]:
        cache.clear()
        queries = max(queries, counting.queries(partial(client.get, address)))
    times.sort()
    at = times[int(0.95 * len(times)) - 1]
    return {
        "p95_ms": round(1000 * at),
        "median_ms": round(1000 * times[len(times) // 2]),
        "queries": queries,
    }


def dashboard(_folder: Path) -> dict:
    """Measure the page of the whole province, on other days each time."""
    province.make(with_year=True)
    unit, today = Unit.objects.get(key="bac-ninh-2025").pk, timezone.localdate()
    days = [today - timedelta(days=day) for day in range(RUNS)]
    addresses = [f"{FIGURES}/{unit}/?ngay={day}" for day in days]
    return _measured(_browser("quan.tri"), addresses)


def drilldown(_folder: Path) -> dict:
    """Measure what lies below: communes, schools, and the names behind their figures."""
    province.make(with_year=True)
    dice = random.Random(3)
    today = timezone.localdate()
    top = Unit.objects.get(key="bac-ninh-2025").pk
    communes = [one.unit_id for one in tree.of_families(Family.COMMUNE, on=today)]
    schools = [one.unit_id for one in tree.of_families(Family.SCHOOL, on=today)]
    addresses = [f"{FIGURES}/{unit}/" for unit in dice.sample(communes, RUNS // 4)]
    addresses += [f"{FIGURES}/{unit}/nguoi/" for unit in dice.sample(schools, RUNS // 4)]
    addresses += [f"{FIGURES}/{unit}/nguoi/?loc=chua-xong" for unit in dice.sample(communes, 10)]
    addresses += [f"{FIGURES}/{top}/nguoi/?loc=chua-xong&trang={page}" for page in range(1, 11)]
    return _measured(_browser("quan.tri"), addresses)


def rollup(_folder: Path) -> dict:
    """Measure the working out of the province's report with the figures of all its communes."""
    province.make(with_year=True)
    now, by = timezone.now(), Person.objects.get(login="quan.tri")
    unit = Unit.objects.get(key="bac-ninh-2025").pk
    quarter = quarter_of(timezone.localdate(now)).before
    Report.objects.filter(unit=unit, year=quarter.year, quarter=quarter.number).delete()
    report, _job = quarterly.begin(unit, quarter, by=by, at=now)
    began = perf_counter()
    quarterly.write(report.pk, at=now)
    taken = perf_counter() - began
    return {"s": round(taken, 1), "figures": report.snapshots.count()}


def export(_folder: Path) -> dict:
    """Measure the table of all teachers by name, as CSV and as a spreadsheet."""
    province.make(with_year=True)
    client = _browser("quan.tri")
    unit = Unit.objects.get(key="bac-ninh-2025").pk
    found: dict = {}
    for form in ("csv", "xlsx"):
        before = memory.reset_highest()
        began = perf_counter()
        answer = client.get(f"{FIGURES}/{unit}/danh-sach.{form}")
        size = lines = 0
        for part in answer.streaming_content:  # type: ignore[attr-defined]
            size += len(part)
            lines += part.count(b"\n")
        found[f"{form}_s"] = round(perf_counter() - began, 1)
        found[f"{form}_peak_mb"] = round(memory.highest() - before)
        if form == "csv":
            found["rows"] = lines - 1
    return {
        "rows": found["rows"],
        "s": max(found["csv_s"], found["xlsx_s"]),
        "peak_mb": max(found["csv_peak_mb"], found["xlsx_peak_mb"]),
        **found,
    }
