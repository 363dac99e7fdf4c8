"""Forms of the officers' pages about teams and people."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisation.models import Family
from people import places, serving
from people.forms import NameField
from people.models import Post, TeamDocument
from people.roles import SLOTS, Role, Slot

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
FIRST_YEAR = 1900


class LinksForm(forms.Form):
    zalo_link = forms.URLField(
        label=_("Link of the Zalo group"), required=False, assume_scheme="https",
        help_text=_("As Zalo shows it under “Link tham gia nhóm”: https://zalo.me/g/…"),
    )  # fmt: skip
    merged_on = forms.DateField(
        label=_("Merged with the “Đề án 06” group on"), required=False, widget=DATE
    )

    def clean_zalo_link(self):
        link = self.cleaned_data["zalo_link"]
        if link and not link.startswith(("https://zalo.me/", "https://chat.zalo.me/")):
            raise forms.ValidationError(_("This is no link of a Zalo group."))
        return link


class DocumentForm(forms.Form):
    kind = forms.ChoiceField(label=_("Document"), choices=TeamDocument.Kind.choices)
    year = forms.IntegerField(
        label=_("For the year"), min_value=2020, max_value=2100, required=False
    )
    number = forms.CharField(label=_("Number"), max_length=60, required=False)
    dated = forms.DateField(label=_("Dated"), widget=DATE)
    file = forms.FileField(label=_("File (PDF, Word or a picture)"))

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("kind") == TeamDocument.Kind.PLAN:
            if not cleaned.get("year"):
                self.add_error("year", _("Say for which year."))
        else:
            cleaned["year"] = None
        return cleaned


class PersonForm(forms.Form):
    """Somebody who is to serve at a unit, in one of the roles that `by` may give there."""

    name = NameField(label=_("Full name"), max_length=120)
    birth_year = forms.IntegerField(label=_("Year of birth"), required=False)
    phone = forms.RegexField(
        r"^0\d{9}$", label=_("Telephone"), required=False, strip=True,
        error_messages={"invalid": _("Ten digits from 0.")},
    )  # fmt: skip
    role = forms.TypedChoiceField(label=_("Role"), coerce=Role)
    since = forms.DateField(label=_("Since"), widget=DATE)

    def __init__(self, *args, by, placement, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        roles = serving.ROLES_AT[Family(placement.kind.family)]
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.value, role.label)
            for role in roles
            if serving.may_appoint(by, role=role, unit=placement.unit_id, on=today)
        ]
        self.fields["since"].initial = today

    def clean_birth_year(self):
        year = self.cleaned_data["birth_year"]
        if year is not None and not FIRST_YEAR <= year <= self.today.year:
            raise forms.ValidationError(_("This is not a year of birth."))
        return year


class EndForm(forms.Form):
    until = forms.DateField(label=_("Serves there until before"), widget=DATE)


class PlaceField(forms.CharField):
    """A unit that stands today, named by its name; with its commune after a comma where needed."""

    def __init__(self, **kwargs):
        super().__init__(
            max_length=places.LONGEST,
            help_text=_("Its name; add the commune after a comma where there are several."),
            **kwargs,
        )
        self.families: tuple[Family, ...] = places.FAMILIES
        self.day: date | None = None

    def clean(self, value):
        text = super().clean(value)
        try:
            return places.the_one(text, on=self.day or timezone.localdate(), families=self.families)
        except places.NoSuchPlace as error:
            if error.several:
                message = _("There are several: add the commune after a comma.")
            else:
                message = _("There is no such place.")
            raise forms.ValidationError(message) from error


class MoveForm(forms.Form):
    """Where somebody serves from now on: a school for a school, a commune or village for another."""

    place = PlaceField(label=_("New place"))
    on = forms.DateField(label=_("From"), widget=DATE)

    def __init__(self, *args, family: str, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        place = self.fields["place"]
        assert isinstance(place, PlaceField)
        place.day = today
        if family:
            schools, others = (Family.SCHOOL,), (Family.COMMUNE, Family.VILLAGE)
            place.families = schools if family == Family.SCHOOL else others


class FurtherPostForm(forms.Form):
    """Where somebody serves besides."""

    place = PlaceField(label=_("Where"))
    role = forms.TypedChoiceField(label=_("Role"), coerce=Role)
    since = forms.DateField(label=_("Since"), widget=DATE)

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        place, role = self.fields["place"], self.fields["role"]
        assert isinstance(place, PlaceField)
        assert isinstance(role, forms.TypedChoiceField)
        place.day = today
        given = [one for family in places.FAMILIES for one in serving.ROLES_AT[family]]
        role.choices = [(one.value, one.label) for one in dict.fromkeys(given)]


class OfficeForm(forms.Form):
    slot = forms.TypedChoiceField(label=_("Office in the team"), coerce=Slot)

    def __init__(self, *args, post: Post, family: str, **kwargs):
        super().__init__(*args, **kwargs)
        gives = SLOTS.get(Family(family), {})
        self.fields["slot"].choices = [(slot.value, slot.label) for slot in gives]  # type: ignore[attr-defined]
        self.fields["slot"].initial = post.slot
