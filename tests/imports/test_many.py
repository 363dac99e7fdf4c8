"""Many rows on a page, many imports in a list, and two who do something at once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Completion
from imports import applying, undoing
from imports.models import Import
from jobs import queue
from organisation import loading, tree
from organisation.models import Unit
from people.models import Person, Post
from people.roles import Role
from tests.at_once import at_once
from tests.conftest import NOON, make_person
from tests.imports.conftest import BEGAN, bring, carry_out
from tests.imports.pages import LIST, TAM, page_of

State = Import.State
LATER = NOON + timedelta(minutes=1)


# Size, and two at once


def queries(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def known(count):
    return [TAM | {"name": f"Nguyễn Văn {n}", "birth": f"{1 + n % 28:02}/03/{1950 + n % 50}"}
            for n in range(count)]  # fmt: skip


@pytest.mark.parametrize("slug", ["moi", "quyet-dinh", "thay-doi"])
def test_a_page_asks_the_database_as_often_for_a_thousand_rows_as_for_a_few(
    desk, officer, province, slug, preview
):
    few, many = 3, 1_000
    found = []
    for count in (few, many):
        rows = known(count)
        if slug != "moi":
            carry_out(preview(*rows), officer=officer)
            differ = {"birth": lambda row: row["birth"][-4:]} if slug == "quyet-dinh" else {}
            rows = [
                row | {key: how(row) for key, how in differ.items()} | {"phone": f"09{n:08}"}
                for n, row in enumerate(rows)
            ]
        one = preview(*rows)
        page = page_of(desk, one, xem=slug)
        assert page.context["tab"].count == count, page.context["tabs"]
        found.append(queries(desk, f"{LIST}{one.pk}/?xem={slug}"))
        if slug != "moi":
            applying.discard(one)
    assert found[1] <= found[0] + 1  # a second page is counted
    assert max(found) < 30


def test_the_list_asks_the_database_as_often_for_many_imports_as_for_one(desk, preview):
    preview(TAM)
    before = queries(desk, LIST)
    for _ in range(5):
        preview(TAM)
    assert queries(desk, LIST) == before
    assert before < 30


def committed_import_pair():
    """Bring the same list in twice, for everybody to see, and begin to write both down."""
    kinds, units = loading.load_kinds(), []
    for name, kind in [("Tỉnh Sông Thương", "tinh"), ("Xã Đồi Vải", "xa")]:
        unit = Unit.objects.create()
        tree.place(unit=unit, name=name, kind=kinds[kind], parent=units[-1] if units else None,
                   valid_from=BEGAN)  # fmt: skip
        units.append(unit)
    officer = make_person("can.bo", "Đỗ Thị Cúc")
    Post.objects.create(person=officer, unit=units[0], role=Role.OFFICER, since=BEGAN)
    rows = [TAM, *known(20)]
    pair = [bring("team_members", rows, officer=officer, unit=units[0]) for _ in range(2)]
    for one in pair:
        applying.start(one, by=officer, at=LATER)
    return pair


def test_of_two_who_bring_in_the_same_list_at_once_one_writes_it_down(committed_db):
    pair = committed_import_pair()

    def work_on(one):
        job = Import.objects.get(pk=one.pk).job_id
        return lambda: queue.work(
            job_id=job, do=lambda pk: applying.carry_out(pk, at=LATER), clock=lambda: LATER
        )

    assert at_once(*map(work_on, pair)) == [None, None]
    found = Import.objects.filter(pk__in=[one.pk for one in pair]).order_by("state")
    assert list(found.values_list("state", flat=True)) == [State.APPLIED, State.PREVIEWING]
    assert Person.objects.filter(name="Nguyễn Văn Tấm").count() == 1


def test_a_list_that_was_checked_while_another_was_written_down_is_checked_anew(
    preview, officer, province
):
    """What is written down is seen by others only once all of it is there; its log is older than that."""
    first = preview(TAM)
    applying.start(first, by=officer, at=NOON)
    first.refresh_from_db()
    queue.claim(job_id=first.job_id, at=NOON)
    second = bring(
        "team_members",
        [TAM],
        officer=officer,
        unit=province["Đồi Vải"],
        at=NOON + timedelta(seconds=5),
    )
    applying.carry_out(first.pk, at=NOON)
    applying.start(second, by=officer, at=LATER)
    applying.carry_out(second.pk, at=LATER)
    second.refresh_from_db()
    assert second.state == State.PREVIEWING


def test_what_comes_in_between_asking_and_deleting_is_not_lost(committed_db, monkeypatch):
    one = committed_import_pair()[0]
    applying.carry_out(one.pk, at=LATER)
    person = Person.objects.get(name="Nguyễn Văn Tấm")
    asked = undoing._refuse_in_use

    def and_somebody_learns(*args, **kwargs):
        asked(*args, **kwargs)
        Completion.objects.create(person=person, lesson=uuid4(), at=LATER)

    monkeypatch.setattr(undoing, "_refuse_in_use", and_somebody_learns)
    with pytest.raises(applying.Refused):
        undoing.undo(one, by=None, at=LATER)
    assert Person.objects.filter(pk=person.pk).exists()
