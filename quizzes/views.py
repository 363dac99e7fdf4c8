from collections import defaultdict
from datetime import timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from courses import facts, outlines
from people.access import public, signed_in
from quizzes import attempts, drawing, grading, pictures, showing
from quizzes import given as answers
from quizzes.models import Attempt, AttemptEvent, AttemptItem, Grade, Quiz
from quizzes.standing import outcome_standings


@never_cache
@require_safe
@public
def quiz(request, slug: str) -> HttpResponse:
    """Say what a quiz asks and how one stands in it; the place to begin or go on."""
    found = get_object_or_404(
        Quiz.objects.select_related("course"), slug=slug, live=True, course__isnull=False
    )
    parts = list(found.parts.select_related("outcome", "outcome__skill"))
    outcomes = [part.outcome for part in parts]
    may = past = best = None
    if request.user.is_authenticated:
        may = attempts.permission(found, person=request.user, at=timezone.now())
        past = _past_attempts(found, request.user)
        best = grading.best_grades(request.user).get(found.pk)
    context = {
        "quiz": found,
        "course": outlines.course_of(found.course.slug),
        "passed": bool(best and best.passed),
        "question_count": sum(part.count for part in parts),
        "outcomes": outcome_standings(request.user, outcomes, at=timezone.now()),
        "may": may,
        "past": past,
    }
    return render(request, "quizzes/quiz.html", context)


def _past_attempts(quiz: Quiz, person) -> list[Grade]:
    """Return the grades of a person's attempts, newest first."""
    return list(
        Grade.objects.filter(attempt__quiz=quiz, attempt__person=person)
        .that_count()
        .exclude(attempt__state=Attempt.State.VOID)
        .select_related("attempt")
        .order_by("-attempt__number", "-pk")[:20]
    )


@require_http_methods(["GET", "POST"])
@signed_in
def start(request, slug: str) -> HttpResponse:
    """Begin the quiz, or go on with the attempt that is open.

    Whoever signs in on the way comes back here by GET, and presses the button once more.
    """
    if request.method == "GET":
        return redirect("quizzes:quiz", slug)
    found = get_object_or_404(Quiz, slug=slug, live=True)
    try:
        attempt = attempts.start(quiz=found, by=request.user, at=timezone.now())
    except attempts.NotYetOpen:
        messages.info(request, _("This quiz has not opened yet."))
    except attempts.HasClosed:
        messages.info(request, _("This quiz has closed."))
    except attempts.MustWait:
        messages.info(
            request, _("You can begin again after the wait. Until then, look at the lessons.")
        )
    except attempts.NoAttemptLeft:
        messages.info(request, _("You have used all attempts that this quiz allows."))
    except drawing.BankTooSmall:
        messages.error(
            request, _("This quiz has too few questions just now. Its author has to add some.")
        )
    else:
        open_items = [item for item in attempts.items_with_answers(attempt) if item.given is None]
        position = open_items[0].position if open_items else 1
        return redirect("quizzes:question", attempt.pk, position)
    return redirect("quizzes:quiz", slug)


def _own(request, attempt_id: int, *also: str) -> Attempt:
    """Return one's own attempt with its quiz, ended if its time is over. Somebody else's does not exist."""
    found = get_object_or_404(
        Attempt.objects.select_related("quiz", *also), pk=attempt_id, person=request.user
    )
    if attempts.expire_if_over(found, at=timezone.now()):
        found.refresh_from_db(fields=["state", "submitted_at"])
        messages.info(request, _("The time was over: what you had answered has been handed in."))
    return found


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def question(request, attempt_id: int, position: int) -> HttpResponse:
    """Show one question of an attempt; a POST keeps the answer and goes where the button says."""
    if request.method == "POST":
        return _answer(request, attempt_id, position)
    attempt = _own(request, attempt_id)
    if attempt.state != Attempt.State.OPEN:
        return redirect("quizzes:result", attempt.pk)
    items = attempts.items_with_answers(attempt)
    if not 1 <= position <= len(items):
        raise Http404
    if _wants_json(request):
        return JsonResponse({"device": attempts.last_device(items[position - 1].pk)})
    return render(request, "quizzes/question.html", _question_context(attempt, items, position))


