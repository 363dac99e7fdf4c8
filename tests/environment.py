"""Loaded by pytest before Django's settings are read: where the tests live, and on which database."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
BUILD = ROOT / "build" / "tests"

# WhiteNoise complains of a folder that is not there; nothing has been collected into this one.
(BUILD / WORKER / "static").mkdir(parents=True, exist_ok=True)

os.environ["DEMO"] = "1"
os.environ["DATA_DIR"] = str(BUILD / WORKER)
os.environ["DJANGO_SETTINGS_MODULE"] = "lms.settings"
os.environ["BASE_URL"] = "http://testserver"
for name in ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", "HOST", "PORT", "DEBUG"):
    os.environ.pop(name, None)
if os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
# Playwright keeps an event loop in the thread of the test, which Django would otherwise refuse.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
