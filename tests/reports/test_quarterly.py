"""The quarterly report: worked out, signed once, then never changed; what is known later stands beside it."""

import io
from datetime import date, datetime, timedelta

import docx
import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from pypdf import PdfReader

from classroom import deliveries
from jobs import queue
from organisation import tree
from organisation.models import Unit
from people.models import Post
from people.roles import Role
from quizzes.models import Grade
from reports import documents, indicators, obstacles, quarterly
from reports.models import Correction, Report, Snapshot
from reports.quarters import Quarter
from reports.tasks import work_out
from tests.at_once import at_once
from tests.classroom import people as class_people
from tests.classroom.test_classes import committed_class
from tests.conftest import make_person
from tests.training.conftest import passes_all, teaching
from training import refreshing
from training.models import Exemption, Programme

QUARTER = Quarter(2026, 3)
WITHIN = timezone.make_aware(datetime(2026, 8, 20, 9))  # noqa: DTZ001
AFTER = timezone.make_aware(datetime(2026, 9, 16, 9))  # noqa: DTZ001


def officer_of(unit, login="can.bo"):
    person = make_person(login, "Đỗ Thị Cúc")
    Post.objects.create(person=person, unit=unit, role=Role.OFFICER, since=date(2026, 1, 1))
    return person


@pytest.fixture
def officer(commune):
    return officer_of(commune)


@pytest.fixture
def late(school):
    return teaching(make_person("co.lan", "Lê Thị Lan"), school, since=date(2026, 8, 1))


@pytest.fixture
def draft(officer, teacher, late, commune):
    """The report of the commune: of two teachers one has passed everything in its time."""
    passes_all(teacher, at=WITHIN)
    refreshing.catch_up(at=AFTER)
    report, job = quarterly.begin(commune.pk, QUARTER, by=officer, at=AFTER)
    assert job is None
    return report


def sign(report, by):
    quarterly.sign(report, name="Giáp Văn Thơm", office="CHỦ TỊCH", by=by, at=AFTER)
    report.refresh_from_db()
    return report


def trained(report, programme="giao-vien"):
    return report.snapshots.get(indicator="trained", programme__key=programme)


def test_a_report_says_the_figures_of_its_last_day(draft, teacher, late, officer):
    found = trained(draft)
    assert (found.numerator, found.denominator) == (1, 2)
    assert found.people == {"done": [teacher.pk], "not_begun": [late.pk]}
    assert (found.details["joined"], found.details["left"]) == (1, 0)
    # What happens after the last day is of the next quarter.
    passes_all(late, at=AFTER - timedelta(hours=1))
    refreshing.catch_up(at=AFTER)
    quarterly.work_out_again(draft, by=officer, at=AFTER)
    assert trained(draft).numerator == 1


def test_what_was_done_in_the_quarter_is_counted(draft, school, teacher, officer):
    made = class_people.class_of(school, teacher)
    for day in (date(2026, 9, 14), date(2026, 9, 15)):  # the last day, and the one after it
        deliveries.record(
            school_class=made, pack=class_people.pack(), on=day, pupils=30, by=teacher, at=AFTER
        )
    quarterly.work_out_again(draft, by=officer, at=AFTER)
    lessons = draft.snapshots.get(indicator="lessons")
    assert (lessons.numerator, lessons.details) == (1, {"pupils": 30})


def test_it_is_signed_once_and_by_whoever_reports_for_the_unit(draft, officer, teacher, commune):
    with pytest.raises(quarterly.Refused):
        sign(draft, teacher)
    with pytest.raises(quarterly.Refused):
        quarterly.sign(draft, name=" ", office="x", by=officer, at=AFTER)
    with pytest.raises(quarterly.Refused, match="14/09/2026"):
        quarterly.sign(draft, name="x", office="x", by=officer, at=WITHIN)
    sign(draft, officer)
    with pytest.raises(quarterly.Refused):
        sign(draft, officer)
    with pytest.raises(quarterly.Refused):
        quarterly.comment(draft, "Thêm")
    with pytest.raises(quarterly.Refused):
        quarterly.work_out_again(draft, by=officer, at=AFTER)


