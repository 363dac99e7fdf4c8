"""The pages on which an officer brings in a sheet: what they show, hide, refuse and keep nothing of."""

import io
import json
from datetime import timedelta
from uuid import uuid4

import openpyxl
import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.models import Completion
from imports import applying, previewing, undoing, uploads
from imports.models import Import, ImportRow
from jobs import queue
from organisation import loading, tree
from organisation.models import Placement, Unit
from people.models import Person, Post
from people.roles import Role
from tests.at_once import at_once
from tests.conftest import NOON, make_person
from tests.imports import sheets
from tests.imports.conftest import BEGAN, bring, carry_out, work

LIST = "/cong-viec/nhap/"
HEADER = ["Họ và tên", "Ngày sinh", "SĐT", "Xã", "Số CCCD", "Họ tên bố"]
CITIZEN_ID, FATHER = "024099887766", "Trịnh Văn Bí Mật"
ROW = ["Nguyễn Văn Tấm", "15/03/1980", "0912345678", "Đồi Vải", CITIZEN_ID, FATHER]
TAM = {"name": "Nguyễn Văn Tấm", "birth": "15/03/1980", "commune": "Xã Đồi Vải"}
Outcome, State = ImportRow.Outcome, Import.State
LATER = NOON + timedelta(minutes=1)


def browser(person, **options):
    client = Client(**options)
    client.force_login(person, backend="people.authentication.PersonBackend")
    return client


@pytest.fixture
def desk(officer):
    """The officer's browser."""
    return browser(officer)


@pytest.fixture
def preview(officer, province):
    """Bring in rows up to the preview: `preview({...}, kind="teachers")`."""

    def preview(*rows, kind="team_members"):
        return bring(kind, rows, officer=officer, unit=province["province"])

    return preview


def upload(client, content, *, province, name="danh-sach.xlsx", **fields):
    data = {"kind": "team_members", "unit": province["province"].pk, "day": "2026-11-24", **fields}
    return client.post(LIST, {**data, "file": SimpleUploadedFile(name, content)})


def page_of(client, one, **query):
    return client.get(f"{LIST}{one.pk}/", query)


def texts(answer):
    return " ".join(answer.content.decode().split())


# Sending


def test_a_sheet_is_read_and_its_preview_begun(desk, officer, province):
    answer = upload(desk, sheets.xlsx([HEADER, ROW]), province=province)
    one = Import.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LIST}{one.pk}/")
    assert (one.by, one.unit, one.state) == (officer, province["province"], State.PREVIEWING)
    assert one.rows.get().cells["name"] == "Nguyễn Văn Tấm"


def test_what_cannot_be_read_is_said_beside_the_field(desk, province):
    answer = upload(desk, b"%PDF-1.7", province=province, name="a.pdf")
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert 'id="id_file_error"' in texts(answer)
    assert not Import.objects.exists()


def test_a_header_without_rows_is_refused(desk, province):
    answer = upload(desk, sheets.xlsx([HEADER]), province=province)
    assert answer.context["form"].errors["file"]
    assert not Import.objects.exists()


def test_a_file_of_more_than_ten_megabytes_is_refused_and_not_kept_whole(desk, province):
    answer = upload(desk, b"x" * (uploads.LARGEST_SHEET + 1), province=province)
    assert answer.status_code == 422
    assert "10 MB" in answer.context["form"].errors["file"][0]


@pytest.mark.parametrize("missing", ["kind", "unit", "day", "file"])
def test_a_form_with_something_missing_says_so(desk, province, missing):
    data = {"kind": "teachers", "unit": province["province"].pk, "day": "2026-11-24",
            "file": SimpleUploadedFile("a.xlsx", sheets.xlsx([HEADER, ROW]))}  # fmt: skip
    del data[missing]
    answer = desk.post(LIST, data)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [missing]


