"""Pages of the administration for authors and approvers: how questions and quizzes do, marking anew."""

from functools import wraps

import yaml
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from wagtail.admin.compare import diff_text

from people.models import Person
from quizzes import attempts, bank, health, performance, plots, regrading, tallying
from quizzes.models import (
    Attempt,
    ExtraTime,
    Question,
    QuestionVersion,
    Quiz,
    Regrade,
)
from quizzes.statistics import (
    by_question,
    option_name,
    option_worths,
    quiz_statistics,
    right_options,
    score_bins,
)

SHOWN_ATTEMPTS = 50
AUTHOR, APPROVER = "quizzes.change_question", "quizzes.publish_question"


def with_permission(permission: str):
    """Let only those in who have a permission; Wagtail has let them into the administration already."""

    def decorate(view):
        @wraps(view)
        def checked(request, *args, **kwargs):
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorate


# A question: its versions, where it is used, how it does


@with_permission(AUTHOR)
@require_GET
def question(request, pk: int) -> HttpResponse:
    """Show the versions of a question with their differences, where it is used, and how it has done."""
    found = get_object_or_404(Question.objects.select_related("outcome__skill", "current"), pk=pk)
    versions = list(found.versions.select_related("created_by").order_by("-number"))
    context = {
        "question": found,
        "state": bank.state_of(found),
        "versions": _with_differences(versions),
        "quizzes": bank.asked_in(found),
        "performance": _performance(found, versions),
        "may_approve": request.user.has_perm(APPROVER),
        "regrade_form": RegradeForm(question=found, versions=versions),
        "regrades": Regrade.objects.filter(version__question=found).select_related("version"),
    }
    return render(request, "quizzes/admin/question.html", context)


def _with_differences(versions: list[QuestionVersion]) -> list[tuple[QuestionVersion, str]]:
    """Return each version, newest first, with what differs from the one before it, as safe HTML."""
    texts = [
        yaml.safe_dump(
            {"type": one.kind, **one.content}, allow_unicode=True, sort_keys=False, width=100
        )
        for one in versions
    ]
    return [
        (one, diff_text(before, text).to_html() if before else "")
        for one, text, before in zip(versions, texts, [*texts[1:], ""], strict=True)
    ]


def _performance(question: Question, versions: list[QuestionVersion]) -> list[dict]:
    """Return for each version that has been answered its figures, findings and drawing, by quiz."""
    found = []
    for quiz in bank.asked_in(question):
        tally, counted_at = tallying.kept_tally(quiz)
        items = by_question(tally) if tally else {}
        usual = health.usual_seconds(items.values())
        for version in versions:
            if tally is None or version.pk not in items:
                continue
            item = items[version.pk]
            found.append(
                {
                    "quiz": quiz,
                    "counted_at": counted_at,
                    "version": version,
                    "item": item,
                    "findings": performance.findings_of(tally, version, item, usual=usual),
                    "shares": _named_shares(tally, version),
                    "plot": _plot(tally, version),
                }
            )
    return found


def _named_shares(tally, version: QuestionVersion) -> list[tuple]:
    return [
        (option_name(version.kind, one.option), _text_of(version, one.option), one)
        for one in performance.shares_of(tally, version)
    ]


def _text_of(version: QuestionVersion, option: int) -> str:
    parts = version.content.get("options") or version.content.get("parts") or []
    return parts[option]["text"] if 0 <= option < len(parts) else ""


def _plot(tally, version: QuestionVersion) -> str:
    worths = option_worths(version.kind, version.content)
    if not worths:
        return ""
    shares = performance.shares_of(tally, version)
    return plots.bars_by_third(
        shares,
        [option_name(version.kind, one.option) for one in shares],
        right_options(version.kind, worths),
        name=f"v{version.pk}",
        title=_("Who chose what, by thirds of the score"),
    )


@with_permission(APPROVER)
@require_POST
def quarantine(request, pk: int) -> HttpResponse:
    """Keep a question out of new attempts, or let it be asked again."""
    found = get_object_or_404(Question, pk=pk)
    is_out = found.quarantined_at is None
    Question.objects.filter(pk=pk).update(quarantined_at=timezone.now() if is_out else None)
    messages.success(
        request,
        _("The question is not asked in new attempts any more.")
        if is_out
        else _("The question may be asked again."),
    )
    return redirect("quizzes_bank:question", pk)


# Marking anew


