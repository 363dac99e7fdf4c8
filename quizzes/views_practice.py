"""The pages of practice: what to practise, one question at a time, and how it went."""

from fractions import Fraction

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses import audiences, facts, outlines
from courses.models import LearningOutcome, Skill
from people.access import signed_in
from quizzes import given as answers
from quizzes import practising, showing
from quizzes.models import Practice
from quizzes.standing import outcome_standings


@never_cache
@signed_in
@require_GET
def skill(request, key: str) -> HttpResponse:
    """Show how well each outcome of a skill is mastered, and let one be practised."""
    found = get_object_or_404(Skill, key=key)
    outcomes = list(found.outcomes.order_by("position"))
    context = {
        "skill": found,
        "outcomes": outcome_standings(request.user, outcomes, at=timezone.now()),
        "length": practising.LENGTH,
        "open": Practice.objects.filter(person=request.user, skill=found, finished_at=None).first(),
    }
    return render(request, "quizzes/practice.html", context)


@signed_in
@require_POST
def start(request, key: str) -> HttpResponse:
    """Begin a practice, or go on with the one that is open."""
    found = get_object_or_404(Skill, key=key)
    outcome = None
    if request.POST.get("outcome"):
        outcome = get_object_or_404(LearningOutcome, skill=found, key=request.POST["outcome"])
    try:
        practice = practising.start(
            skill=found, outcome=outcome, by=request.user, at=timezone.now()
        )
    except practising.NothingToAsk:
        messages.info(request, _("There is no question to practise on yet."))
        return redirect("quizzes:practice_skill", key)
    return _next(practice)


def _next(practice: Practice) -> HttpResponse:
    item = practising.go_on(practice, at=timezone.now())
    if item is None:
        return redirect("quizzes:practice_done", practice.pk)
    return redirect("quizzes:practice_question", practice.pk, item.position)


def _own(request, pk: int) -> Practice:
    return get_object_or_404(
        Practice.objects.select_related("skill", "outcome"), pk=pk, person=request.user
    )


@signed_in
@require_POST
def go_on(request, pk: int) -> HttpResponse:
    """Ask the next question, or go to the end."""
    return _next(_own(request, pk))


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def question(request, pk: int, position: int) -> HttpResponse:
    """Show a question of a practice; once it is answered, what is right and why."""
    practice = _own(request, pk)
    item = (
        practice.items.select_related("version__question__outcome")
        .filter(position=position)
        .first()
    )
    if item is None:
        raise Http404
    version = item.version
    given = item.given
    if request.method == "POST":
        given = answers.read(version.kind, request.POST, content=version.content)
        if not answers.is_whole(version.kind, version.content, given):
            messages.info(
                request, _("Answer the whole question first; a guess is better than nothing.")
            )
        else:
            try:
                practising.answer(item=item, given=given, by=request.user, at=timezone.now())
            except practising.AlreadyAnswered:
                messages.info(request, _("This question has been answered already."))
            return redirect("quizzes:practice_question", pk, position)
    is_answered = item.answered_at is not None
    context = {
        "practice": practice,
        "item": item,
        "outcome": version.question.outcome,
        "position": position,
        "total": practice.length,
        "is_answered": is_answered,
        "is_last": position >= practice.length,
        "shown": showing.show(
            version,
            order=item.order,
            given=given,
            fact_values=facts.values(),
            review=is_answered,
            mark=Fraction(item.mark) if is_answered else None,
        ),
    }
    return render(request, "quizzes/practice_question.html", context)


@never_cache
@signed_in
@require_GET
def done(request, pk: int) -> HttpResponse:
    """Say how a practice went, and what to do next."""
    practice = _own(request, pk)
    items = list(
        practice.items.filter(answered_at__isnull=False).select_related(
            "version__question__outcome"
        )
    )
    outcomes = sorted(
        {item.version.question.outcome for item in items}, key=lambda one: one.position
    )
    courses = [
        one
        for one in outlines.courses_for(audiences.of_person(request.user))
        if one.skill_key == practice.skill.key
    ]
    context = {
        "practice": practice,
        "total": len(items),
        "right_count": sum(Fraction(item.mark) == 1 for item in items),
        "outcomes": outcome_standings(request.user, outcomes, at=timezone.now()),
        "course": courses[0] if courses else None,
    }
    return render(request, "quizzes/practice_done.html", context)
