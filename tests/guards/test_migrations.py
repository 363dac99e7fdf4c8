"""Models and migrations agree, and a migration says in its name what it is for."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from tests.guards.tree import APPS

pytestmark = pytest.mark.one_database


def migrations():
    """Return our own migrations by app and name."""
    own = {
        key: migration
        for key, migration in MigrationLoader(None).disk_migrations.items()
        if key[0] in APPS
    }
    assert own
    return own


def test_no_model_has_changed_without_a_migration(db):
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())


def test_a_migration_is_named_for_its_intent():
    """0003_keep_the_pass_mark_with_the_attempt, not what Django would call it."""
    nameless = [
        f"{app}.{name}"
        for (app, name), migration in migrations().items()
        if name != "0001_initial"
        and ("_auto_" in name or name.partition("_")[2] == migration.suggest_name())
    ]
    assert nameless == []


def test_a_number_is_given_to_one_migration_of_an_app():
    numbers = [(app, name.partition("_")[0]) for app, name in migrations()]
    assert len(numbers) == len(set(numbers))
