import re
import shutil
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Workflow

from courses import editing, editions, loading
from courses.course_files import CONTENT
from courses.mistakes import ContentMistakes
from courses.models import CoursePage, Fact, LessonPage, LoadedFile, Picture
from lms import content
from lms.management.commands.load_content import Command
from quizzes import versions
from quizzes.models import Question, QuestionVersion, Quiz

LESSON = "nen-tang-khac/02-so-suc-khoe-va-vssid.md"
REPORTED = "nen-tang-khac/so-suc-khoe-va-vssid"  # by its address, whatever its number


@pytest.fixture
def folder(tmp_path, db):
    """A copy of the content that may be changed; what it says is loaded already."""
    return shutil.copytree(CONTENT, tmp_path / "content")


def load(folder):
    return Command().load(content.read(folder))


def change(path: Path, old: str, new: str):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def lesson_page():
    return LessonPage.objects.get(slug="so-suc-khoe-va-vssid")


def title_of(path: Path) -> str:
    found = re.search(r'^title = "(.*)"', path.read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    return found[1]


def edit(page, title):
    page.title = title
    page.save_revision().publish()


def test_loading_twice_changes_nothing(folder):
    before = (editions.current(), QuestionVersion.objects.count(), LoadedFile.objects.count())
    report = load(folder)
    assert (report.counts["created"], report.counts["updated"], report.kept) == (0, 0, [])
    after = (editions.current(), QuestionVersion.objects.count(), LoadedFile.objects.count())
    assert after == before


def test_every_file_of_ours_has_its_page_question_or_fact(folder):
    read = content.read(folder)
    assert {fact.key for fact in read.facts} == set(Fact.objects.values_list("key", flat=True))
    for course, questions in read.courses:
        page = CoursePage.objects.get(slug=course.slug)
        pages = LessonPage.objects.child_of(page).order_by("path")
        assert [lesson.slug for lesson in course.lessons] == [page.slug for page in pages]
        assert Quiz.objects.get(course=page).parts.exists()
        for question in questions:
            version = Question.objects.get(key=question.key).current
            assert (version.kind, version.content) == (question.type, question.content)


def test_an_editor_can_save_everything_as_it_was_loaded(db):
    for page in LessonPage.objects.all():
        page.body.stream_block.clean(page.body)
        page.full_clean()
    for question in Question.objects.all():
        question.content.stream_block.clean(question.content)


def test_a_changed_file_updates_what_no_editor_touched(folder):
    path = folder / LESSON
    change(path, title_of(path), "Sổ sức khỏe của bạn")
    edition = editions.current()
    report = load(folder)
    assert (report.counts["updated"], report.counts["created"], report.kept) == (1, 0, [])
    assert lesson_page().title == "Sổ sức khỏe của bạn"
    assert editions.current() > edition
    assert load(folder).counts["updated"] == 0


def test_a_changed_drawing_comes_with_its_lesson(folder):
    path = next((folder / "nen-tang-khac/pictures").glob("*.svg"))
    new = path.read_bytes().replace(b"</svg>", b'<rect x="1" y="1"/></svg>')
    path.write_bytes(new)
    assert load(folder).counts["updated"] == 1
    picture = Picture.objects.get(title=f"nen-tang-khac/{path.name}")
    with picture.file.open("rb") as file:
        assert file.read() == new


def test_a_changed_document_comes_with_its_lesson(folder):
    files = folder / "nen-tang-khac/files"
    files.mkdir()
    (files / "to-roi.pdf").write_bytes(b"%PDF- mot")
    block = "::: download Tờ rơi\nfile: to-roi.pdf\n---\nTờ rơi in hai mặt.\n:::\n\n::: sources"
    change(folder / LESSON, "::: sources", block)
    load(folder)
    (files / "to-roi.pdf").write_bytes(b"%PDF- hai")
    load(folder)
    [found] = [block for block in lesson_page().body if block.block_type == "download"]
    with found.value["file"].file.open("rb") as file:
        assert file.read() == b"%PDF- hai"


def test_a_changed_question_gets_a_new_version_and_the_others_none(folder):
    question = Question.objects.filter(key__startswith="nen-tang-khac").first()
    old = question.current
    change(folder / "nen-tang-khac/questions.yaml", old.content["stem"], "Câu hỏi mới?")
    before = QuestionVersion.objects.count()
    load(folder)
    question.refresh_from_db()
    assert question.current.content["stem"] == "Câu hỏi mới?"
    assert question.current.number == old.number + 1
    assert QuestionVersion.objects.count() == before + 1


def test_a_changed_fact_is_seen_at_once(folder):
    fact = Fact.objects.get(key="hotline-vneid")
    change(folder / "facts.toml", f'"{fact.value}"', '"19009999"')
    edition = editions.current()
    load(folder)
    fact.refresh_from_db()
    assert fact.value == "19009999"
    assert editions.current() > edition


# What editors have done


def test_a_lesson_that_an_editor_changed_is_kept_and_reported(folder):
    edit(lesson_page(), "Tên của biên tập viên")
    path = folder / LESSON
    change(path, title_of(path), "Tên trong tệp")
    assert load(folder).kept == [REPORTED]
    assert lesson_page().title == "Tên của biên tập viên"


def test_a_draft_of_an_editor_is_kept_and_reported(folder):
    page = lesson_page()
    old = page.title
    page.title = "Bản nháp"
    page.save_revision()
    path = folder / LESSON
    change(path, title_of(path), "Tên trong tệp")
    assert load(folder).kept == [REPORTED]
    page = lesson_page()
    assert (page.title, page.get_latest_revision_as_object().title) == (old, "Bản nháp")


def test_a_lesson_that_an_editor_took_down_stays_down(folder):
    lesson_page().unpublish()
    path = folder / LESSON
    change(path, title_of(path), "Tên trong tệp")
    assert load(folder).kept == [REPORTED]
    assert not lesson_page().live


def test_a_lesson_that_an_editor_deleted_stays_deleted(folder):
    lesson_page().delete()
    assert load(folder).kept == [REPORTED]
    assert not LessonPage.objects.filter(slug="so-suc-khoe-va-vssid").exists()


def test_a_question_that_an_editor_changed_is_kept_and_reported(folder):
    question = Question.objects.filter(key__startswith="nen-tang-khac").first()
    old = question.current
    question.content = versions.raw(old.kind, {**old.content, "stem": "Lời biên tập viên?"})
    question.save_revision().publish()
    change(folder / "nen-tang-khac/questions.yaml", old.content["stem"], "Lời trong tệp?")
    assert load(folder).kept == [f"nen-tang-khac/questions.yaml {question.key}"]
    question.refresh_from_db()
    assert question.current.content["stem"] == "Lời biên tập viên?"


@pytest.mark.parametrize("file_changes", [False, True])
def test_a_fact_that_an_editor_changed_is_kept_and_reported(folder, file_changes):
    fact = Fact.objects.get(key="hotline-vneid")
    if file_changes:
        change(folder / "facts.toml", f'"{fact.value}"', '"19009999"')
    fact.value = "18000000"
    fact.save()
    assert load(folder).kept == ["facts.toml hotline-vneid"]
    fact.refresh_from_db()
    assert fact.value == "18000000"


def test_a_fact_that_an_editor_deleted_stays_deleted(folder):
    Fact.objects.get(key="hotline-vneid").delete()
    assert load(folder).kept == ["facts.toml hotline-vneid"]
    assert not Fact.objects.filter(key="hotline-vneid").exists()


def test_a_drawing_that_an_editor_replaced_is_kept(folder):
    path = next((folder / "nen-tang-khac/pictures").glob("*.svg"))
    picture = Picture.objects.get(title=f"nen-tang-khac/{path.name}")
    Picture.objects.filter(pk=picture.pk).update(file_hash="cua-bien-tap-vien")
    path.write_bytes(path.read_bytes().replace(b"</svg>", b'<rect x="1" y="1"/></svg>'))
    load(folder)
    picture.refresh_from_db()
    assert picture.file_hash == "cua-bien-tap-vien"


# New files, and mistakes


@pytest.mark.parametrize(("name", "place"), [("00", 0), ("02", 2), ("99", -1)])
def test_a_new_lesson_stands_at_its_place(folder, name, place):
    text = (folder / LESSON).read_text(encoding="utf-8")
    (folder / f"nen-tang-khac/{name}-x-bai-moi.md").write_text(text, encoding="utf-8")
    report = load(folder)
    assert (report.counts["created"], report.kept) == (1, [])
    pages = LessonPage.objects.child_of(CoursePage.objects.get(slug="nen-tang-khac"))
    slugs = list(pages.order_by("path").values_list("slug", flat=True))
    assert slugs[place] == "x-bai-moi"
    assert pages.get(slug="x-bai-moi").outcomes.exists()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (LESSON, "+++", "---"),
        ("tu-bao-ve/questions.yaml", "difficulty: 2", "difficulty: 9"),
        ("mua-sam/course.toml", "pass_mark = 80", 'pass_mark = "80"'),
        ("mua-sam/course.toml", "wait_minutes = 10", "wait_minutes = -1"),
        ("mua-sam/course.toml", 'audience = "team-member"', 'audience = "ai-do"'),
        ("facts.toml", "label", "lable"),
        ("skills.toml", "short_title", "shorttitle"),
    ],
)
def test_a_mistake_in_one_file_loads_nothing(folder, file, old, new):
    path = folder / "dich-vu-cong/01-hai-muc-tai-khoan.md"
    before = LessonPage.objects.get(slug="hai-muc-tai-khoan").title
    change(path, title_of(path), "Tên mới")
    change(folder / file, old, new)
    with pytest.raises(ContentMistakes) as found:
        load(folder)
    assert {mistake.path for mistake in found.value.mistakes} >= {folder / file}
    assert LessonPage.objects.get(slug="hai-muc-tai-khoan").title == before


