"""Forms of whoever reports."""

from django import forms
from django.utils.translation import gettext_lazy as _

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CommentForm(forms.Form):
    """What a unit says to its figures."""

    comment = forms.CharField(
        label=_("What the unit says to it"), max_length=5000, required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip


class SignForm(forms.Form):
    """Who signs a report, as it stands on the paper."""

    # In one form with the comment, whose buttons ask for no name: the server asks for it.
    use_required_attribute = False
    name = forms.CharField(label=_("Who signs"), max_length=120)
    office = forms.CharField(label=_("Office of who signs"), max_length=120, initial="CHỦ TỊCH")


class CorrectionForm(forms.Form):
    """Why a signed report is to be read otherwise now."""

    reason = forms.CharField(
        label=_("Why the figures differ"), max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class ObstacleForm(forms.Form):
    """What stands in the way."""

    text = forms.CharField(
        label=_("What stands in the way, and what would help"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """What is done about an obstacle, and by when."""

    text = forms.CharField(
        label=_("What is done about it"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    solved_by = forms.DateField(label=_("Solved by"), required=False, widget=DATE)