def test_a_day_before_the_units_were_as_they_are_is_refused(desk, province):
    Placement.objects.filter(unit=province["Suối Hoa"]).update(valid_until="2026-01-01")
    answer = upload(desk, sheets.xlsx([HEADER, ROW]), province=province, day="2025-08-01")
    assert list(answer.context["form"].errors) == ["day"]


def test_a_unit_that_is_somebody_elses_is_no_choice(province):
    other = make_person("xa.khac", "Vũ Thị Khác")
    Post.objects.create(person=other, unit=province["Suối Hoa"], role=Role.OFFICER, since=BEGAN)
    answer = upload(
        browser(other), sheets.xlsx([HEADER, ROW]), province=province, unit=province["Đồi Vải"].pk
    )
    assert list(answer.context["form"].errors) == ["unit"]
    assert not Import.objects.exists()


def test_a_form_without_its_token_is_refused(officer, province):
    strict = browser(officer, enforce_csrf_checks=True)
    assert upload(strict, sheets.xlsx([HEADER, ROW]), province=province).status_code == 403
    page = strict.get(LIST)
    token = page.context["csrf_token"]
    answer = upload(
        strict, sheets.xlsx([HEADER, ROW]), province=province, csrfmiddlewaretoken=str(token)
    )
    assert answer.status_code == 302


# Nothing is kept that must not be


def everything_stored():
    """Return all that the tables hold, as text."""
    rows = []
    for model in apps.get_models(include_auto_created=True):
        rows += [str(row) for row in model._base_manager.values_list()]
    return "\n".join(rows)


def files_with(words):
    """Return the files below DATA_DIR in which some bytes stand, apart from the database."""
    wanted = words.encode()
    return [
        path
        for path in settings.DATA_DIR.rglob("*")
        if path.is_file() and "sqlite3" not in path.name and wanted in path.read_bytes()
    ]


