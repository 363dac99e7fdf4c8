"""Everything that visitors read is in the Vietnamese catalogue, whole and with its placeholders."""

import gettext
import re
import shutil
import subprocess

import pytest

from tests.environment import ROOT
from tests.guards.tree import APPS

pytestmark = pytest.mark.one_database

CATALOGUE = ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|%%")

# One form for all numbers: Vietnamese does not bend its words.
PLURAL_FORMS = "nplurals=1; plural=0;"


def said_by(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def read(po, folder):
    """Return a catalogue as a mapping from what code says to what visitors read.

    What has a plural is listed under (message, number of the form).
    """
    mo = folder / "django.mo"
    said_by("msgfmt", "--check-format", "-o", mo, po)
    with mo.open("rb") as file:
        catalogue = vars(gettext.GNUTranslations(file))["_catalog"]
    return {key: text for key, text in catalogue.items() if key}


def said(catalogue):
    return {key if isinstance(key, str) else key[0] for key in catalogue}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return read(CATALOGUE, tmp_path_factory.mktemp("catalogue"))


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """What `make messages` collects from code and templates now, in a copy of the tree."""
    copy = tmp_path_factory.mktemp("tree")
    for name in (*APPS, "templates", "scripts", "locale"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("content", "*.pyc"))
    shutil.copy(ROOT / "manage.py", copy)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    (copy / "locale" / "vi" / "LC_MESSAGES" / "django.po").unlink()
    subprocess.run(
        [copy / "scripts" / "messages"],
        env={"PATH": "/usr/bin:/bin", "DATA_DIR": str(copy / "data")},
        capture_output=True,
        check=True,
    )
    po = copy / "locale" / "vi" / "LC_MESSAGES" / "django.po"
    # Every message is its own translation here, or the compiler would leave it out.
    said_by("msgen", "--lang=vi", "-o", po, po)
    return read(po, copy)


def test_msgfmt_finds_no_mistake_in_any_catalogue(tmp_path):
    catalogues = list((ROOT / "locale").rglob("*.po"))
    assert CATALOGUE in catalogues
    for po in catalogues:
        said_by("msgfmt", "--check", "-o", tmp_path / "checked.mo", po)


def test_nothing_is_left_untranslated_or_fuzzy():
    assert said_by("msgattrib", "--untranslated", "--no-obsolete", CATALOGUE) == ""
    assert said_by("msgattrib", "--only-fuzzy", CATALOGUE) == ""


def test_all_that_code_and_templates_say_is_in_the_catalogue(catalogue, collected):
    assert len(said(collected)) > 200
    missing = said(collected) - said(catalogue)
    assert not missing, "\n".join(sorted(missing))


def test_the_catalogue_holds_nothing_that_nobody_says_any_more(catalogue, collected):
    unsaid = said(catalogue) - said(collected)
    assert not unsaid, "\n".join(sorted(unsaid))


def test_a_translation_has_the_placeholders_of_what_it_translates(catalogue):
    wrong = {
        key: text
        for key, text in catalogue.items()
        if sorted(set(PLACEHOLDER.findall(key if isinstance(key, str) else key[0])))
        != sorted(set(PLACEHOLDER.findall(text)))
    }
    assert wrong == {}


def test_vietnamese_has_one_form_for_every_number():
    assert PLURAL_FORMS in CATALOGUE.read_text()
