"""What an officer does with an import on its pages: deciding, bringing in, taking back; and whose it is."""

import io

import openpyxl
import pytest

from imports import applying, previewing, undoing
from imports.models import Import, ImportRow
from jobs.models import Job
from people.models import Person, Post
from people.roles import Role
from tests.conftest import NOON, make_person
from tests.imports import sheets
from tests.imports.conftest import BEGAN, bring, carry_out, work
from tests.imports.pages import (
    HEADER,
    LIST,
    ROW,
    TAM,
    browser,
    page_of,
    texts,
    upload,
)

State = Import.State


# Deciding


@pytest.fixture
def question(preview, officer):
    """A row that may be somebody who is known."""
    carry_out(preview(TAM), officer=officer)
    return preview(TAM | {"birth": "1980", "phone": "0911111111"})


def test_a_question_shows_the_candidates_and_holds_the_button_back(desk, question):
    page = page_of(desk, question)
    assert page.context["tab"].slug == "quyet-dinh"
    (candidate,) = page.context["lines"][0].candidates
    assert candidate.name == "Nguyễn Văn Tấm"
    assert any("15/03/1980" in fact for fact in candidate.facts)
    assert "Xã Đồi Vải" in candidate.facts[0]
    assert "disabled aria-describedby" in texts(page)
    desk.post(f"{LIST}{question.pk}/ap-dung/")
    question.refresh_from_db()
    assert question.state == State.READY


@pytest.mark.parametrize(
    ("answer", "people"), [("the candidate", 1), ("new", 2), ("skip", 1), ("all new", 2)]
)
def test_what_is_decided_is_done(desk, question, officer, answer, people):
    row = question.rows.get()
    said = str(row.candidates[0]) if answer == "the candidate" else answer
    form = {f"dong-{row.pk}": said, "dong": row.pk, "trang": "1"}
    if answer == "all new":
        form = {"dong": row.pk, "tat-ca-moi": "1"}
    back = desk.post(f"{LIST}{question.pk}/quyet-dinh/", form)
    assert back.headers["Location"].startswith(f"{LIST}{question.pk}/?xem=quyet-dinh")
    assert page_of(desk, question).context["undecided"] == 0
    carry_out(question, officer=officer)
    assert Person.objects.filter(name="Nguyễn Văn Tấm").count() == people
    page = page_of(desk, question)
    assert (page.context["created"], page.context["changed"]) == {
        "the candidate": (0, 1), "new": (1, 0), "skip": (0, 0), "all new": (1, 0),
    }[answer]  # fmt: skip


@pytest.mark.parametrize("answer", ["999999", "x", "-1", ""])
def test_an_answer_that_was_not_offered_is_refused(desk, question, answer):
    row = question.rows.get()
    desk.post(f"{LIST}{question.pk}/quyet-dinh/", {f"dong-{row.pk}": answer})
    row.refresh_from_db()
    assert row.decision == ""


def test_a_row_of_another_import_cannot_be_decided_here(desk, question, preview):
    other = preview(TAM | {"name": "Trần Thị Hai"})
    row = question.rows.get()
    desk.post(f"{LIST}{other.pk}/quyet-dinh/", {f"dong-{row.pk}": "new"})
    row.refresh_from_db()
    assert row.decision == ""


# Bringing in, throwing away, taking back


def test_an_import_is_brought_in_and_taken_back_through_the_pages(desk, preview):
    one = preview(TAM)
    desk.post(f"{LIST}{one.pk}/ap-dung/")
    one.refresh_from_db()
    assert one.state == State.APPLYING
    assert 'data-progress="applying"' in texts(page_of(desk, one))
    applying.carry_out(one.pk, at=NOON)
    assert page_of(desk, one).context["created"] == 1
    assert f"{LIST}{one.pk}/hoan-tac/" in texts(page_of(desk, one))
    assert desk.get(f"{LIST}{one.pk}/hoan-tac/").context["created"] == 1
    assert Person.objects.filter(name="Nguyễn Văn Tấm").exists()
    desk.post(f"{LIST}{one.pk}/hoan-tac/")
    assert 'data-progress="undoing"' in texts(page_of(desk, one))
    assert desk.get(f"{LIST}{one.pk}/ket-qua.xlsx").status_code == 404
    undoing.carry_out(one.pk, at=NOON)
    undoing.carry_out(one.pk, at=NOON)
    assert not Person.objects.filter(name="Nguyễn Văn Tấm").exists()
    assert page_of(desk, one).status_code == 200


