"""Noticing every change on which standings rest: the database itself writes down whose they are.

A trigger on each table misses no way of changing it, bulk statements and corrections by hand
included. Django makes a table of SQLite anew when a migration alters it, and its triggers go with
the old one: `install` puts them back each time the site is prepared, and a guard test looks.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection

from people.models import Post
from people.roles import Role
from training.models import Touched


@dataclass(frozen=True)
class Source:
    """A table, and how to get from its row (NEW or OLD) to the person; `when` are the acts that matter.

    Where a row is about many, `people` selects them instead.
    """

    table: str
    person: str = "{row}.person_id"
    people: str = ""
    when: tuple[str, ...] = ("INSERT", "UPDATE", "DELETE")


OF_PARTICIPANT = "(SELECT person_id FROM training_participant WHERE id = {row}.participant_id)"
SOURCES = (
    Source("people_post"),
    Source("courses_completion", when=("INSERT", "DELETE")),
    Source("quizzes_attempt"),
    Source(
        "quizzes_grade",
        person="(SELECT person_id FROM quizzes_attempt WHERE id = {row}.attempt_id)",
        when=("INSERT",),
    ),
    Source("certificates_certificate", when=("UPDATE",)),
    Source("training_exemption"),
    Source("training_outsidecertificate"),
    Source("training_participant"),
    Source(
        "training_meeting",
        people="SELECT person_id FROM training_participant WHERE meeting_id = {row}.id",
        when=("UPDATE",),
    ),
    Source(
        "training_meetingpart",
        people="SELECT person_id FROM training_participant WHERE meeting_id = {row}.meeting_id",
    ),
    Source("training_presence", person=OF_PARTICIPANT),
    Source("training_practice", person=OF_PARTICIPANT),
)
INSERTS = "INSERT INTO training_touched (person) {people};"
ONE = "SELECT {person} WHERE {person} IS NOT NULL"
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def names() -> set[str]:
    """Return the names of all triggers that there have to be."""
    return {_name(source, act) for source in SOURCES for act in source.when}


def _name(source: Source, act: str) -> str:
    return f"touch_{source.table}_{act.lower()}"


def install(execute, *, vendor: str, sources: Iterable[Source] = SOURCES) -> None:
    """Put the triggers into the database that are not there. `execute` runs a statement."""
    for source in sources:
        for act in source.when:
            for statement in _statements(source, act, vendor):
                execute(statement)


def _statements(source: Source, act: str, vendor: str) -> list[str]:
    name = _name(source, act)
    if source.people:
        # UNION tells everybody once, also where both rows are about them.
        people = [source.people.format(row=row) for row in ROWS[act]]
        inserts = [INSERTS.format(people=" UNION ".join(people))]
    else:
        people = [ONE.format(person=source.person.format(row=row)) for row in ROWS[act]]
        inserts = [INSERTS.format(people=one) for one in people]
    if act == "UPDATE" and not source.people:
        # The same person twice is once too many: the old one only where it was another.
        old, new = (source.person.format(row=row) for row in ROWS[act])
        inserts[0] = inserts[0][:-1] + f" AND {old} IS DISTINCT FROM {new};"
    body = " ".join(inserts)
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {act} ON {source.table} BEGIN {body} END"
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {body} RETURN NULL; END $$"
        " LANGUAGE plpgsql",
        f"CREATE OR REPLACE TRIGGER {name} AFTER {act} ON {source.table}"
        f" FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def install_missing() -> None:
    """Put back the triggers that went with a table that was made anew."""
    there = installed()
    with connection.cursor() as cursor:
        for source in SOURCES:
            if not {_name(source, act) for act in source.when} <= there:
                install(cursor.execute, vendor=connection.vendor, sources=[source])


def installed() -> set[str]:
    """Return the names of the triggers that there are."""
    sql = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {name for (name,) in cursor.fetchall() if name.startswith("touch_")}


def touch(people: Iterable[int]) -> None:
    """Have the standings of some people worked out anew."""
    Touched.objects.bulk_create([Touched(person=person) for person in people], batch_size=5000)


def touch_roles(roles: Collection[Role]) -> None:
    """Have the standings of all worked out anew who have ever held some roles."""
    held = Post.objects.filter(role__in=roles).order_by().values_list("person", flat=True)
    touch(sorted(set(held)))