def _question_context(attempt: Attempt, items: list[Any], position: int) -> dict:
    item = items[position - 1]
    return {
        "attempt": attempt,
        "item": item,
        "position": position,
        "total": len(items),
        "seconds_left": _seconds_left(attempt),
        "shown": showing.show(
            item.version,
            order=item.order,
            given=item.given,
            fact_values=facts.values(),
            review=False,
        ),
        # Each time the page is shown an answer of its own: sent twice, it is kept once.
        "key": uuid4(),
        "previous": position - 1 if position > 1 else None,
        "next": position + 1 if position < len(items) else None,
        "answered_count": sum(_is_answered(other) for other in items),
        # Numbers as text: a template would format each by the rules of the language.
        "map": [
            (str(other.position), _is_answered(other), other.position == position)
            for other in items
        ],
    }


def _seconds_left(attempt: Attempt) -> int | None:
    """Return how many seconds are left as it is shown, by the server's clock; None without a limit."""
    if attempt.due_at is None:
        return None
    return max(0, int((attempt.due_at - timezone.now()).total_seconds()))


def _wants_json(request) -> bool:
    return request.headers.get("Accept") == "application/json"


def _is_answered(item: Any) -> bool:
    """Whether an item of `attempts.items_with_answers` is answered."""
    return answers.is_whole(item.version.kind, item.version.content, item.given)


def _answer(request, attempt_id: int, position: int) -> HttpResponse:
    """Keep an answer. A script gets JSON; a plain form goes on to where its button says."""
    as_json = _wants_json(request)
    asked = AttemptItem.objects.filter(
        attempt__pk=attempt_id, attempt__person=request.user, position=position
    )
    found = asked.values_list("pk", "version__kind", "version__content").first()
    if found is None:
        raise Http404
    item, kind, content = found
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        return _refused(request, as_json, status=400, attempt_id=attempt_id)
    given = answers.read(kind, request.POST, content=content)
    device = request.POST.get("device", "").replace("\0", "")
    before = attempts.last_device(item) if device else ""
    try:
        attempts.answer(
            item=item,
            given=given,
            key=key,
            by=request.user,
            at=timezone.now(),
            ago=timedelta(milliseconds=_count(request.POST.get("ago", ""))),
            sequence=_count(request.POST.get("sequence", "")),
            device=device,
        )
    except attempts.NotOpen:
        return _refused(request, as_json, status=409, attempt_id=attempt_id)
    except attempts.TooLong:
        return _refused(request, as_json, status=400, attempt_id=attempt_id)
    if as_json:
        return JsonResponse(
            {
                "saved": True,
                "answered": answers.is_whole(kind, content, given),
                "elsewhere": bool(before and before != device[:36]),
            }
        )
    to = answers.number(request.POST.get("to"))
    if to is not None:
        return redirect("quizzes:question", attempt_id, to)
    return redirect("quizzes:review", attempt_id)


