import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports import values
from imports.values import Unusable
from vietnamese import normalise

pytestmark = pytest.mark.one_database

TODAY = date(2026, 11, 25)


def birth(text):
    return values.birth(text, today=TODAY).value


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("NGUYỄN VĂN TÁM", "Nguyễn Văn Tám"),
        ("đỗ thị ánh", "Đỗ Thị Ánh"),
        (unicodedata.normalize("NFD", "ĐẶNG  THỊ ƯỚC"), "Đặng Thị Ước"),
        ("H'HEN NIÊ", "H'Hen Niê"),
        ("Nguyễn Văn A", "Nguyễn Văn A"),
        ("Hòa", "Hòa"),
    ],
)
def test_a_name_is_written_as_names_are(text, name):
    assert values.person_name(text) == values.Parsed(name)


def test_a_form_of_address_is_no_part_of_a_name():
    parsed = values.person_name("Đ/c Trần Thị Bình")
    assert (parsed.value, bool(parsed.warning)) == ("Trần Thị Bình", True)
    assert values.person_name("Bá Thị Lan").value == "Bá Thị Lan"


@pytest.mark.parametrize("text", ["123", "…", "a@example.vn", "Nguyễn " * 30])
def test_what_is_no_name_is_refused(text):
    with pytest.raises(Unusable):
        values.person_name(text)


@given(st.text())
def test_no_text_breaks_the_reading_of_a_name(text):
    try:
        name = values.person_name(text).value
    except Unusable:
        return
    assert name == normalise(name)
    assert 0 < len(name) <= values.NAME_LENGTH


@pytest.mark.parametrize(
    "text",
    [
        *("15/03/1980", "15/3/1980", "15.3.1980", "15-03-80", "1980-03-15", "15 / 03 / 1980"),
        *("1980-03-15 00:00:00", "15/03/1980 12:00:00 AM", "29295", "15031980", "1980/03/15"),
        *("ngày 15 tháng 3 năm 1980", "15 tháng 03 năm 1980", "1980-03-15T07:00:00", "29295.5"),
    ],
)
def test_a_birthday_is_read_however_it_is_written(text):
    assert birth(text) == (date(1980, 3, 15), 1980)


@pytest.mark.parametrize("text", ["1975", "Năm 1975", "03/1975", "00/00/1975", "__/__/1975"])
def test_a_year_alone_is_a_year(text):
    assert birth(text) == (None, 1975)


def test_a_year_typed_into_a_cell_for_dates_is_a_year_all_the_same():
    shown = date(1899, 12, 30) + timedelta(days=1975)
    parsed = values.birth(shown.isoformat(), today=TODAY)
    assert parsed.value == (None, 1975)
    assert parsed.warning


def test_two_digits_of_a_year_mean_somebody_old_enough():
    assert birth("1/2/05")[1] == 2005
    assert birth("1/2/15")[1] == 1915
    assert values.day("1/2/15", today=TODAY).value == date(2015, 2, 1)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "31/02/1980",
            "03/25/1980",
            "1/1/1899",
            "1850",
            "26/11/2026",
            "2030",
            "không rõ",
            "15/03",
        ),
        *("1/2/3/4", "99999", "12", "-1", "1980-13-01", "/", "9" * 30),
    ],
)
def test_a_day_that_cannot_be_is_refused(text):
    with pytest.raises(Unusable):
        birth(text)


