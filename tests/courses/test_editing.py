"""What authors and approvers do with courses, lessons, pictures and documents in Wagtail's admin."""

import io
import json

import pytest
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import rich_text

from courses.blocks import SHORT_TEXT_FEATURES
from courses.models import CoursePage, Fact, LearningOutcome, LessonPage, Skill
from people.models import Person
from quizzes import attempts
from tests.conftest import NOON
from tests.editing import (
    ADMIN,
    add_lesson,
    complaints,
    edit_lesson,
    lesson_form,
    may_be_framed_by_us,
    picture_block,
    said,
    some,
    text,
)

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9" class="d-line"/></svg>'


# Author → approver


def test_an_author_writes_a_draft_that_readers_do_not_see(as_author, course, client):
    add_lesson(as_author, course, text("<p>Xin chào bà con.</p>"))
    draft = LessonPage.objects.get(slug="bai-thu")
    assert not draft.live
    assert client.get(draft.url).status_code == 404
    preview = as_author.get(f"{ADMIN}pages/{draft.pk}/view_draft/")
    assert "Xin chào bà con." in preview.content.decode()


def test_a_lesson_is_previewed_in_the_editors_frame(as_author, lesson):
    url = f"{ADMIN}pages/{lesson.pk}/edit/preview/"
    form = lesson_form(text("<p>Vừa gõ.</p>"), title=lesson.title, slug=lesson.slug)
    assert as_author.post(url, form).json()["is_valid"]
    preview = as_author.get(url)
    assert "Vừa gõ." in preview.content.decode()
    assert may_be_framed_by_us(preview)


def test_an_author_cannot_publish(as_author, course):
    add_lesson(as_author, course, text("<p>Xin chào.</p>"), **{"action-publish": "1"})
    assert not LessonPage.objects.get(slug="bai-thu").live


@pytest.mark.parametrize("path", ["pages/{}/unpublish/", "pages/{}/delete/", "pages/{}/move/"])
def test_an_author_leaves_what_is_published_where_it_is(as_author, lesson, path):
    as_author.post(ADMIN + path.format(lesson.pk))
    assert LessonPage.objects.get(pk=lesson.pk).live


@pytest.mark.parametrize("path", ["users/", "users/new/", "groups/", "workflows/list/", "sites/"])
@pytest.mark.parametrize("who", ["as_author", "as_approver"])
def test_only_the_administrator_reaches_people_and_settings(request, who, path):
    browser = request.getfixturevalue(who)
    assert browser.get(ADMIN + path).url == ADMIN


def approve(browser, page, action="approve", **comment):
    state = Page.objects.get(pk=page.pk).current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
    return browser.post(url, comment)


def test_what_the_approver_approves_is_published_at_once(as_author, as_approver, lesson, client):
    assert "Câu mới toanh." not in client.get(lesson.url).content.decode()
    edit_lesson(as_author, lesson, text("<p>Câu mới toanh.</p>"), **{"action-submit": "1"})
    assert "Câu mới toanh." not in client.get(lesson.url).content.decode()
    approve(as_approver, lesson)
    assert "Câu mới toanh." in client.get(lesson.url).content.decode()


def test_a_new_lesson_counts_in_its_course_once_it_is_published(
    as_author, as_approver, course, client
):
    add_lesson(as_author, course, text("<p>Bài thêm.</p>"), **{"action-submit": "1"})
    assert "Bài thử" not in client.get(course.url).content.decode()
    approve(as_approver, LessonPage.objects.get(slug="bai-thu"))
    assert "Bài thử" in client.get(course.url).content.decode()


def test_the_approver_sends_a_lesson_back_with_a_comment(as_author, as_approver, lesson):
    edit_lesson(as_author, lesson, text("<p>Vội quá.</p>"), **{"action-submit": "1"})
    approve(as_approver, lesson, "reject", comment="Thiếu nguồn.")
    lesson = LessonPage.objects.get(pk=lesson.pk)
    assert lesson.current_workflow_state.status == "needs_changes"
    assert "Vội quá." not in str(lesson.body)
    history = as_author.get(f"{ADMIN}pages/{lesson.pk}/history/").content.decode()
    assert "Thiếu nguồn." in history


def test_an_author_cannot_approve(as_author, lesson):
    edit_lesson(as_author, lesson, text("<p>Tự duyệt.</p>"), **{"action-submit": "1"})
    approve(as_author, lesson)
    assert Page.objects.get(pk=lesson.pk).workflow_in_progress


def test_two_revisions_are_compared(as_author, lesson):
    edit_lesson(as_author, lesson, text("<p>Bản một.</p>"))
    edit_lesson(as_author, lesson, text("<p>Bản hai.</p>"))
    new, old = lesson.revisions.order_by("-pk")[:2]
    url = f"{ADMIN}pages/{lesson.pk}/revisions/compare/{old.pk}...{new.pk}/"
    page = as_author.get(url).content.decode()
    assert 'deletion">Bản một.' in page
    assert 'addition">Bản hai.' in page