def test_a_load_that_fails_halfway_leaves_nothing_behind(folder):
    path = folder / LESSON
    change(path, title_of(path), "Tên mới")
    read = content.read(folder)
    read.courses[-1][0].quiz["pass_mark"] = 0  # as if nobody had checked the file
    before = (lesson_page().title, editions.current())
    with pytest.raises(ValidationError):
        Command().load(read)
    assert (lesson_page().title, editions.current()) == before


def test_two_lessons_with_one_address_are_a_mistake(folder):
    shutil.copy(folder / LESSON, folder / "nen-tang-khac/07-so-suc-khoe-va-vssid.md")
    with pytest.raises(ContentMistakes, match="2 lessons have the address"):
        load(folder)


def test_a_lesson_that_moved_in_the_order_of_files_is_the_same_page(folder):
    page = lesson_page()
    (folder / LESSON).rename(folder / "nen-tang-khac/07-so-suc-khoe-va-vssid.md")
    assert load(folder).kept == []
    assert lesson_page().translation_key == page.translation_key


def test_a_workflow_that_was_renamed_is_still_the_workflow(db):
    workflow = Workflow.objects.get(name=editing.WORKFLOW)
    Workflow.objects.filter(pk=workflow.pk).update(name="Kiểm duyệt bài học")
    assert editing.set_up(root=loading.home()) == workflow
