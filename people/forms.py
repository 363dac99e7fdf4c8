from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people import places
from people.models import LOGIN_LENGTH, Person
from people.roles import SELF_DECLARED, Role
from vietnamese import normalise


class PlaceField(forms.CharField):
    """The key of a place that stands today, chosen on a page of its own: see `people.places`."""

    widget = forms.HiddenInput
    default_error_messages = {
        "required": _("Choose where you serve or learn."),
        "gone": _("Nobody can serve there today. Choose another place."),
    }

    def clean(self, value):
        written = super().clean(value)
        if not written:
            return None
        place = places.standing(written, on=timezone.localdate())
        if place is None:
            raise ValidationError(self.error_messages["gone"], code="gone")
        return place.unit


class NameField(forms.CharField):
    """A name as it is stored. Its length is measured so: NFC can make a text longer."""

    def to_python(self, value):
        return normalise(super().to_python(value) or "")


class LoginField(forms.CharField):
    """A login name as it is stored. Its length is measured so."""

    def to_python(self, value):
        return Person.normalize_login(super().to_python(value) or "")


class RegistrationForm(forms.Form):
    name = NameField(
        label=_("Full name"),
        max_length=120,
        help_text=_("As it should stand on your certificate, with accents."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    role = forms.TypedChoiceField(
        label=_("I am"), choices=[(role.value, role.label) for role in SELF_DECLARED], coerce=Role
    )
    unit = PlaceField(label=_("Where you serve or learn"))
    login = LoginField(
        label=_("Login name"),
        min_length=3,
        max_length=LOGIN_LENGTH,
        help_text=_("What you will sign in with: a phone number or a word that you will remember."),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        help_text=_("At least 8 characters; not only digits."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_name(self):
        name = self.cleaned_data["name"]
        if not any(character.isalpha() for character in name):
            raise ValidationError(_("Write your name in letters."))
        return name

    def clean_login(self):
        login = self.cleaned_data["login"]
        if Person.objects.filter(login=login).exists():
            raise ValidationError(_("This login name is taken. Choose another one."))
        return login

    def clean(self):
        cleaned = super().clean() or {}
        password = cleaned.get("password")
        if password:
            person = Person(login=cleaned.get("login", ""), name=cleaned.get("name", ""))
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class AccountForm(forms.Form):
    """What somebody may change about themselves.

    `serves` is False for somebody who holds no post, and then need not say where.
    """

    name = RegistrationForm.base_fields["name"]
    role = RegistrationForm.base_fields["role"]
    unit = PlaceField(label=_("Where you serve or learn"))

    clean_name = RegistrationForm.clean_name

    def __init__(self, *args, serves: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].required = serves


class SignInForm(AuthenticationForm):
    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _(
            "Login name and password do not belong together. Check both and try again; "
            "capital letters matter in the password."
        ),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Login name")
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}

    def clean_username(self):
        # Wrong passwords are counted by login name: "Bac.Tam" and "bac.tam" are counted together.
        login = Person.normalize_login(self.cleaned_data["username"])
        if len(login) > LOGIN_LENGTH:
            # Nobody is called so, and whoever counts has no room for it. Django sets a length in
            # the page alone.
            raise self.get_invalid_login_error()
        return login


class NewPasswordForm(PasswordChangeForm):
    """Django's own, in our words."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = RegistrationForm.base_fields["password"].help_text
