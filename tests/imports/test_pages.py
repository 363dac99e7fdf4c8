"""The pages on which an officer sends a sheet and looks at its preview, and what is kept of it."""

import io
import json

import openpyxl
import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from imports import uploads
from imports.models import Import
from organisation.models import Placement
from people.models import Post
from people.roles import Role
from tests.conftest import make_person
from tests.imports import sheets
from tests.imports.conftest import BEGAN, bring, carry_out, work
from tests.imports.pages import (
    CITIZEN_ID,
    FATHER,
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
    assert 'data-progress="previewing"' in texts(page)
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
