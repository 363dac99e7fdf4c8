from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from imports import permissions
from imports.columns import KINDS
from imports.uploads import LARGEST_SHEET
from organisation.models import Placement

MOST_DAYS_AHEAD = 366


class UploadForm(forms.Form):
    """A sheet, what it lists, and for which unit and from which day it holds.

    `kinds` are those that `person` may bring in somewhere, `places` the units that are offered.
    """

    kind = forms.ChoiceField(label=_("What the sheet lists"), widget=forms.RadioSelect)
    unit = forms.TypedChoiceField(label=_("For which unit"), coerce=int)
    day = forms.DateField(
        label=_("In force from"),
        help_text=_("From this day on the people serve there. Mostly today."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    file = forms.FileField(
        label=_("The file"),
        help_text=_("Excel (xlsx, xls), OpenDocument or CSV, at most 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.ods,.csv"}),
        max_length=200,
    )

    def __init__(self, *args, person, kinds: list[str], places: list[Placement], today: date, **kwargs):  # fmt: skip
        super().__init__(*args, **kwargs)
        self.person = person
        self.today = today
        self.fields["kind"].choices = [(key, KINDS[key].title) for key in kinds]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [(one.unit_id, one.name) for one in places]  # type: ignore[attr-defined]
        self.fields["day"].initial = today
        if len(kinds) == 1:
            self.fields["kind"].initial = kinds[0]

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day > self.today + timedelta(days=MOST_DAYS_AHEAD):
            raise forms.ValidationError(_("That is more than a year ahead."))
        return day

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_SHEET:
            raise forms.ValidationError(
                _(
                    "The file is larger than 10 MB. Delete pictures and empty sheets, or part the list."
                )
            )
        return file

    def clean(self):
        cleaned = super().clean() or {}
        kind, unit = cleaned.get("kind"), cleaned.get("unit")
        if (
            kind
            and unit
            and not permissions.may_import(self.person, kind=kind, unit=unit, on=self.today)
        ):
            self.add_error("unit", _("Such a list cannot be brought in for this unit."))
        return cleaned