def test_unpublishing_takes_a_lesson_out_of_its_course(as_approver, lesson, course, client):
    assert lesson.title in client.get(course.url).content.decode()
    as_approver.post(f"{ADMIN}pages/{lesson.pk}/unpublish/")
    assert client.get(lesson.url).status_code == 404
    assert lesson.title not in client.get(course.url).content.decode()


def test_loading_content_leaves_an_editors_change_alone(as_approver, lesson):
    edit_lesson(as_approver, lesson, text("<p>Chữ của người.</p>"), **{"action-publish": "1"})
    call_command("load_content", stdout=io.StringIO())
    assert "Chữ của người." in str(LessonPage.objects.get(pk=lesson.pk).body)


# Blocks


@pytest.mark.parametrize("action", [{}, {"action-submit": "1"}])
@pytest.mark.parametrize("alternative", ["", "   "])
def test_a_picture_without_a_text_alternative_is_refused_even_in_a_draft(
    as_author, course, picture, alternative, action
):
    response = add_lesson(as_author, course, picture_block(picture.pk, alternative), **action)
    assert "text_alternative" in complaints(response)
    assert not LessonPage.objects.filter(slug="bai-thu").exists()


def test_the_picture_of_a_step_needs_its_text_alternative_too(as_author, course, picture):
    how = rich_text("<p>Bấm.</p>", features=SHORT_TEXT_FEATURES)
    no_picture = {"picture": "", "text_alternative": ""}
    mute = {"picture": picture.pk, "text_alternative": ""}
    steps = some(
        {"title": "Mở", "text": how, "picture": no_picture},
        {"title": "Đóng", "text": how, "picture": mute},
    )
    response = add_lesson(as_author, course, ("steps", {"title": "Hai bước", "steps": steps}))
    assert "text_alternative" in complaints(response)


@pytest.mark.parametrize(
    "block",
    [
        picture_block("", ""),
        ("media", {"title": "", "file": "", "text_alternative": rich_text("")}),
        ("download", {"title": "", "file": "", "description": ""}),
        ("dialogue", {"title": "", "lines": some()}),
        ("steps", {"title": "", "steps": some()}),
    ],
)
def test_a_draft_may_be_unfinished_but_is_not_submitted_so(as_author, course, block):
    add_lesson(as_author, course, block)
    draft = LessonPage.objects.get(slug="bai-thu")
    assert as_author.get(f"{ADMIN}pages/{draft.pk}/edit/").status_code == 200
    assert as_author.get(f"{ADMIN}pages/{draft.pk}/view_draft/").status_code == 200
    response = edit_lesson(as_author, draft, block, **{"action-submit": "1"})
    assert "body" in response.context["form"].errors
    assert not Page.objects.get(pk=draft.pk).workflow_in_progress


@pytest.mark.parametrize(
    ("message", "signs", "field"),
    [
        ("Bấm {vào đây", ["tên lạ"], "message"),
        ("Bấm {{vào} đây}", ["tên lạ"], "message"),
        ("Bấm {vào} {đây}", ["tên lạ"], "signs"),
    ],
)
def test_a_scam_message_has_its_braces_in_pairs_and_a_sign_for_each(
    as_author, course, message, signs, field
):
    block = {"title": "Tin lạ", "sender": "0912", "message": message, "signs": some(*signs)}
    response = add_lesson(as_author, course, ("spot_the_scam", block))
    assert f'"{field}"' in complaints(response)


@pytest.mark.parametrize("right", [(), (0, 1)])
def test_a_practice_check_has_exactly_one_right_answer(as_author, course, right):
    answers = [
        {"text": word, "feedback": "Vì thế.", **({"correct": "on"} if place in right else {})}
        for place, word in enumerate(["Có", "Không"])
    ]
    block = {"question": "Có nên bấm?", "answers": some(*answers)}
    assert '"answers"' in complaints(add_lesson(as_author, course, ("check", block)))


def test_an_address_copied_from_a_browser_becomes_one_link(as_author, course):
    source = {"tag": "s1", "text": "Cổng", "address": "https://dichvucong.gov.vn/tra-cuu"}
    add_lesson(as_author, course, ("sources", {"sources": some(source)}))
    draft = LessonPage.objects.get(slug="bai-thu")
    shown = as_author.get(f"{ADMIN}pages/{draft.pk}/view_draft/").content.decode()
    assert 'href="https://dichvucong.gov.vn/tra-cuu"' in shown


def test_a_script_pasted_into_rich_text_stays_text(as_author, course):
    pasted = {
        "blocks": [
            {
                "key": "a",
                "type": "unstyled",
                "depth": 0,
                "text": "<script>alert(1)</script> bấm",
                "inlineStyleRanges": [],
                "entityRanges": [{"offset": 26, "length": 3, "key": 0}],
            }
        ],
        "entityMap": {
            "0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "javascript:alert(1)"}}
        },
    }
    add_lesson(as_author, course, ("text", json.dumps(pasted)))
    draft = LessonPage.objects.get(slug="bai-thu")
    shown = as_author.get(f"{ADMIN}pages/{draft.pk}/view_draft/").content.decode()
    assert "&lt;script&gt;alert(1)" in shown
    assert "javascript:" not in shown