def _count(text: str) -> int:
    """Return a number that a page says: of milliseconds, or of an answer; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _refused(request, as_json: bool, *, status: int, attempt_id: int) -> HttpResponse:
    message = (
        _("This attempt has been handed in already; the answer came too late.")
        if status == 409
        else _("The answer could not be read. Load the page again and answer once more.")
    )
    if as_json:
        return JsonResponse({"saved": False, "message": message}, status=status)
    messages.error(request, message)
    return redirect("quizzes:review", attempt_id)


@never_cache
@signed_in
@require_GET
def review(request, attempt_id: int) -> HttpResponse:
    """Show which questions are answered, before handing in."""
    attempt = _own(request, attempt_id)
    if attempt.state != Attempt.State.OPEN:
        return redirect("quizzes:result", attempt.pk)
    items = attempts.items_with_answers(attempt)
    fact_values = facts.values()
    lines = [
        (
            item.position,
            showing.title_of(item.version, fact_values=fact_values),
            _is_answered(item),
        )
        for item in items
    ]
    open_positions = [position for position, _stem, answered in lines if not answered]
    context = {
        "attempt": attempt,
        "lines": lines,
        "seconds_left": _seconds_left(attempt),
        "answered_count": len(lines) - len(open_positions),
        "total": len(lines),
        "first_open": open_positions[0] if open_positions else None,
    }
    return render(request, "quizzes/review.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def submit(request, attempt_id: int) -> HttpResponse:
    """Hand an attempt in. By GET, after signing in on the way, look it over once more."""
    if request.method == "GET":
        return redirect("quizzes:review", attempt_id)
    try:
        attempts.submit(attempt=attempt_id, by=request.user, at=timezone.now())
    except attempts.NotOpen as error:
        raise Http404 from error
    return redirect("quizzes:result", attempt_id)


@never_cache
@signed_in
@require_GET
def result(request, attempt_id: int) -> HttpResponse:
    """Show what an attempt was worth, why, and what to look at again."""
    attempt = _own(request, attempt_id, "quiz__course")
    if attempt.state == Attempt.State.OPEN:
        return redirect("quizzes:review", attempt.pk)
    grade = attempt.grades.last()
    if attempt.state != Attempt.State.MARKED or grade is None:
        return render(request, "quizzes/ended.html", _ended_context(attempt))
    items = attempts.items_with_answers(attempt, "version__question__outcome")
    marks = [None if mark is None else Fraction(mark) for mark in grade.marks]
    weak = sorted(
        {
            item.version.question.outcome
            for item, mark in zip(items, marks, strict=True)
            if mark is not None and mark != 1
        },
        key=lambda outcome: outcome.position,
    )
    assert attempt.quiz.course is not None
    course = outlines.course_of(attempt.quiz.course.slug)
    again = (
        outlines.lessons_teaching(course, [o.key for o in weak]) if course else defaultdict(list)
    )
    may = attempts.permission(attempt.quiz, person=request.user, at=timezone.now())
    may_see = _may_see_right_answers(attempt.quiz, at=timezone.now())
    context = {
        "attempt": attempt,
        "grade": grade,
        "reviewed": _reviewed(items, marks) if may_see else [],
        "waits_for": attempt.quiz.closes_at
        if not may_see and attempt.quiz.review == "closed"
        else None,
        "total": sum(mark is not None for mark in marks),
        "right_count": sum(mark == 1 for mark in marks),
        "outcomes": outcome_standings(
            request.user,
            sorted({item.version.question.outcome for item in items}, key=lambda o: o.position),
            at=timezone.now(),
        ),
        "weak": [(outcome, again[outcome.key]) for outcome in weak],
        "may": may,
        "course": course,
        "regraded": attempt.grades.count() > 1,
    }
    return render(request, "quizzes/result.html", context)


def _may_see_right_answers(quiz: Quiz, *, at) -> bool:
    if quiz.review == Quiz.Review.CLOSED:
        return quiz.closes_at is None or quiz.closes_at <= at
    return quiz.review == Quiz.Review.AT_ONCE


def _reviewed(items: list[Any], marks: list[Fraction | None]) -> list[tuple]:
    """Return each question with its position, its outcome, and whether it counts."""
    fact_values = facts.values()
    shown_pictures = pictures.shown(pictures.hashes([item.version.content for item in items]))
    return [
        (
            item.position,
            item.version.question.outcome,
            showing.show(
                item.version,
                order=item.order,
                given=item.given,
                fact_values=fact_values,
                review=True,
                mark=mark,
                shown_pictures=shown_pictures,
            ),
            mark is not None,
        )
        for item, mark in zip(items, marks, strict=True)
    ]


def _ended_context(attempt: Attempt) -> dict:
    """Return what is said of an attempt that has no result: expired without an answer, or voided."""
    voided = attempt.events.filter(kind=AttemptEvent.Kind.VOIDED).last()
    return {
        "attempt": attempt,
        "is_void": attempt.state == Attempt.State.VOID,
        "reason": voided.details.get("reason", "") if voided else "",
    }
