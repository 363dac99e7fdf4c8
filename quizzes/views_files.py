"""Pages of the administration for files of questions: read, brought in as drafts, written out."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from courses.models import LearningOutcome, Skill
from quizzes.models import Question, QuestionVersion
from quizzes.views_bank import AUTHOR, with_permission

LARGEST_UPLOAD = 20_000_000  # bytes


def _formats() -> dict:
    """Return the formats of question files by key; loaded when asked for, since a start has no use for them."""
    from quizzes.exchange import formats

    return formats.FORMATS


def _format_choices() -> list[tuple[str, str]]:
    return [("", _("recognise it")), *((one.key, one.name) for one in _formats().values())]


class ImportForm(forms.Form):
    """A file of questions, and what is said of all of them."""

    file = forms.FileField(label=gettext_lazy("File"))
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        required=False,
        choices=_format_choices,
    )
    outcome = forms.ModelChoiceField(
        LearningOutcome.objects.select_related("skill"),
        required=False,
        label=gettext_lazy("Learning outcome"),
        help_text=gettext_lazy("For questions whose category names none."),
    )
    only_check = forms.BooleanField(
        label=gettext_lazy("Only check: bring nothing in yet"), required=False, initial=True
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_UPLOAD:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return file


@with_permission(AUTHOR)
@require_http_methods(["GET", "POST"])
def bring_in(request) -> HttpResponse:
    """Read a file of questions, and bring them in as drafts."""
    from quizzes.exchange import formats
    from quizzes.exchange.bank import bring_in as bring_into_bank
    from quizzes.exchange.parsed import Refused

    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    context: dict = {
        "form": form,
        "skills": Skill.objects.all(),
        "formats": formats.FORMATS.values(),
    }
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            key = said["format"] or formats.by_ending(said["file"].name)
            key, read = formats.read(said["file"].read(), key=key)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            kinds = dict(QuestionVersion.Kind.choices)
            context |= {
                "left": read.left,
                "questions": [(one, kinds[one.kind]) for one in read.questions],
                "format": formats.FORMATS[key].name,
            }
            if not said["only_check"]:
                prefix = said["file"].name.rsplit(".", 1)[0]
                context["brought"] = bring_into_bank(
                    read.questions, by=request.user, outcome=said["outcome"], prefix=prefix
                )
    return render(request, "quizzes/admin/import.html", context)


@with_permission(AUTHOR)
@require_GET
def write_out(request, key: str) -> HttpResponse:
    """Hand out the published questions as a file, of a skill or all."""
    from quizzes.exchange.bank import parsed_of

    format_ = _formats().get(key)
    if format_ is None:
        return redirect("quizzes_bank:import")
    found = Question.objects.filter(current__isnull=False).select_related("current", "outcome")
    skill = request.GET.get("ky-nang", "")
    if skill:
        found = found.filter(outcome__skill__key=skill)
    file = format_.write(parsed_of(found.prefetch_related("tags").order_by("key")))
    response = HttpResponse(file.content, content_type=format_.media_type)
    response["Content-Disposition"] = f'attachment; filename="cau-hoi.{format_.ending}"'
    return response


@with_permission(AUTHOR)
@require_GET
def blank_sheet(request) -> HttpResponse:
    """Hand out the Excel template."""
    from quizzes.exchange.formats import XLSX
    from quizzes.exchange.sheets import template

    outcomes = [(one.key, one.text) for one in LearningOutcome.objects.all()]
    response = HttpResponse(template(outcomes), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="mau-cau-hoi.xlsx"'
    return response
