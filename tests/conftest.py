"""The database, and a small permanent cast that makes the tests readable."""

import os
import shutil
from datetime import date, datetime, timedelta

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.utils import timezone

from tests import template
from tests.editing import browser_of
from tests.environment import BUILD, WORKER

TODAY = date(2026, 11, 24)
NOON = timezone.make_aware(datetime(2026, 11, 24, 12, 0))  # noqa: DTZ001 - made aware here
PASSWORD = "vuon-vai-thieu"
TEST_URL = os.environ.get("TEST_DATABASE_URL", "")

# How long a machine takes says nothing about a property: machines stand still now and then.
hypothesis.settings.register_profile(
    "any-machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any-machine")


def _place_copy(folder):
    default = connections["default"]
    default.close()
    if TEST_URL:
        name = f"kns_test_{WORKER}"
        template.copy_database(folder, to=name, url=TEST_URL)
    else:
        name = str(BUILD / WORKER / "test.sqlite3")
        template.copy_database(folder, to=name)
    settings.DATABASES["default"]["NAME"] = default.settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def template_folder():
    return template.make(TEST_URL)


@pytest.fixture(scope="session")
def django_db_setup(template_folder, django_db_blocker):
    """Every test sees the real content, loaded; what it writes is rolled back."""
    media = BUILD / WORKER / "media"
    shutil.rmtree(media, ignore_errors=True)
    shutil.copytree(template_folder / "media", media)
    with django_db_blocker.unblock():
        _place_copy(template_folder)
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture
def committed_db(django_db_setup, django_db_blocker, template_folder):
    """For two at once: every write is committed; afterwards the database is put back as it was."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()
        _place_copy(template_folder)


@pytest.fixture(scope="session")
def signing_key():
    """Return the file of a key that all tests sign certificates with; the site's own lie beside it."""
    from certificates import own_keys
    from certificates.signing import keys

    path = BUILD / WORKER / "keys" / "signing.p12"
    settings.CERTIFICATE_OWN_KEYS = str(path.parent)
    own_keys.make()
    keys.make_for_demonstration(path, settings.CERTIFICATE_KEY_PASSPHRASE, at=timezone.now())
    return path


@pytest.fixture(autouse=True)
def _quick_and_clean(settings, signing_key):
    """Passwords that cost nothing, no memory of other tests, static files under their own names."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CERTIFICATE_KEY = str(signing_key)
    settings.CERTIFICATE_OWN_KEYS = str(signing_key.parent)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    cache.clear()
    yield
    cache.clear()


# The places


@pytest.fixture
def kinds(db):
    from organisation import loading

    return loading.load_kinds()


@pytest.fixture
def village(kinds):
    """Thôn Đồi Chè, under Xã Đồi Vải, under Tỉnh Sông Thương."""
    from organisation import tree
    from organisation.models import Unit

    parent = None
    for name, kind in [
        ("Tỉnh Sông Thương", "tinh"),
        ("Xã Đồi Vải", "xa"),
        ("Thôn Đồi Chè", "thon"),
    ]:
        unit = Unit.objects.create()
        tree.place(
            unit=unit, name=name, kind=kinds[kind], parent=parent, valid_from=date(2025, 7, 1)
        )
        parent = unit
    return parent


# The cast


def make_person(login: str, name: str, **fields):
    from people.models import Person

    return Person.objects.create_user(login, PASSWORD, name=name, **fields)


@pytest.fixture
def farmer(village):
    """Nguyễn Văn Tám, who leads a village team."""
    from people.models import Post
    from people.roles import Role

    person = make_person("bac.tam", "Nguyễn Văn Tám")
    Post.objects.create(
        person=person, unit=village, role=Role.TEAM_LEADER, since=TODAY - timedelta(days=90)
    )
    return person


@pytest.fixture
def neighbour(db):
    """Somebody else, whose things are none of the farmer's."""
    return make_person("ba.nam", "Lê Thị Năm")


def _editor(login, name, role):
    from django.contrib.auth.models import Group

    from people.roles import EDITING_GROUPS

    person = make_person(login, name)
    person.groups.add(Group.objects.get(name=EDITING_GROUPS[role]))
    return person


@pytest.fixture
def author(db):
    from people.roles import Role

    return _editor("tac.gia", "Vũ Minh Châu", Role.AUTHOR)


@pytest.fixture
def approver(db):
    from people.roles import Role

    return _editor("nguoi.duyet", "Phạm Quốc Bảo", Role.APPROVER)


@pytest.fixture
def signed_in(client, farmer):
    """The farmer's browser."""
    client.force_login(farmer, backend="people.authentication.PersonBackend")
    return client


@pytest.fixture
def quiz(db):
    """The quiz of the course on other platforms, as its files say."""
    from quizzes.models import Quiz

    return Quiz.objects.get(slug="nen-tang-khac")


# Their browsers on the editors' side


@pytest.fixture
def as_author(author):
    return browser_of(author)


@pytest.fixture
def as_approver(approver):
    return browser_of(approver)


@pytest.fixture
def as_administrator(db):
    return browser_of(make_person("quan.tri", "Hoàng Thị Yên", is_superuser=True))
