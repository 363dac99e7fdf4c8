from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.awards import Award
from organisation.models import Placement


class ProposeForm(forms.Form):
    """What is to be issued, for which unit, and by which day it has to have been earned."""

    award = forms.ChoiceField(label=_("Which certificate"))
    unit = forms.TypedChoiceField(label=_("For which unit"), coerce=int)
    day = forms.DateField(
        label=_("Earned by, and dated"),
        help_text=_("Whoever has passed by this day is in. It is printed as the day of issue."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, awards: list[Award], places: list[Placement], today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.awards = {f"{award.slug}:{award.audience}": award for award in awards}
        self.today = today
        self.fields["award"].choices = [  # type: ignore[attr-defined]
            (key, f"{award.title} ({award.audience_title})") for key, award in self.awards.items()
        ]
        self.fields["unit"].choices = [(one.unit_id, one.name) for one in places]  # type: ignore[attr-defined]
        self.fields["day"].initial = today

    def clean_award(self) -> Award:
        return self.awards[self.cleaned_data["award"]]

    def clean_day(self) -> date:
        day = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("That day has not come yet."))
        if day.year < self.today.year - 1:
            raise forms.ValidationError(_("That is too long ago to be numbered now."))
        return day


class ReasonForm(forms.Form):
    """Why something is done with a certificate."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