@pytest.mark.parametrize(
    "change",
    [
        lambda report: Report.objects.filter(pk=report.pk).update(comment="Khác"),
        lambda report: Report.objects.filter(pk=report.pk).update(state="draft", signed_at=None),
        lambda report: report.snapshots.update(numerator=2),
        lambda report: report.snapshots.all().delete(),
        lambda report: Snapshot.objects.create(
            report=report, unit_id=report.unit_id, unit_name="x", indicator="x", position=99,
            numerator=1,
        ),
        lambda report: report.delete(),
    ],
)  # fmt: skip
def test_the_database_refuses_to_change_what_is_signed(draft, officer, change):
    sign(draft, officer)
    with pytest.raises(DatabaseError), transaction.atomic():
        change(draft)


def test_what_is_known_later_stands_beside_the_report_with_its_reason(
    draft, officer, teacher, late, teachers
):
    sign(draft, officer)
    assert quarterly.differences(draft, at=AFTER) == []
    with pytest.raises(quarterly.Refused):
        quarterly.correct(draft, reason="Không có gì", by=officer, at=AFTER)
    attempt = teacher.attempts.first()  # marked anew, months later
    Grade.objects.create(
        attempt=attempt, marks=["0"], per_cent=10, passed=False, rule="test", at=AFTER
    )
    Exemption.objects.create(
        person=late, programme=teachers, reason="illness", since=date(2026, 9, 1),
        until=date(2026, 12, 1), granted_until=date(2026, 12, 1), approved_at=AFTER,
    )  # fmt: skip
    refreshing.catch_up(at=AFTER)
    [found] = quarterly.differences(draft, at=AFTER)
    assert (found["signed"], found["now"]) == ([1, 2], [0, 1])
    assert (found["came"], found["went"]) == ([], [teacher.pk])
    quarterly.correct(draft, reason="Chấm lại bài", by=officer, at=AFTER)
    with pytest.raises(quarterly.Refused):  # written down already
        quarterly.correct(draft, reason="Lại", by=officer, at=AFTER)
    assert Correction.objects.get().differences == [found]
    assert trained(draft).numerator == 1


def test_two_who_sign_at_once_sign_once(committed_db):
    school = committed_class().school
    commune = tree.path(school, on=date(2026, 9, 1))[1].unit
    officer = officer_of(commune)
    report, _job = quarterly.begin(commune.pk, QUARTER, by=officer, at=AFTER)
    results = at_once(
        *[
            lambda name=name: quarterly.sign(report, name=name, office="x", by=officer, at=AFTER)
            for name in ("Một", "Hai", "Ba")
        ]
    )
    refused = [one for one in results if isinstance(one, quarterly.Refused)]
    assert len(refused) == 2, results
    assert Report.objects.get().signer_name in ("Một", "Hai", "Ba")


def test_a_province_rolls_up_what_its_communes_say(draft, commune, kinds, teacher):
    top = tree.path(commune, on=date(2026, 9, 1))[1]
    officer = officer_of(top.unit, login="can.bo.tinh")
    report, job = quarterly.begin(top.unit_id, QUARTER, by=officer, at=AFTER)
    assert job is not None
    work_out(job.pk)
    assert queue.progress(job=job).done == 1
    whole = report.snapshots.get(unit=top.unit_id, programme__key="giao-vien")
    part = report.snapshots.get(unit=commune, programme__key="giao-vien")
    assert (whole.numerator, whole.denominator) == (part.numerator, part.denominator) == (1, 2)
    [row] = documents.read(report).below
    assert row["name"] == "Xã Đồi Vải"
    assert row["cells"][0] == "1/2 (50%)"


def test_a_village_does_not_report_and_no_quarter_to_come(village, officer):
    with pytest.raises(quarterly.Refused):
        quarterly.begin(village.pk, QUARTER, by=officer, at=AFTER)
    with pytest.raises(quarterly.Refused):
        quarterly.begin(village.pk, Quarter(2027, 1), by=officer, at=AFTER)


