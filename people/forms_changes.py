"""Forms in which an officer plans a change of units. Each returns a plan; carrying it out checks it."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from organisation import tree
from organisation.changes import Act, Plan, Step
from organisation.models import Family, Placement, UnitKind

MOST_PARTS = 4
# How far ahead a decided change can be recorded.
MOST_DAYS_AHEAD = 366


class PlanForm(forms.Form):
    """What every act needs: the day, and the decision that it rests on.

    `unit` is where the planning starts, as it stands on the day that the form is opened.
    """

    act: Act
    day = forms.DateField(label=_("In force from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))  # fmt: skip
    source = forms.CharField(
        label=_("Decided by"),
        max_length=200,
        help_text=_("The resolution or decision, with its number and date."),
    )

    def __init__(self, *args, unit: Placement, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.today = today
        self.order_fields([name for name in self.fields if name not in {"day", "source"}])

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day > self.today + timedelta(days=MOST_DAYS_AHEAD):
            raise forms.ValidationError(_("That is more than a year ahead."))
        return day

    def plan(self) -> Plan:
        """Return what has been planned. Only after the form is valid."""
        data = self.cleaned_data
        return Plan(
            act=self.act, day=data["day"], source=data["source"], steps=tuple(self.steps(data))
        )

    def steps(self, data: dict) -> list[Step]:
        """Return the steps of the act."""
        raise NotImplementedError


def _kinds(family: str):
    kinds = UnitKind.objects.filter(family=family)
    return [(kind.key, kind.name) for kind in kinds]


def _siblings(unit: Placement, today: date) -> list[tuple[int, str]]:
    if unit.parent_id is None:
        return []
    beside = tree.children(unit.parent_id, on=today).filter(kind__family=unit.kind.family)
    return [(one.unit_id, one.name) for one in beside if one.unit_id != unit.unit_id]


class MergerForm(PlanForm):
    """Several units become one: an existing one of them goes on, or a new one is founded."""

    act = Act.MERGER
    others = forms.TypedMultipleChoiceField(
        label=_("Merged with"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    into = forms.TypedChoiceField(
        label=_("What comes of it"),
        coerce=int,
        widget=forms.RadioSelect,
        help_text=_("A unit that goes on keeps its history. A new one begins on that day."),
    )
    name = forms.CharField(label=_("Name from then on"), max_length=150)
    kind = forms.ChoiceField(label=_("Kind"))
    code = forms.CharField(label=_("Official code"), max_length=20, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.beside = dict(_siblings(self.unit, self.today))
        self.fields["others"].choices = list(self.beside.items())  # type: ignore[attr-defined]
        self.fields["into"].choices = [  # type: ignore[attr-defined]
            (-1, _("A new unit")),
            (self.unit.unit_id, _("“%(unit)s” goes on") % {"unit": self.unit.name}),
            (0, _("The one chosen above goes on (choose only one)")),
        ]
        self.fields["kind"].choices = _kinds(self.unit.kind.family)  # type: ignore[attr-defined]
        self.fields["name"].initial = self.unit.name
        self.fields["kind"].initial = self.unit.kind.key
        self.fields["code"].initial = self.unit.code

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("into") == 0 and len(cleaned.get("others", [])) != 1:
            self.add_error("into", _("Choose exactly one unit above, or another answer here."))
        return cleaned

    def steps(self, data):
        into = data["others"][0] if data["into"] == 0 else data["into"]
        new_name = {"kind": data["kind"], "name": data["name"], "code": data["code"]}
        units = [unit for unit in (self.unit.unit_id, *data["others"]) if unit != into]
        steps = [Step("succeed", unit, into=into) for unit in units]
        if into == -1:
            return [Step("found", -1, parent=self.unit.parent_id, **new_name), *steps]
        standing = Placement.objects.on(self.today).select_related("kind").get(unit=into)
        if (standing.name, standing.kind.key, standing.code) != tuple(
            new_name[key] for key in ("name", "kind", "code")
        ):
            steps.append(Step("rename", into, **new_name))
        return steps


class RenamingForm(PlanForm):
    """A unit is called otherwise, or is of another kind; it stays who it is."""

    act = Act.RENAMING
    name = forms.CharField(label=_("Name from then on"), max_length=150)
    kind = forms.ChoiceField(label=_("Kind"))
    code = forms.CharField(label=_("Official code"), max_length=20, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = _kinds(self.unit.kind.family)  # type: ignore[attr-defined]
        self.fields["name"].initial = self.unit.name
        self.fields["kind"].initial = self.unit.kind.key
        self.fields["code"].initial = self.unit.code

    def steps(self, data):
        names = {key: data[key] for key in ("name", "kind", "code")}
        return [Step("rename", self.unit.unit_id, **names)]


class MoveForm(PlanForm):
    """A unit comes under another one."""

    act = Act.MOVE
    parent = forms.TypedChoiceField(label=_("Under"), coerce=int)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        above = Placement.objects.on(self.today).filter(unit=self.unit.parent_id).first()
        families = {Family.PROVINCE, Family.DISTRICT, Family.COMMUNE}
        if self.unit.kind.family == Family.SCHOOL:
            families.add(Family.BODY)
        if self.unit.kind.family not in {Family.VILLAGE, Family.SCHOOL}:
            families.discard(Family.COMMUNE)
        found = tree.of_families(*families, on=self.today).exclude(unit=self.unit.unit_id)
        if above:
            found = found.exclude(unit=above.unit_id)
        self.fields["parent"].choices = [(one.unit_id, one.name) for one in found]  # type: ignore[attr-defined]

    def steps(self, data):
        return [Step("move", self.unit.unit_id, parent=data["parent"])]


class AbolitionForm(PlanForm):
    """A unit ends and nothing comes after it. Posts there end with it."""

    act = Act.ABOLITION

    def steps(self, data):
        return [Step("abolish", self.unit.unit_id)]


class SplitForm(PlanForm):
    """A unit becomes several new ones; what stands under it is shared out among them."""

    act = Act.SPLIT

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = _kinds(self.unit.kind.family)
        for number in range(1, MOST_PARTS + 1):
            needed = number <= 2
            self.fields[f"name_{number}"] = forms.CharField(
                label=_("Name of part %(number)s") % {"number": number},
                max_length=150,
                required=needed,
            )
            self.fields[f"kind_{number}"] = forms.ChoiceField(
                label=_("Kind of part %(number)s") % {"number": number},
                choices=kinds,
                initial=self.unit.kind.key,
                required=needed,
            )
        self.below = list(tree.children(self.unit.unit_id, on=self.today))
        parts = [(n, _("Part %(number)s") % {"number": n}) for n in range(1, MOST_PARTS + 1)]
        for one in self.below:
            self.fields[f"goes_{one.unit_id}"] = forms.TypedChoiceField(
                label=one.name, choices=parts, coerce=int, initial=1
            )
        self.order_fields([name for name in self.fields if name not in {"day", "source"}])

    def clean(self):
        cleaned = super().clean() or {}
        named = self._parts(cleaned)
        for one in self.below:
            if cleaned.get(f"goes_{one.unit_id}", 1) not in named:
                self.add_error(f"goes_{one.unit_id}", _("This part has no name yet."))
        return cleaned

    def _parts(self, data: dict) -> list[int]:
        return [n for n in range(1, MOST_PARTS + 1) if data.get(f"name_{n}")]

    def steps(self, data):
        parts = self._parts(data)
        founded = [
            Step(
                "found", -part, kind=data[f"kind_{part}"] or self.unit.kind.key,
                name=data[f"name_{part}"], parent=self.unit.parent_id,
            )
            for part in parts
        ]  # fmt: skip
        moves = [
            Step("move", one.unit_id, parent=-data[f"goes_{one.unit_id}"]) for one in self.below
        ]
        ends = [Step("succeed", self.unit.unit_id, into=-part) for part in parts]
        return [*founded, *moves, *ends]


class UndoingForm(forms.Form):
    source = forms.CharField(
        label=_("Decided by"),
        max_length=200,
        help_text=_("Why this is undone: the decision, or the mistake."),
    )


FORMS: dict[str, type[PlanForm]] = {
    form.act.value: form for form in (MergerForm, RenamingForm, MoveForm, SplitForm, AbolitionForm)
}
