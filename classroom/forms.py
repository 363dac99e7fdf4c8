"""Forms of teachers: a class, its pupils, a lesson that was given."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from classroom.models import MOST_PUPILS, LessonPack
from classroom.pack_texts import LEVELS
from courses.models import Audience
from imports.uploads import LARGEST_SHEET

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ListForm(forms.Form):
    """A list of pupils: pasted, typed, or a file."""

    names = forms.CharField(
        label=_("Names, one on each line, or cells copied from a spreadsheet"),
        required=False,
        max_length=60_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(label=_("Or the school’s list as a file"), required=False)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_SHEET:
            raise forms.ValidationError(_("The file is too large: at most 10 MB."))
        return file


class ClassForm(ListForm):
    """A new class. Without a list it is filled later, or by its code."""

    name = forms.CharField(label=_("Class"), max_length=20)
    audience = forms.ModelChoiceField(
        label=_("Level"), queryset=Audience.objects.filter(key__in=LEVELS), empty_label=None
    )
    ends_on = forms.DateField(
        label=_("End of the term"),
        help_text=_(
            "After this day the pupils’ names are deleted; what the class knew stays as numbers."
        ),
        widget=DATE,
    )
    field_order = ("name", "audience", "ends_on", "names", "file")

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["name"].widget.attrs["placeholder"] = "6A1"

    def clean_ends_on(self) -> date:
        day = self.cleaned_data["ends_on"]
        if not 0 <= (day - self.today).days <= 300:
            raise forms.ValidationError(
                _("A term ends today at the earliest, and within ten months.")
            )
        return day


class DeliveryForm(forms.Form):
    """A lesson was given: when, before how many pupils."""

    on = forms.DateField(label=_("Day"), widget=DATE)
    pupils = forms.IntegerField(
        label=_("Pupils present"), min_value=1, max_value=MOST_PUPILS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip


class TalkForm(DeliveryForm):
    """A lesson that was given without asking the class."""

    pack = forms.ModelChoiceField(label=_("Lesson"), queryset=LessonPack.objects.none())
    field_order = ("pack", "on", "pupils")

    def __init__(self, *args, packs, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pack"].queryset = packs  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why answers of pupils are corrected."""

    reason = forms.CharField(
        label=_("Why it is corrected"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CorrectionForm(ReasonForm, DeliveryForm):
    """A record of a lesson that was wrong, and why."""

    field_order = ("on", "pupils", "reason")
