"""Quarterly reports: who has reported, a report from its draft to its signature."""

from datetime import date

from django.contrib import messages
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import tables
from jobs import queue
from jobs.models import Job
from organisation import tree
from organisation.models import Family
from people import access, papers
from people.access import needs
from people.models import Person
from people.roles import Action
from reports import copies, documents, exports, quarterly
from reports.forms import CommentForm, CorrectionForm, SignForm
from reports.models import Report
from reports.quarters import Quarter, to_report

OLDEST = 2023
TO = Action.REPORT


def _quarter(year: int, number: int) -> Quarter:
    if not (OLDEST <= year <= 2100 and 1 <= number <= 4):
        raise Http404
    return Quarter(year, number)


@never_cache
@needs(TO)
@require_safe
def reports(request) -> HttpResponse:
    """Show the reports of one's own units, how much time there is, and who below has reported."""
    today = timezone.localdate()
    quarter = to_report(today)
    asked = request.GET.get("quy", "")
    year, _slash, number = asked.partition("-")
    if year.isdecimal() and number.isdecimal():
        quarter = _quarter(int(year[:4]), int(number[:1] or "0"))
    shown = []
    for root in access.roots(request.user, to=TO, on=today):
        standings = _below(root.unit_id, quarter, on=today)
        shown.append(
            {
                "place": root,
                "own": quarterly.standings([root], quarter, on=today)[0],
                "below": standings,
                "signed": sum(one.is_signed for one in standings),
            }
        )
    context = {
        "quarter": quarter,
        "before": quarter.before if quarter.before.year >= OLDEST else None,
        "after": quarter.after if quarter.after.counted_from <= today else None,
        "shown": shown,
        "days_left": (quarter.due_on - today).days,
    }
    return render(request, "reports/reports.html", context)


def _below(unit: int, quarter: Quarter, *, on: date) -> list[quarterly.Standing]:
    """Return how far the reports of the units below one are that report."""
    below = [
        one for one in tree.children(unit, on=on) if Family(one.kind.family) in quarterly.FAMILIES
    ]
    return quarterly.standings(below, quarter, on=on)


@never_cache
@needs(TO)
@require_safe
def status_file(request, unit: int, year: int, number: int, form: str) -> HttpResponseBase:
    """Hand out the table of who below a unit has reported."""
    today, quarter = timezone.localdate(), _quarter(year, number)
    if not access.may(request.user, to=TO, on=today, unit=unit):
        raise Http404
    table = exports.of_reports(
        _below(unit, quarter, on=today),
        title=_("Quarterly report %(quarter)s") % {"quarter": quarter},
        notes=[
            tree.last_names({unit}).get(unit, ""),
            _("Due on %(day)s.") % {"day": f"{quarter.due_on:%d/%m/%Y}"},
            _("Drawn up at %(time)s") % {"time": tables.drawn_up(timezone.now())},
        ],
    )
    return tables.answer(table, form=form, name=f"bao-cao-quy-{number}-{year}-{unit}-tinh-hinh")


def _report(request, unit: int, year: int, number: int) -> Report:
    """Return a report that somebody may see."""
    today = timezone.localdate()
    if not access.may(request.user, to=TO, on=today, unit=unit):
        raise Http404
    return get_object_or_404(Report, unit=unit, year=year, quarter=number)


def _address(report: Report) -> str:
    return reverse("quarterly:report", args=[report.unit_id, report.year, report.quarter])


@needs(TO)
@require_POST
def begin(request, unit: int, year: int, number: int) -> HttpResponse:
    """Begin the report of a unit."""
    now = timezone.now()
    if not access.may(request.user, to=TO, on=timezone.localdate(now), unit=unit):
        raise Http404
    try:
        report, job = quarterly.begin(unit, _quarter(year, number), by=request.user, at=now)
    except quarterly.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("quarterly:reports")
    return redirect(f"{_address(report)}?viec={job.pk}" if job else _address(report))