# The data budget

HEAVY = text("<p>" + " ".join(f"chữ{place * 7919}" for place in range(4000)) + "</p>")


def test_a_lesson_heavier_than_its_budget_is_warned_of_once(as_approver, lesson):
    response = edit_lesson(as_approver, lesson, HEAVY, **{"action-publish": "1"})
    assert said(response).count("9 KB") == 1


def test_a_light_lesson_is_not_warned_of(as_approver, lesson):
    response = edit_lesson(as_approver, lesson, text("<p>Ngắn.</p>"))
    assert "KB" not in said(response)


def test_what_the_editor_saves_by_itself_leaves_no_message(as_author, lesson):
    response = edit_lesson(as_author, lesson, HEAVY, headers={"Accept": "application/json"})
    assert response.json()["success"]
    assert said(response) == ""


# What is taught


@pytest.fixture
def fact(db):
    return Fact.objects.get(key="hotline-vneid")


def test_an_approver_corrects_a_fact_and_readers_see_it_at_once(as_approver, fact, client):
    named = next(p for p in LessonPage.objects.live() if f"[[{fact.key}]]" in str(p.body.raw_data))
    form = {"label": fact.label, "value": "0000 1111", "source": "", "verified": "on"}
    url = f"{ADMIN}snippets/courses/fact/edit/{fact.pk}/"
    client.get(named.url)
    as_approver.post(url, {**form, "key": "khac", "checked_on": "2026-11-24"})
    assert "0000 1111" in client.get(named.url).content.decode()
    assert Fact.objects.get(pk=fact.pk).key == fact.key


def test_an_author_reads_facts_but_does_not_change_them(as_author, fact):
    assert as_author.get(f"{ADMIN}snippets/courses/fact/").status_code == 200
    assert as_author.get(f"{ADMIN}snippets/courses/fact/inspect/{fact.pk}/").status_code == 200
    assert as_author.get(f"{ADMIN}snippets/courses/fact/edit/{fact.pk}/").status_code == 302


def test_facts_skills_and_outcomes_can_be_added(as_administrator):
    skill = {"number": "6", "key": "ky-nang-sau", "title": "Sáu", "short_title": "Sáu"}
    as_administrator.post(f"{ADMIN}snippets/courses/skill/add/", {**skill, "summary": "Thêm."})
    added = Skill.objects.get(number=6)
    outcome = {"skill": added.pk, "key": "6.1", "position": "1", "text": "Biết.", "sources": ""}
    as_administrator.post(f"{ADMIN}snippets/courses/learningoutcome/add/", outcome)
    assert LearningOutcome.objects.get(key="6.1").skill == added
    fact = {"key": "so-moi", "label": "Số mới", "value": "1", "checked_on": "2026-11-24"}
    as_administrator.post(f"{ADMIN}snippets/courses/fact/add/", {**fact, "source": ""})
    assert Fact.objects.get(key="so-moi").value == "1"


@pytest.mark.parametrize("words", ["Tổng đài", "tong dai"])
def test_facts_are_found_with_and_without_accents(as_approver, words):
    found = as_approver.get(f"{ADMIN}snippets/courses/fact/", {"q": words, "verified": ""})
    assert any("Tổng đài" in fact.label for fact in found.context["object_list"])


# What others depend on


def test_a_course_with_a_quiz_is_not_deleted(as_administrator, course, quiz, farmer):
    attempts.start(quiz=quiz, by=farmer, at=NOON)
    response = as_administrator.post(f"{ADMIN}pages/{course.pk}/delete/")
    assert CoursePage.objects.filter(pk=course.pk).exists()
    assert course.title in said(response)


def test_of_many_pages_none_is_deleted_where_one_is_needed(as_administrator, course):
    lone = LessonPage(title="Lẻ", slug="le", summary="x")
    course.add_child(instance=lone)
    url = f"{ADMIN}bulk/wagtailcore/page/delete/?id={lone.pk}&id={course.get_parent().pk}"
    as_administrator.post(url, {"wagtail_site_name": "Kỹ năng số"})
    assert Page.objects.filter(pk__in=[lone.pk, course.pk]).count() == 2


def test_a_draft_lesson_is_deleted(as_author, course):
    add_lesson(as_author, course, text("<p>Nháp.</p>"))
    draft = LessonPage.objects.get(slug="bai-thu")
    as_author.post(f"{ADMIN}pages/{draft.pk}/delete/")
    assert not LessonPage.objects.filter(pk=draft.pk).exists()


def test_a_person_with_attempts_is_not_deleted(as_administrator, quiz, farmer):
    attempts.start(quiz=quiz, by=farmer, at=NOON)
    as_administrator.post(f"{ADMIN}users/delete/{farmer.pk}/")
    as_administrator.post(f"{ADMIN}bulk/people/person/delete/?id={farmer.pk}")
    assert Person.objects.filter(pk=farmer.pk).exists()
