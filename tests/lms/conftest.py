import subprocess
import sys

import pytest
from django.db import connections
from django.utils import translation

from tests.environment import ROOT


@pytest.fixture
def database_away(django_db_setup, django_db_blocker):
    """The database cannot be reached: connecting to it really fails."""
    with django_db_blocker.unblock():
        default = connections["default"]
        default.close()
        name = default.settings_dict["NAME"]
        default.settings_dict["NAME"] = "/nowhere/there-is-no-such-database"
        yield
        default.close()
        default.settings_dict["NAME"] = name


@pytest.fixture
def said():
    """What visitors read in Vietnamese where the code says something in English."""

    def in_vietnamese(english: str) -> str:
        with translation.override("vi"):
            vietnamese = translation.gettext(english)
        assert vietnamese != english
        return vietnamese

    return in_vietnamese


@pytest.fixture
def production(tmp_path):
    """Run Python as in production: nothing of this environment but what a server would be given."""
    given = {
        "PATH": "/usr/bin:/bin",
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "DATA_DIR": str(tmp_path),
        "ISSUER_NAME": "Ban Chỉ đạo chuyển đổi số tỉnh Sông Thương",
        "SECRET_KEY": "vai-thieu-chin-do-tu-dau-mua-he-den-cuoi-mua-he-nam-sau-1234567890",
        "ALLOWED_HOSTS": "kns.example.vn",
        "BASE_URL": "https://kns.example.vn",
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "CELERY_BROKER_URL": "redis://127.0.0.1:6379/0",
    }

    def run(*arguments: str, **changed: str | None) -> subprocess.CompletedProcess:
        environment = {k: v for k, v in {**given, **changed}.items() if v is not None}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run
