"""Questions between files and the bank, and the commands that bring them."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from PIL import UnidentifiedImageError

from courses.models import LearningOutcome, Picture
from quizzes import versions
from quizzes.exchange import bank, formats
from quizzes.exchange.parsed import Parsed
from quizzes.models import Question
from tests.pictures import png

# GIFT has no ordering and no gaps, nor have GIFT, Moodle and a sheet each word of a sign to spot.
# They say what is right answer by answer: what is said to any right answer comes back at each of them.
ANSWER_BY_ANSWER = {"gift", "moodle"}
MOST_NOT_SAID = {"gift": 0.25, "moodle": 0.07, "qti21": 0, "qti30": 0, "xlsx": 0.07}
GIFT = """\
$CATEGORY: Kho đề/1.1

// [tag:khẩn]
::Số khẩn:: Gọi số nào khi có cháy? {
  =114 # Đúng rồi.
  ~%50%113 # Gần đúng.
  ~115 # Sai.
  #### Vì 114 là cứu hỏa.
}

::Lời:: Đúng hay sai? {T}

Viết một bài văn. {}
"""


def _says_it_twice(question) -> bool:
    right = [one for one in question.content.get("answers", []) if one.get("worth", 100) == 100]
    return bool(question.content.get("feedback_right")) and any(
        one.get("feedback") for one in right
    )


def parsed(**more):
    content = {
        "stem": "Đúng?",
        "explanation": "",
        "answer": True,
        "feedback_right": "",
        "feedback_wrong": "",
    }
    return Parsed(**{"kind": "true_false", "content": content, "line": 1, "name": "Câu mới"} | more)


@pytest.fixture
def outcome(db):
    return LearningOutcome.objects.get(key="1.2")


@pytest.mark.parametrize("key", formats.FORMATS)
def test_what_the_bank_writes_out_it_reads_back_equal(db, key):
    """All our questions, in every format; what a format cannot say is named, not lost."""
    questions = bank.parsed_of(
        Question.objects.select_related("current", "outcome").prefetch_related("tags")
    )
    file = formats.FORMATS[key].write(questions)
    recognised, read = formats.read(file.content)
    assert formats.FORMATS[recognised].read is formats.FORMATS[key].read
    assert read.left == ()
    not_said = {one.what for one in file.left}
    back = {one.name: one for one in read.questions}
    if key == "aiken":  # has no names: nothing but stems, options and the letter
        assert len(read.questions) > len(questions) / 3
        return
    for question in questions:
        if question.name in not_said or (key in ANSWER_BY_ANSWER and _says_it_twice(question)):
            continue
        assert (back[question.name].kind, back[question.name].content) == (
            question.kind,
            question.content,
        ), question.name
    assert len(not_said) <= len(questions) * MOST_NOT_SAID[key]


def test_questions_come_in_as_drafts_under_the_outcome_that_their_category_names(outcome, author):
    brought = bank.bring_in(
        [parsed(category=("Kho đề", "1.1"), tags=("khẩn",), difficulty=3)], by=author
    )
    question = Question.objects.get(key="cau-moi")
    assert brought.created == ["cau-moi"]
    assert (question.live, question.outcome.key, question.difficulty) == (False, "1.1", 3)
    assert sorted(tag.name for tag in question.tags.all()) == ["11", "khan", "kho-de"]
    assert versions.plain(question) == ("true_false", parsed().content)
    assert question.latest_revision.user == author


def test_a_category_may_say_the_text_of_an_outcome(outcome):
    bank.bring_in([parsed(category=(outcome.text.upper(),))], by=None)
    assert Question.objects.get(key="cau-moi").outcome == outcome


def test_a_question_without_an_outcome_is_refused_unless_one_is_given(outcome):
    brought = bank.bring_in([parsed()], by=None)
    assert [one.what for one in brought.refused] == ["Câu mới"]
    assert bank.bring_in([parsed()], by=None, outcome=outcome).created == ["cau-moi"]


def test_brought_in_again_it_is_the_same_and_changed_it_is_a_new_draft(outcome):
    bank.bring_in([parsed()], by=None, outcome=outcome)
    question = Question.objects.get(key="cau-moi")
    question.get_latest_revision().publish()
    assert bank.bring_in([parsed()], by=None, outcome=outcome).same == ["cau-moi"]
    other = parsed(content=parsed().content | {"answer": False})
    assert bank.bring_in([other], by=None, outcome=outcome).changed == ["cau-moi"]
    question.refresh_from_db()
    assert question.current.content["answer"] is True
    assert question.has_unpublished_changes
    draft = question.get_latest_revision_as_object()
    assert versions.plain(draft)[1]["answer"] is False


def test_two_of_one_name_in_a_file_are_two_questions(outcome):
    brought = bank.bring_in([parsed(), parsed()], by=None, outcome=outcome)
    assert brought.created == ["cau-moi", "cau-moi-002"]


def test_pictures_come_into_the_library_once(outcome):
    from hashlib import sha1

    raw = png()
    key = sha1(raw, usedforsecurity=False).hexdigest()
    html = {"stem": f'<p><img src="picture:{key}" alt="cổng"></p>', "markup": "html"}
    one = parsed(content=parsed().content | html, pictures={key: raw})
    bank.bring_in([one], by=None, outcome=outcome)
    bank.bring_in([one], by=None, outcome=outcome)
    assert Picture.objects.filter(file_hash=key).count() == 1
    question = Question.objects.get(key="cau-moi")
    question.get_latest_revision().publish()
    [out] = bank.parsed_of(Question.objects.filter(pk=question.pk))
    assert out.pictures == {key: raw}


def test_an_import_is_all_or_nothing(outcome):
    broken = parsed(name="Hỏng", pictures={"0" * 40: b"khong phai anh"})
    with pytest.raises(UnidentifiedImageError):
        bank.bring_in([parsed(), broken], by=None, outcome=outcome)
    assert not Question.objects.filter(key="cau-moi").exists()


# From the shell


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "de.txt"
    path.write_text(GIFT)
    return path


def run(*args):
    out = StringIO()
    call_command(*map(str, args), stdout=out)
    return out.getvalue()


def test_a_dry_run_tells_everything_and_changes_nothing(db, file):
    before = Question.objects.count()
    report = json.loads(run("questions_import", file, "--dry-run", "--json"))
    assert Question.objects.count() == before
    first, second = report["questions"]
    assert (report["format"], first["type"], first["stem"]) == (
        "gift",
        "single_choice",
        "Gọi số nào khi có cháy?",
    )
    assert [(one["text"], one["fraction"], one["feedback"]) for one in first["options"]] == [
        ("114", 1, "Đúng rồi."),
        ("113", 0.5, "Gần đúng."),
        ("115", 0, "Sai."),
    ]
    assert first["feedback"]["general"] == "Vì 114 là cứu hỏa."
    assert [(one["text"], one["fraction"]) for one in second["options"]] == [
        ("true", 1),
        ("false", 0),
    ]
    [left] = report["refused"]
    assert left["line"] == 13


def test_a_file_is_brought_in_from_the_shell(db, file, author):
    report = json.loads(run("questions_import", file, "--json", "--by", author.login))
    assert report["created"] == ["so-khan", "loi"]
    assert "same: 2" in run("questions_import", file)


def test_what_cannot_be_is_said(db, file, tmp_path):
    for args in (
        [tmp_path / "khong-co.txt"],
        [file, "--format", "moodle"],
        [file, "--outcome", "99.9"],
        [file, "--by", "khong.ai"],
    ):
        with pytest.raises(CommandError):
            run("questions_import", *args)


def test_a_hostile_file_is_refused_with_a_reason(db, tmp_path):
    path = tmp_path / "bom.xml"
    path.write_text('<!DOCTYPE quiz [<!ENTITY a "ha">]><quiz>&a;</quiz>')
    with pytest.raises(CommandError):
        run("questions_import", path, "--json")


def test_the_bank_is_written_to_a_file(db, tmp_path):
    out = tmp_path / "kho.xml"
    run("questions_export", "--format", "moodle", "--skill", "mua-sam", "--out", out)
    _key, read = formats.read(out.read_bytes())
    sayable = Question.objects.filter(outcome__skill__key="mua-sam").exclude(current__kind="spot")
    assert len(read.questions) == sayable.count()
