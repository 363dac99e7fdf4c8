"""Production starts with everything it needs and nothing unsafe, or says by name what is missing."""

import json
import shutil

import pytest

pytestmark = pytest.mark.one_database

READ_SETTINGS = ("-c", "import lms.settings")
REQUIRED = [
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "BASE_URL",
    "DATABASE_URL",
    "CELERY_BROKER_URL",
    "ISSUER_NAME",
]

# Asks for an address as a browser behind the proxy would, and prints what comes back.
VISIT = """
import json, sys
import django
django.setup()
from django.test import Client
answer = Client(headers={"host": "kns.example.vn"}).get(sys.argv[1], secure=sys.argv[2] == "https")
print(json.dumps({"status": answer.status_code, **answer.headers}))
"""
COOKIES = """
import json
from django.conf import settings
names = ["DEBUG", "DEMONSTRATION", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
         "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


@pytest.fixture
def visit(production):
    def visiting(path: str, scheme: str = "https") -> dict:
        ran = production("-c", VISIT, path, scheme)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    return visiting


def test_with_all_it_needs_production_starts(production):
    ran = production(*READ_SETTINGS)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", [None, ""], ids=["unset", "empty"])
def test_what_is_missing_stops_production_with_its_name(name, value, production):
    ran = production(*READ_SETTINGS, **{name: value})
    assert ran.returncode != 0
    assert f"ImproperlyConfigured: {name} is not set." in ran.stderr


def test_tracebacks_are_refused_in_production(production):
    ran = production(*READ_SETTINGS, DEBUG="1")
    assert ran.returncode != 0
    assert "DEBUG=1 needs DEMO=1" in ran.stderr


def test_an_address_without_encryption_is_refused(production):
    ran = production(*READ_SETTINGS, BASE_URL="http://kns.example.vn")
    assert ran.returncode != 0
    assert "BASE_URL must begin with https://" in ran.stderr


def test_demo_may_be_written_as_off(production):
    assert production(*READ_SETTINGS, DEMO="0").returncode == 0
    assert "SECRET_KEY is not set" in production(*READ_SETTINGS, DEMO="0", SECRET_KEY=None).stderr


def test_the_checks_for_deployment_find_nothing(production):
    ran = production("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert ran.returncode == 0, ran.stderr


def test_demonstration_accounts_cannot_be_made_in_production(production, template_folder, tmp_path):
    shutil.copy(template_folder / "db.sqlite3", tmp_path)
    ran = production("manage.py", "load_demonstration")
    assert ran.returncode != 0
    assert "Demonstration accounts exist only in demonstration mode" in ran.stderr
    count = "from people.models import Person; print(Person.objects.count())"
    assert production("manage.py", "shell", "--no-imports", "-c", count).stdout.strip() == "0"


def test_cookies_travel_encrypted_and_stay_on_the_site(production):
    assert json.loads(production("-c", COOKIES).stdout) == {
        "DEBUG": False,
        "DEMONSTRATION": False,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SAMESITE": "Lax",
    }


def test_every_answer_asks_for_encryption_from_then_on(visit):
    answer = visit("/robots.txt")
    assert answer["status"] == 200
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_whoever_comes_without_encryption_is_sent_to_it(visit):
    answer = visit("/robots.txt", "http")
    assert answer["status"] == 301
    assert answer["Location"] == "https://kns.example.vn/robots.txt"


def test_the_health_of_the_site_is_told_without_encryption_too(visit):
    """The one who asks stands beside the process, behind the proxy."""
    assert visit("/healthz", "http")["status"] == 503