def test_all_papers_say_the_same(draft, officer, commune):
    quarterly.comment(draft, "Sóng yếu ở hai thôn.\nĐề nghị hỗ trợ.")
    obstacles.raise_one(commune.pk, "Thiếu máy chiếu", by=officer, at=WITHIN)
    sign(draft, officer)
    pdf = documents.as_pdf(draft)
    reader = PdfReader(io.BytesIO(pdf))
    said = " ".join(" ".join(page.extract_text().split()) for page in reader.pages)
    word = docx.Document(io.BytesIO(documents.as_docx(draft)))
    written = [p.text for p in word.paragraphs]
    written += [p.text for t in word.tables for c in t._cells for p in c.paragraphs]
    for text in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
        "XÃ ĐỒI VẢI", "Đồi Vải, ngày 16 tháng 9 năm 2026", "BÁO CÁO",
        "Kết quả tập huấn năm kỹ năng số cơ bản quý III năm 2026",
        "1/2 người đã hoàn thành, đạt 50%", "Thiếu máy chiếu", "Sóng yếu ở hai thôn.",
        "TM. ỦY BAN NHÂN DÂN", "Giáp Văn Thơm", "Nơi nhận:",
    ]:  # fmt: skip
        assert text in said, text
        assert any(text in line for line in written), text
    assert "DỰ THẢO" not in said
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts
    assert all("Liberation-Serif" in font or "LiberationSerif" in font for font in fonts), fonts
    rows = list(documents.as_table(draft).rows)
    assert [1, 2] in [[row[3], row[4]] for row in rows]


def test_the_way_of_a_report_in_pages(officer, teacher, late, commune, client):
    client.force_login(officer, backend="people.authentication.PersonBackend")
    shown = client.get("/cong-viec/bao-cao/?quy=2026-3").content.decode()
    assert "Xã Đồi Vải" in shown
    address = f"/cong-viec/bao-cao/{commune.pk}/2026/3/"
    assert client.get(address).status_code == 404
    assert client.post(f"{address}lap/").headers["Location"] == address
    client.post(address, {"viec": "luu", "comment": "Ổn"})
    assert "Ổn" in client.get(address).content.decode()
    assert client.post(address, {"viec": "ky", "name": "", "office": ""}).status_code == 422
    signed = client.post(address, {"viec": "ky", "name": "An", "office": "CHỦ TỊCH"}, follow=True)
    assert "không thay đổi nữa" in signed.content.decode()
    for form, start in [("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")]:
        answer = client.get(f"{address}bao-cao.{form}")
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert content.startswith(start)
    assert "đúng như đã ký" in client.get(f"{address}chenh-lech/").content.decode()
    client.post("/cong-viec/bao-cao/vuong-mac/", {"text": "Thiếu máy"})
    assert "Thiếu máy" in client.get("/cong-viec/bao-cao/vuong-mac/").content.decode()


def test_reports_of_all_communes_cost_as_many_queries_as_one(
    commune, kinds, client, django_assert_max_num_queries
):
    top = tree.path(commune, on=date(2026, 9, 1))[1].unit
    officer = officer_of(top, login="can.bo.tinh")
    for number in range(12):
        unit = Unit.objects.create()
        tree.place(
            unit=unit,
            name=f"Xã {number}",
            kind=kinds["xa"],
            parent=top,
            valid_from=date(2025, 7, 1),
        )
        teaching(
            make_person(f"gv.{number}", "Vi Thị Lụa"),
            class_people.school_in(unit, kinds, name=f"T {number}"),
        )
    refreshing.catch_up(at=AFTER)
    report, _job = quarterly.begin(top.pk, QUARTER, by=officer, at=AFTER)
    with django_assert_max_num_queries(45):
        quarterly.write(report.pk, at=AFTER)
    assert report.snapshots.filter(indicator=indicators.TRAINED).count() == 2 * 14
    client.force_login(officer, backend="people.authentication.PersonBackend")
    for address, most in [
        ("/cong-viec/bao-cao/?quy=2026-3", 20),
        (f"/cong-viec/bao-cao/{top.pk}/2026/3/", 25),
    ]:
        client.get(address)
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200
    assert Programme.objects.count() == 2


def test_who_has_reported_is_handed_out_as_a_table(draft, officer, commune, client):
    top = tree.path(commune, on=date(2026, 9, 1))[1].unit
    above = officer_of(top, login="can.bo.tinh")
    client.force_login(above, backend="people.authentication.PersonBackend")
    address = f"/cong-viec/bao-cao/{top.pk}/2026/3/tinh-hinh.csv"
    draft_said = b"".join(client.get(address).streaming_content).decode("utf-8-sig")
    assert "Xã Đồi Vải,Dự thảo,,,x" in draft_said
    sign(draft, officer)
    said = b"".join(client.get(address).streaming_content).decode("utf-8-sig")
    assert f"Xã Đồi Vải,Đã ký,{AFTER:%d/%m/%Y},Giáp Văn Thơm" in said