@pytest.mark.parametrize("size", [1, 40_000])
def test_neither_the_file_nor_a_forbidden_value_reaches_the_database_or_a_disk(
    desk, province, size, monkeypatch, tmp_path
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    padding = [["x" * 10_000] * 20] if size > 1 else []  # larger than what Django keeps in memory
    content = sheets.text([HEADER, ROW, *padding * 20])
    assert CITIZEN_ID.encode() in content
    assert len(content) > 2.5 * 2**20 or size == 1
    made = []
    monkeypatch.setattr(
        "django.core.files.uploadedfile.TemporaryUploadedFile.__init__",
        lambda *args, **kwargs: made.append(args),
    )
    upload(desk, content, province=province, name="danh-sach.csv")
    one = Import.objects.get()
    work(one)
    page_of(desk, one)
    carry_out(one, officer=one.by)
    stored = everything_stored()
    assert "Nguyễn Văn Tấm" in stored
    for forbidden in (CITIZEN_ID, FATHER):
        assert forbidden not in stored
        assert files_with(forbidden) == []
    assert (made, list(tmp_path.iterdir())) == ([], [])


def test_a_forbidden_column_is_named_as_not_kept(desk, province):
    upload(desk, sheets.xlsx([HEADER, ROW]), province=province)
    one = Import.objects.get()
    work(one)
    dropped = page_of(desk, one).context["dropped"]
    assert dropped["forbidden"] == ["Số CCCD", "Họ tên bố"]


# Looking


def test_the_page_shows_how_far_the_preview_is_and_a_script_may_ask(desk, province):
    upload(desk, sheets.xlsx([HEADER, ROW]), province=province)
    one = Import.objects.get()
    page = page_of(desk, one)
    assert 'http-equiv="refresh"' in texts(page)
    assert 'data-import="previewing"' in texts(page)
    asked = desk.get(f"{LIST}{one.pk}/", headers={"accept": "application/json"})
    assert json.loads(asked.content) == {"state": "previewing", "per_cent": 0}
    work(one)
    asked = desk.get(f"{LIST}{one.pk}/", headers={"accept": "application/json"})
    assert json.loads(asked.content)["state"] == "ready"


def test_each_outcome_has_its_tab_with_notes_beside_the_cells(desk, preview):
    one = preview(TAM | {"phone": "12"}, TAM, {"name": "Lý Sai", "commune": "Xã Không Có"})
    page = page_of(desk, one, xem="tu-choi")
    counts = {tab.slug: tab.count for tab in page.context["tabs"] if tab.count}
    assert counts == {"moi": 1, "tu-choi": 1, "bo-ra": 1}
    (line,) = page.context["lines"]
    assert "Xã Không Có" in line.notes[0].text  # the sheet had no such column: beside the row
    (line,) = page_of(desk, one, xem="moi").context["lines"]
    assert line.becomes.endswith("Xã Đồi Vải")


def test_a_change_is_shown_in_words_before_and_after(desk, preview, officer, province):
    carry_out(preview(TAM | {"slot": "Trưởng thôn", "village": "Đồi Chè"}), officer=officer)
    one = preview(TAM | {"village": "Đồi Chè", "category": "Giáo viên", "birth": "15/03/1980"})
    (line,) = page_of(desk, one, xem="thay-doi").context["lines"]
    shown = {(one.before, one.after) for one in line.differences}
    assert ("", "Giáo viên") in shown or ("", "Teacher") in shown
    assert not any("team_" in text for pair in shown for text in pair)


def test_whoever_serves_elsewhere_by_the_sheet_is_shown_with_the_names_of_both(
    desk, preview, officer, province
):
    row = {"name": "Lê Thị Mận", "birth": "20/11/1985", "ministry_id": "2400000001"}
    carry_out(preview(row | {"school": "THCS Đồi Vải"}, kind="teachers"), officer=officer)
    bring("schools", [{"name": "THCS Suối Hoa", "commune": "Suối Hoa"}], officer=officer,
          unit=province["province"])  # fmt: skip
    carry_out(Import.objects.get(kind="schools"), officer=officer)
    one = preview(row | {"school": "THCS Suối Hoa"}, kind="teachers")
    (line,) = page_of(desk, one, xem="thay-doi").context["lines"]
    (moved,) = line.differences
    assert "Trường THCS Đồi Vải" in moved.before
    assert moved.after == "Trường THCS Suối Hoa"


@pytest.mark.parametrize("kind", ["team_members", "teachers", "villages", "schools"])
def test_a_template_lists_the_units_to_choose_from(desk, province, kind):
    answer = desk.get(f"{LIST}mau/{kind}.xlsx", {"don-vi": province["Đồi Vải"].pk})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rules = [rule.formula1 for rule in book.active.data_validations.dataValidation]
    words = " ".join(map(str, rules))
    for sheet in book:
        words += " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    assert "Xã Đồi Vải" in words
    assert "Xã Suối Hoa" not in words


def test_a_template_of_no_kind_does_not_exist(desk):
    assert desk.get(f"{LIST}mau/khac.xlsx").status_code == 404


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
    assert 'data-import="applying"' in texts(page_of(desk, one))
    applying.carry_out(one.pk, at=NOON)
    assert page_of(desk, one).context["created"] == 1
    assert f"{LIST}{one.pk}/hoan-tac/" in texts(page_of(desk, one))
    assert desk.get(f"{LIST}{one.pk}/hoan-tac/").context["created"] == 1
    assert Person.objects.filter(name="Nguyễn Văn Tấm").exists()
    desk.post(f"{LIST}{one.pk}/hoan-tac/")
    assert not Person.objects.filter(name="Nguyễn Văn Tấm").exists()
    assert page_of(desk, one).status_code == 200


def test_why_it_cannot_be_taken_back_is_said(desk, preview, officer):
    one = preview(TAM)
    carry_out(one, officer=officer)
    Person.objects.filter(name="Nguyễn Văn Tấm").update(last_login=NOON)
    answer = desk.post(f"{LIST}{one.pk}/hoan-tac/", follow=True)
    assert "Nguyễn Văn Tấm" in str(next(iter(answer.context["messages"])))


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