@given(st.dates(date(1900, 1, 1), TODAY), st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"]))
def test_the_day_always_comes_first(day, written):
    assert birth(day.strftime(written)) == (day, day.year)
    assert values.day(day.strftime(written), today=TODAY).value == day


@given(st.text())
def test_no_text_breaks_the_reading_of_a_date(text):
    try:
        day, year = birth(text)
    except Unusable:
        return
    assert 1900 <= year <= 2026
    assert day is None or day.year == year


def test_a_day_without_a_day_is_the_first_and_says_so():
    for text, expected in (("2023", date(2023, 1, 1)), ("9/2025", date(2025, 9, 1))):
        parsed = values.day(text, today=TODAY)
        assert parsed.value == expected
        assert parsed.warning


@pytest.mark.parametrize(
    "text",
    [
        *("0912345678", "912345678", "+84 912 345 678", "84912345678", "0084912345678"),
        *("0912.345.678", "(091) 234-5678", "'0912345678", "+84 (0) 912345678", "ĐT: 0912 345678"),
    ],
)
def test_a_phone_number_is_ten_digits_from_zero(text):
    assert values.phone(text) == values.Parsed("0912345678")


@pytest.mark.parametrize(
    "text",
    [
        "0912345678 / 0983123456",
        "0912345678;0983123456",
        "0912345678 0983123456",
        "912345678 - 983123456",
    ],
)
def test_of_several_phone_numbers_the_first_is_kept_with_a_warning(text):
    parsed = values.phone(text)
    assert (parsed.value, bool(parsed.warning)) == ("0912345678", True)


@pytest.mark.parametrize(
    ("old", "new"),
    [("01656123456", "0356123456"), ("1201234567", "0701234567"), ("+841991234567", "0591234567")],
)
def test_an_old_number_gets_its_new_prefix_with_a_warning(old, new):
    parsed = values.phone(old)
    assert (parsed.value, bool(parsed.warning)) == (new, True)


@pytest.mark.parametrize(
    "text", ["12345", "9.12E+08", "không có", "024075001234", "0000000000", "x"]
)
def test_what_is_no_phone_number_is_refused(text):
    with pytest.raises(Unusable):
        values.phone(text)


@given(st.text(alphabet="0123456789+-./ ;,()ĐTE"))
def test_a_phone_number_is_never_anything_else(text):
    try:
        number = values.phone(text).value
    except Unusable:
        return
    assert number.isascii()
    assert number.isdigit()
    assert len(number) == 10
    assert number[0] == "0"


def test_an_email_is_kept_in_small_letters_and_nothing_else_is_one():
    assert values.email("Tam.Nguyen@Example.VN").value == "tam.nguyen@example.vn"
    assert values.email("a@example.vn; b@example.vn").warning
    for text in ("tám@", "không", "a b", ";"):
        with pytest.raises(Unusable):
            values.email(text)


def test_households_are_counted_with_or_without_thousands_apart():
    for text, count in (("120", 120), ("1.240", 1240), ("1,240", 1240), ("120 hộ", 120), ("0", 0)):
        assert values.whole_number(text).value == count
    for text in ("1.5", "-3", "khoảng 100", "12345678901", "²"):
        with pytest.raises(Unusable):
            values.whole_number(text)


def test_the_ministrys_identifier_is_warned_of_and_never_refused():
    assert values.ministry_id("2400000001") == values.Parsed("2400000001")
    assert values.ministry_id("ABC-1").value == "ABC-1"
    assert values.ministry_id("024075001234").warning


@pytest.mark.parametrize(
    ("reads", "text", "key"),
    [
        (values.role, "TỔ TRƯỞNG", "team_leader"),
        (values.role, "Phó tổ trưởng", "team_deputy"),
        (values.role, "Tổ phó thường trực", "team_deputy"),
        (values.role, "Thành viên", "team_member"),
        (values.category, "Cán bộ, công chức xã", "official"),
        (values.category, "Hội Nông dân", "mass_organisation"),
        (values.category, "Người dân", "citizen"),
        (values.category, "Viettel Post", "post"),
        (values.category, "Nhân viên VNPT", "telecom"),
        (values.category, "Cán bộ ngân hàng", "bank"),
        (values.category, "Giáo viên", "teacher"),
        (values.slot, "Chủ tịch UBND phường", "chair"),
        (values.slot, "Phó Chủ tịch UBND xã", ""),
        (values.slot, "Chủ tịch Hội Nông dân", ""),
        (values.slot, "Bí thư chi bộ, Trưởng thôn", "village_head"),
        (values.slot, "Phó trưởng thôn", ""),
        (values.slot, "Trưởng Công an xã", "police"),
        (values.slot, "Công an viên", "police"),
        (values.slot, "Bí thư Đoàn xã", "youth"),
        (values.slot, "Bí thư chi đoàn", "youth"),
        (values.slot, "Phó Bí thư Đoàn xã", ""),
        (values.slot, "Nông dân", ""),
        (values.position, "Phó hiệu trưởng", "deputy_head"),
        (values.position, "Hiệu trưởng", "head"),
        (values.position, "Giáo viên THCS hạng II", "teacher"),
        (values.position, "Nhân viên thư viện", "staff"),
        (values.school_kind, "TH&THCS", "primary_lower_secondary"),
        (values.school_kind, "Trường THCS Mẫu", "lower_secondary"),
        (values.school_kind, "GDNN-GDTX", "continuing"),
        (values.school_kind, "Trường PTDTNT tỉnh", "boarding"),
        (values.school_kind, "mam non", "preschool"),
        (values.school_kind, "TH, THCS và THPT", "multi_level"),
    ],
)
def test_words_mean_the_keys_that_are_kept(reads, text, key):
    assert reads(text).value == key
    assert reads(unicodedata.normalize("NFD", text.upper())).value == key


def test_a_word_that_means_none_of_the_keys_is_refused():
    for reads in (values.role, values.category, values.school_kind):
        with pytest.raises(Unusable):
            reads("xyz")


def test_only_who_is_working_is_working():
    assert values.is_working("ĐANG LÀM VIỆC")
    for status in ("Đã nghỉ hưu", "Chuyển công tác", "Không đang làm việc", ""):
        assert not values.is_working(status)