def test_why_it_cannot_be_taken_back_is_said(desk, preview, officer):
    one = preview(TAM)
    carry_out(one, officer=officer)
    Person.objects.filter(name="Nguyễn Văn Tấm").update(last_login=NOON)
    desk.post(f"{LIST}{one.pk}/hoan-tac/")
    undoing.carry_out(one.pk, at=NOON)
    page = texts(page_of(desk, one))
    assert "Nguyễn Văn Tấm (" in page
    assert "Hoàn tác" in page


def test_two_who_take_back_the_same_import_have_it_taken_back_once(desk, preview, officer):
    one = preview(TAM)
    carry_out(one, officer=officer)
    undoing.start(one, by=officer, at=NOON)
    answer = desk.post(f"{LIST}{one.pk}/hoan-tac/", follow=True)
    assert [str(message) for message in answer.context["messages"]]
    assert Job.objects.filter(task=undoing.TASK).count() == 1


def test_what_is_thrown_away_is_gone(desk, preview):
    one = preview(TAM)
    desk.post(f"{LIST}{one.pk}/bo/")
    assert not ImportRow.objects.exists()
    assert page_of(desk, one).status_code == 200


def test_what_is_thrown_away_while_it_is_checked_stays_gone(desk, officer, province, monkeypatch):
    upload(desk, sheets.xlsx([HEADER, ROW]), province=province)
    one = Import.objects.get()
    work_out = previewing.work_out

    def thrown_away_meanwhile(*args, **kwargs):
        work_out(*args, **kwargs)
        applying.discard(one)

    monkeypatch.setattr(previewing, "work_out", thrown_away_meanwhile)
    work(one)
    assert not ImportRow.objects.exists()


def test_what_has_failed_says_so_and_can_be_checked_again(desk, preview, officer):
    one = preview(TAM)
    applying.start(one, by=officer, at=NOON)
    one.refresh_from_db()
    one.job.items.update(state="failed", ended_at=NOON, error="OperationalError: disk full")
    page = page_of(desk, one)
    assert page.context["one"].state == State.FAILED
    desk.post(f"{LIST}{one.pk}/lam-lai/")
    one.refresh_from_db()
    assert one.state == State.PREVIEWING
    work(one)
    one.refresh_from_db()
    assert one.state == State.READY


def test_the_result_says_of_each_row_what_became_of_it(desk, preview, question):
    row = question.rows.get()
    desk.post(f"{LIST}{question.pk}/quyet-dinh/", {f"dong-{row.pk}": "skip"})
    answer = desk.get(f"{LIST}{question.pk}/ket-qua.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    words = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "Bỏ qua" in words
    assert "Nguyễn Văn Tấm" in words


# Whose it is


ROUTES = [("GET", ""), ("GET", "ket-qua.xlsx"), ("GET", "hoan-tac/"), ("POST", "hoan-tac/"),
          ("POST", "quyet-dinh/"), ("POST", "ap-dung/"), ("POST", "bo/"), ("POST", "lam-lai/")]  # fmt: skip


@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_the_import_of_another_commune_does_not_exist(officer, province, method, route):
    one = bring("team_members", [TAM], officer=officer, unit=province["Đồi Vải"])
    other = make_person("xa.khac", "Vũ Thị Khác")
    Post.objects.create(person=other, unit=province["Suối Hoa"], role=Role.OFFICER, since=BEGAN)
    answer = browser(other).generic(method, f"{LIST}{one.pk}/{route}")
    assert answer.status_code == 404
    one.refresh_from_db()
    assert one.state == State.READY


@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_who_brings_in_nothing_is_refused(signed_in, officer, province, method, route):
    one = bring("team_members", [TAM], officer=officer, unit=province["Đồi Vải"])
    assert signed_in.generic(method, f"{LIST}{one.pk}/{route}").status_code == 403
    assert signed_in.get(LIST).status_code == 403


@pytest.mark.parametrize("route", ["quyet-dinh/", "ap-dung/", "bo/", "lam-lai/"])
def test_nothing_is_done_by_following_a_link(desk, preview, route):
    assert desk.get(f"{LIST}{preview(TAM).pk}/{route}").status_code == 405
