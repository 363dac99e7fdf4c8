"""Forms about one's own data, and for those who answer."""

from collections.abc import Collection

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.data_requests import CORRECTABLE
from people.forms import RegistrationForm
from people.models import Person
from people.roles import Column

LONGEST = 2000
OLDEST = 120
PHONE_DIGITS = 10


class CorrectionRequestForm(forms.Form):
    """What somebody asks to be put right."""

    text = forms.CharField(
        label=_("What is wrong, and how should it read?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ErasureRequestForm(forms.Form):
    """That somebody asks to be erased, knowing what stays."""

    text = forms.CharField(
        label=_("Anything that we should know (you need not say why)"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    understood = forms.BooleanField(
        label=_("I have read what stays, and that it cannot be undone."),
        error_messages={"required": _("Please confirm that you have read this.")},
    )


class RefusalForm(forms.Form):
    """Why a request is refused."""

    answer = forms.CharField(
        label=_("Why it is refused"),
        help_text=_("The person reads this word for word."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ErasureForm(forms.Form):
    """That an officer means to erase somebody."""

    certain = forms.BooleanField(
        label=_("I have made sure who asks, and that they want it."),
        error_messages={"required": _("Please confirm this first: it cannot be undone.")},
    )


class PhoneField(forms.CharField):
    """A phone number as it is stored: ten digits from 0."""

    def to_python(self, value):
        digits = Person.normalize_login(super().to_python(value) or "")
        if digits and not (digits.isdigit() and digits[0] == "0" and len(digits) == PHONE_DIGITS):
            raise ValidationError(_("A phone number has ten digits and begins with 0."))
        return digits


class CorrectionForm(forms.Form):
    """What an officer puts right: only what they may see. `corrected` is ready to be stored."""

    name = RegistrationForm.base_fields["name"]
    born_on = forms.DateField(
        label=_("Date of birth"),
        required=False,
        help_text=_("dd/mm/yyyy"),
        widget=forms.DateInput(attrs={"inputmode": "numeric"}, format="%d/%m/%Y"),
    )
    birth_year = forms.IntegerField(
        label=_("Year of birth, where the day is not known"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    phone = PhoneField(label=_("Phone"), required=False, widget=forms.TextInput(attrs={"type": "text", "inputmode": "tel"}))  # fmt: skip
    email = forms.EmailField(
        label=_("E-mail"), required=False, widget=forms.TextInput(attrs={"inputmode": "email"})
    )
    answer = forms.CharField(
        label=_("Answer to the person"),
        help_text=_("The person reads this word for word. Needed where nothing above has changed."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    clean_name = RegistrationForm.clean_name

    def __init__(self, sent, *, person: Person, shown: Collection[Column]):
        names = [
            name
            for column, fields in CORRECTABLE.items()
            if column is None or column in shown
            for name in fields
        ]
        super().__init__(sent, initial={name: getattr(person, name) for name in names})
        for name in set(self.fields) - {*names, "answer"}:
            del self.fields[name]
        self.person = person

    def clean_born_on(self):
        born_on = self.cleaned_data["born_on"]
        if born_on and not _is_year_of_birth(born_on.year):
            raise ValidationError(_("Nobody is born then. Check the year."))
        return born_on

    def clean_birth_year(self):
        year = self.cleaned_data["birth_year"]
        if year is not None and not _is_year_of_birth(year):
            raise ValidationError(_("Nobody is born then. Check the year."))
        return year

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("born_on"):
            cleaned["birth_year"] = cleaned["born_on"].year
        self.corrected = {name: value for name, value in cleaned.items() if name != "answer"}
        same = all(getattr(self.person, name) == value for name, value in self.corrected.items())
        if same and not self.errors and not cleaned.get("answer"):
            self.add_error(
                "answer", _("Nothing above has changed: say what has been done instead.")
            )
        return cleaned


def _is_year_of_birth(year: int) -> bool:
    this_year = timezone.localdate().year
    return this_year - OLDEST <= year <= this_year