class RegradeForm(forms.Form):
    """How attempts that were asked a version are to be marked anew."""

    version = forms.ModelChoiceField(
        QuestionVersion.objects.none(), label=gettext_lazy("Asked was")
    )
    choice = forms.ChoiceField(label=gettext_lazy("What to do"), choices=Regrade.Choice.choices)
    key = forms.ModelChoiceField(
        QuestionVersion.objects.none(),
        required=False,
        label=gettext_lazy("The right answer is that of"),
    )
    may_lower = forms.BooleanField(required=False, label=gettext_lazy("Marks may be lowered too"))
    reason = forms.CharField(max_length=300, label=gettext_lazy("Reason"))

    def __init__(self, *args, question: Question, versions: list[QuestionVersion], **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("version", "key"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = question.versions.order_by("-number")
            field.label_from_instance = _version_name  # type: ignore[assignment, method-assign]


def _version_name(version: QuestionVersion) -> str:
    return _("version %(number)s of %(day)s") % {
        "number": version.number,
        "day": f"{timezone.localtime(version.created_at):%d/%m/%Y}",
    }


@with_permission(APPROVER)
@require_POST
def propose(request, pk: int) -> HttpResponse:
    """Propose to mark attempts anew; nothing changes yet."""
    found = get_object_or_404(Question, pk=pk)
    form = RegradeForm(request.POST, question=found, versions=[])
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return redirect("quizzes_bank:question", pk)
    try:
        regrade = regrading.propose(**form.cleaned_data, by=request.user, at=timezone.now())
    except regrading.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("quizzes_bank:question", pk)
    return redirect("quizzes_bank:regrade", regrade.pk)


@with_permission(APPROVER)
@require_http_methods(["GET", "POST"])
def regrade(request, pk: int) -> HttpResponse:
    """Show what a proposal would change and for whom; apply it or throw it away."""
    found = get_object_or_404(
        Regrade.objects.select_related("version__question", "key", "job"), pk=pk
    )
    if request.method == "POST":
        try:
            if "discard" in request.POST:
                regrading.discard(found)
            else:
                regrading.apply(found, by=request.user, at=timezone.now())
        except regrading.Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("quizzes_bank:regrade", pk)
    is_open = found.state == Regrade.State.PROPOSED
    context = {
        "regrade": found,
        "is_open": is_open,
        "preview": regrading.preview(found) if is_open else None,
        "progress": regrading.progress(found),
    }
    return render(request, "quizzes/admin/regrade.html", context)


# A quiz: its figures, and the attempts


@with_permission(AUTHOR)
@require_http_methods(["GET", "POST"])
def quiz(request, pk: int) -> HttpResponse:
    """Show the figures of a quiz and the questions that misbehave; a POST counts what is new."""
    found = get_object_or_404(Quiz, pk=pk)
    if request.method == "POST":
        tallying.refresh(found, at=timezone.now())
        return redirect("quizzes_bank:quiz", pk)
    tally, counted_at = tallying.kept_tally(found)
    context: dict = {"quiz": found, "counted_at": counted_at, "whole": None}
    if tally is not None and tally.attempts:
        items = by_question(tally)
        versions = QuestionVersion.objects.filter(pk__in=items).select_related("question__outcome")
        context |= {
            "whole": quiz_statistics(tally),
            "histogram": plots.histogram(
                score_bins(tally), name="scores", title=_("How many reached which score")
            ),
            "bins": _bins(score_bins(tally)),
            "misbehaving": performance.misbehaving(tally),
            "items": sorted(
                ((version, items[version.pk]) for version in versions),
                key=lambda pair: (pair[0].question.outcome.position, pair[0].question.key),
            ),
        }
    return render(request, "quizzes/admin/quiz.html", context)


def _bins(counts: list[int]) -> list[tuple[str, int]]:
    width = 100 // len(counts)
    return [(f"{at * width}–{(at + 1) * width}%", count) for at, count in enumerate(counts)]


class ExtraTimeForm(forms.Form):
    login = forms.CharField(max_length=60, label=gettext_lazy("Login"))
    minutes = forms.IntegerField(
        min_value=0, max_value=24 * 60, label=gettext_lazy("Minutes more (0: none)")
    )
    reason = forms.CharField(max_length=200, required=False, label=gettext_lazy("Reason"))


@with_permission(APPROVER)
@require_http_methods(["GET", "POST"])
def sittings(request, pk: int) -> HttpResponse:
    """Show the latest attempts of a quiz, by login; give somebody more time."""
    found = get_object_or_404(Quiz, pk=pk)
    form = ExtraTimeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _give_time(request, found, form)
    shown = Attempt.objects.filter(quiz=found).select_related("person")
    login = request.GET.get("login", "").replace("\0", "").strip()
    if login:
        shown = shown.filter(person__login=login)
    context = {
        "quiz": found,
        "form": form,
        "login": login,
        "attempts": shown.prefetch_related("grades").order_by("-started_at", "-pk")[
            :SHOWN_ATTEMPTS
        ],
        "extra_times": ExtraTime.objects.filter(quiz=found).select_related("person"),
    }
    return render(request, "quizzes/admin/sittings.html", context)


def _give_time(request, quiz: Quiz, form: ExtraTimeForm) -> HttpResponse:
    said = form.cleaned_data
    person = Person.objects.filter(login=said["login"].strip()).first()
    if person is None:
        messages.error(request, _("Nobody has this login."))
    else:
        attempts.give_time(
            quiz=quiz,
            person=person,
            minutes=said["minutes"],
            reason=said["reason"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("Kept. It holds for the next attempt."))
    return redirect("quizzes_bank:sittings", quiz.pk)


@with_permission(APPROVER)
@require_POST
def void(request, pk: int) -> HttpResponse:
    """Take an attempt out of account, with the reason that its learner reads."""
    found = get_object_or_404(Attempt, pk=pk)
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:300]
    if not reason:
        messages.error(request, _("Say why: the learner reads it."))
    else:
        try:
            attempts.void(attempt=pk, reason=reason, by=request.user, at=timezone.now())
        except attempts.NotOpen:
            messages.info(request, _("This attempt does not count already."))
        else:
            messages.success(request, _("The attempt does not count any more."))
    return redirect("quizzes_bank:sittings", found.quiz_id)
