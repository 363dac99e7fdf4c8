"""Forms about evidence: certificates of others, exemptions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import Audience, Skill
from people.roles import LEARNERS
from training.models import Exemption, OutsideCertificate, Programme

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
TAKEN = {"accept": "image/jpeg,image/png,application/pdf"}


class OutsideForm(forms.Form):
    """A certificate of another course."""

    issuer = forms.ChoiceField(label=_("Issuer"), choices=OutsideCertificate.Issuer.choices)
    issuer_name = forms.CharField(
        label=_("Name of the issuer, where it is another"), max_length=150, required=False
    )
    number = forms.CharField(label=_("Number on it"), max_length=60, required=False)
    issued_on = forms.DateField(label=_("Issued on"), widget=DATE)
    skills = forms.MultipleChoiceField(
        label=_("Which skills it stands for"), widget=forms.CheckboxSelectMultiple
    )
    file = forms.FileField(
        label=_("Photo or PDF of it"),
        help_text=_("A photo, or a PDF of at most 10 pages without a password; at most 10 MB."),
        widget=forms.FileInput(attrs=TAKEN),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        skills = Skill.objects.order_by("number").values_list("key", "title")
        self.fields["skills"].choices = list(skills)  # type: ignore[attr-defined]


class FileForm(forms.Form):
    """Another file in the place of one."""

    file = forms.FileField(label=_("Photo or PDF of it"), widget=forms.FileInput(attrs=TAKEN))


class DecisionForm(forms.Form):
    """What is decided on a certificate."""

    reason = forms.CharField(label=_("Reason, where it is refused"), max_length=200, required=False)


class ExemptionForm(forms.Form):
    """Why somebody need not be trained, and for how long."""

    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Programme.objects.all(), empty_label=None
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=Exemption.Reason.choices)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    since = forms.DateField(label=_("From"), widget=DATE)
    until = forms.DateField(label=_("Until before"), widget=DATE)


class EndForm(forms.Form):
    """From when on somebody who was exempt is to be trained again."""

    day = forms.DateField(
        label=_("First day on which the exemption holds no more"),
        help_text=_("It may have passed. On the first day of the exemption it never held."),
        widget=DATE,
    )


TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class MeetingForm(forms.Form):
    """A training session to be planned: a day with one part or two."""

    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Programme.objects.all(), empty_label=None
    )
    unit = forms.ChoiceField(label=_("Whose people are invited"))
    whom = forms.ChoiceField(
        label=_("Whom to invite"),
        choices=[
            ("all", _("All who are not done in this programme")),
            ("chosen", _("I choose from a list")),
        ],
        initial="all",
        widget=forms.RadioSelect,
    )
    title = forms.CharField(label=_("What it is about"), max_length=150)
    place = forms.CharField(label=_("Place"), max_length=150)
    skills = forms.MultipleChoiceField(
        label=_("Which skills are taught"), widget=forms.CheckboxSelectMultiple
    )
    day = forms.DateField(label=_("Day"), widget=DATE)
    starts_1 = forms.TimeField(label=_("From"), widget=TIME)
    ends_1 = forms.TimeField(label=_("To"), widget=TIME)
    starts_2 = forms.TimeField(label=_("Second part from"), widget=TIME, required=False)
    ends_2 = forms.TimeField(label=_("Second part to"), widget=TIME, required=False)

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(one.unit_id, one.name) for one in units]  # type: ignore[attr-defined]
        skills = list(Skill.objects.order_by("number").values_list("key", "title"))
        self.fields["skills"].choices = skills  # type: ignore[attr-defined]
        self.fields["skills"].initial = [key for key, _title in skills]


class VersionForm(forms.Form):
    """What a programme asks from a day on."""

    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Programme.objects.all(), empty_label=None
    )
    begins = forms.DateField(
        label=_("Holds from"),
        help_text=_("The figures of earlier days stay as they are."),
        widget=DATE,
    )
    roles = forms.MultipleChoiceField(
        label=_("Whom it obliges"),
        choices=[(role.value, role.label) for role in sorted(LEARNERS)],
        widget=forms.CheckboxSelectMultiple,
    )
    audiences = forms.MultipleChoiceField(
        label=_("Whose courses count"), widget=forms.CheckboxSelectMultiple
    )
    deadline = forms.DateField(label=_("To be done by"), widget=DATE)
    newcomer_days = forms.IntegerField(
        label=_("Days for newcomers"), min_value=0, max_value=365, initial=60
    )
    valid_months = forms.IntegerField(
        label=_("For how many months it holds; empty for good"),
        min_value=1,
        max_value=120,
        required=False,
    )
    source = forms.CharField(label=_("Legal ground"), max_length=300)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        found = Audience.objects.filter(key__in=["team-member", "teacher"])
        titles = found.order_by("position").values_list("key", "title")
        self.fields["audiences"].choices = list(titles)  # type: ignore[attr-defined]
