"""`make bench`: measures and prints one JSON object as its last line. Names of groups: only those.

Every group says what it measures in its module. What a figure is compared with, and how far it can be
trusted, stands in docs/benchmarks.md.
"""

import json
import os
import shutil
import sys
from pathlib import Path

from tests.environment import BUILD

FOLDER = BUILD / "bench"


def main(names: list[str]) -> int:
    from tests import template

    template.copy_data(template.make(), to=FOLDER)
    # From here on everything in this process happens in the site that is measured.
    os.environ["DATA_DIR"] = str(FOLDER)
    import django

    django.setup()
    from tests.benchmarks import (
        answer_save,
        certificate,
        imports,
        lesson_page,
        machine,
        role_pages,
        tree,
    )

    groups = {
        "lesson_page": lesson_page.measure,
        "answer_save": answer_save.measure,
        "certificate": certificate.measure,
        "import": imports.measure,
        "tree": tree.measure,
        "role_pages": role_pages.measure,
    }
    unknown = set(names) - set(groups)
    if unknown:
        print(f"No group is called {', '.join(sorted(unknown))}. There are: {', '.join(groups)}.")
        return 2
    result: dict = {}
    for name in names or groups:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        result[name] = groups[name](Path(FOLDER))
    result["machine"] = machine.describe()
    shutil.rmtree(FOLDER, ignore_errors=True)
    print(json.dumps(result, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
