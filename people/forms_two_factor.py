from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

DIGITS = {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}
LETTERS = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class CodeForm(forms.Form):
    """Six digits that the app shows."""

    code = forms.CharField(
        label=_("Code from the app"),
        max_length=20,
        help_text=_("The six digits that the app on your phone shows now."),
        widget=forms.TextInput(attrs=DIGITS),
    )


class RecoveryCodeForm(forms.Form):
    """One of the codes on paper, in the same field as those of the app."""

    code = forms.CharField(
        label=_("Recovery code"),
        max_length=20,
        help_text=_("Eight letters and digits from your list. Each can be used once."),
        widget=forms.TextInput(attrs=LETTERS),
    )


class PasswordForm(forms.Form):
    """Ask whoever is signed in for their password again. Wrong ones count as at sign-in."""

    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self):
        password = self.cleaned_data["password"]
        # The way that sign-in goes too: whoever guesses here is locked out there, and here.
        if not authenticate(self.request, username=self.request.user.login, password=password):
            raise ValidationError(_("This is not your password."))
        return password


class PasswordAndCodeForm(PasswordForm):
    """What changing the second factor takes."""

    code = forms.CharField(
        label=_("Code from the app"),
        max_length=20,
        help_text=_("Six digits from the app, or a recovery code."),
        widget=forms.TextInput(attrs=LETTERS | {"autocomplete": "one-time-code"}),
    )
