"""`make bench`: measures and prints one JSON object as its last line. Names of groups: only those.

Every group says what it measures in its module. What a figure is compared with, and how far it can be
trusted, stands in docs/benchmarks.md. With TEST_DATABASE_URL all happens on that PostgreSQL server.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.environment import BUILD, WORKER

FOLDER = BUILD / f"bench-{WORKER}"
SERVER = os.environ.get("TEST_DATABASE_URL", "")


def _make_site() -> None:
    """Copy the template; from here on everything in this process happens in the site that is measured."""
    from tests import served, template

    made = template.make(SERVER)
    template.copy_data(made, to=FOLDER)
    os.environ["DATA_DIR"] = str(FOLDER)
    if SERVER:
        name = f"kns_bench_{WORKER}"
        template.copy_database(made, to=name, url=SERVER)
        served.Site.database_url = f"{SERVER.rpartition('/')[0]}/{name}"
        os.environ["DATABASE_URL"] = served.Site.database_url
    import django

    django.setup()


def _database() -> str:
    from django.db import connection

    if connection.vendor == "sqlite":
        return "SQLite (the embedded default)"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0]}"


def main(names: list[str]) -> int:
    _make_site()
    from tests.benchmarks import (
        answer_save,
        certificates,
        compliance,
        imports,
        lesson_page,
        live_quiz,
        machine,
        reading,
        role_pages,
        statistics,
        surge,
        tree,
    )

    groups: dict[str, Callable[[Path], dict]] = {
        "lesson_page": lesson_page.measure,
        "answer_save": answer_save.measure,
        "certificates": certificates.measure,
        "import": imports.measure,
        "tree": tree.measure,
        "role_pages": role_pages.measure,
        "statistics": statistics.measure,
        "surge": surge.measure,
        "live_quiz": live_quiz.measure,
        "dashboard": compliance.dashboard,
        "drilldown": compliance.drilldown,
        "rollup": compliance.rollup,
        "export": compliance.export,
        "cards": reading.cards,
        "sheets": reading.sheets,
    }
    # Too small to say anything of the load: tests/quizzes/test_surge.py asks for it.
    known: dict[str, Callable[[Path], dict]] = {
        **groups,
        "surge_small": partial(surge.measure, size=surge.SMALL),
    }
    unknown = set(names) - set(known)
    if unknown:
        print(f"No group is called {', '.join(sorted(unknown))}. There are: {', '.join(groups)}.")
        return 2
    result: dict = {}
    for name in names or groups:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        result[name] = known[name](Path(FOLDER))
    result["machine"] = {**machine.describe(), "database": _database()}
    shutil.rmtree(FOLDER, ignore_errors=True)
    print(json.dumps(result, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