@never_cache
@needs(TO)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request, unit: int, year: int, number: int) -> HttpResponse:
    """Show a report; while it is a draft, comment on it, work it out anew, sign it."""
    found = _report(request, unit, year, number)
    now = timezone.now()
    signing, comment = SignForm(), CommentForm(initial={"comment": found.comment})
    if request.method == "POST":
        comment, signing = CommentForm(request.POST), SignForm(request.POST)
        act = request.POST.get("viec", "")
        try:
            # Whatever is asked for, what was typed is kept first.
            if comment.is_valid():
                quarterly.comment(found, comment.cleaned_data["comment"])
            if act == "tinh-lai":
                job = quarterly.work_out_again(found, by=request.user, at=now)
                return redirect(f"{_address(found)}?viec={job.pk}" if job else _address(found))
            if act == "ky" and signing.is_valid():
                quarterly.sign(found, **signing.cleaned_data, by=request.user, at=now)
                messages.success(request, _("The report is signed. It does not change any more."))
                return redirect(_address(found))
            if act != "ky":
                signing = SignForm()
                if comment.is_valid():
                    messages.success(request, _("Saved."))
                    return redirect(_address(found))
        except quarterly.Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(_address(found))
    context = {
        "report": found,
        "doc": documents.read(found),
        "comment": comment,
        "signing": signing,
        "may_sign": timezone.localdate(now) > found.counted_until,
        "days_left": (found.due_on - timezone.localdate(now)).days,
        "progress": _progress(request),
        "corrections": found.corrections.select_related("by"),
        "copies": found.copies.select_related("by"),
    }
    status = 422 if signing.errors or comment.errors else 200
    return render(request, "reports/report.html", context, status=status)


def _progress(request) -> queue.Progress | None:
    """Return how far the working out is that the address names, unless it has ended."""
    asked = request.GET.get("viec", "")
    job = (
        Job.objects.filter(pk=int(asked[:18]), task=quarterly.TASK).first()
        if asked.isdecimal()
        else None
    )
    progress = queue.progress(job=job) if job else None
    return progress if progress and not progress.ended else None


@never_cache
@needs(TO)
@require_safe
def file(request, unit: int, year: int, number: int, form: str) -> HttpResponseBase:
    """Hand out a report on paper: to be read, to be edited, to be reckoned with."""
    found = _report(request, unit, year, number)
    name = f"bao-cao-quy-{number}-{year}-{unit}"
    if form == "xlsx":
        return tables.answer(documents.as_table(found), form="xlsx", name=name)
    content, kind = {
        "pdf": (documents.as_pdf, "application/pdf"),
        "docx": (
            documents.as_docx,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    }[form]
    answer = HttpResponse(content(found), content_type=kind)
    header = content_disposition_header(form != "pdf", f"{name}.{form}")
    answer["Content-Disposition"] = header or ""
    return answer


@needs(TO)
@require_POST
def add_copy(request, unit: int, year: int, number: int) -> HttpResponse:
    """Keep the scan of a report that was signed and stamped on paper."""
    found = _report(request, unit, year, number)
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise copies.Refused(_("Choose a file."))
        if sent.size > papers.LARGEST:
            raise copies.Refused(_("The file is larger than 10 MB."))
        copies.add(found, content=sent.read(), name=sent.name, by=request.user, at=timezone.now())
    except copies.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The scan is kept beside the report."))
    return redirect(f"{_address(found)}#ban-ky")


@never_cache
@needs(TO)
@require_safe
def copy(request, unit: int, year: int, number: int, pk: int) -> FileResponse:
    """Hand out a scan, as a file to keep: what stands in a stranger's PDF does not run on this site."""
    kept = get_object_or_404(_report(request, unit, year, number).copies, pk=pk)
    return FileResponse(
        storages["private"].open(kept.file), as_attachment=True, filename=kept.file_name
    )


@never_cache
@needs(TO)
@require_http_methods(["GET", "HEAD", "POST"])
def differences(request, unit: int, year: int, number: int) -> HttpResponse:
    """Show what is known otherwise since a report was signed, and write it down beside it."""
    found = _report(request, unit, year, number)
    if found.state != Report.State.SIGNED:
        return redirect(_address(found))
    now = timezone.now()
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            quarterly.correct(found, **form.cleaned_data, by=request.user, at=now)
        except quarterly.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The difference is written down beside the report."))
            return redirect(_address(found))
    shown = quarterly.differences(found, at=now)
    people = {key for one in shown for key in (*one["came"], *one["went"])}
    names = dict(Person.objects.filter(pk__in=people).values_list("pk", "name"))
    context = {
        "report": found,
        "differences": [
            {
                **one,
                "came": [names.get(key, "") for key in one["came"]],
                "went": [names.get(key, "") for key in one["went"]],
            }
            for one in shown
        ],
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "reports/differences.html", context, status=status)
