"""What each kind of sheet says of people, teams, villages and schools, made ready to be written."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from imports import values
from imports.places import Places
from imports.values import Unusable
from organisation.models import Family
from people.roles import SCHOOL, SLOTS, TEAM, Role, Slot

if TYPE_CHECKING:
    from imports.previewing import Reading

OF_PEOPLE = ("team_members", "teachers")

SCHOOL_KINDS = {
    "preschool": "truong-mam-non",
    "primary": "truong-tieu-hoc",
    "lower_secondary": "truong-thcs",
    "primary_lower_secondary": "truong-th-thcs",
    "upper_secondary": "truong-thpt",
    "multi_level": "truong-lien-cap",
    "boarding": "truong-ptdtnt",
    "continuing": "trung-tam-gdnn-gdtx",
}
# Schools of these kinds answer to the department; the others to the commune.
OF_THE_DEPARTMENT = ("upper_secondary", "multi_level", "boarding", "continuing")


def alike(role: str) -> frozenset[Role]:
    """Return the roles of which somebody holds one at a time at one unit."""
    return next((group for group in (TEAM, SCHOOL) if role in group), frozenset({Role(role)}))


def _person(reading: "Reading") -> dict[str, Any]:
    said = reading.values
    born_on, birth_year = said.get("birth") or (None, None)
    return {
        "name": said.get("name") or "",
        "born_on": born_on.isoformat() if born_on else None,
        "birth_year": birth_year,
        "phone": said.get("phone") or "",
        "email": said.get("email") or "",
        "ministry_id": said.get("ministry_id") or "",
    }


def _since(reading: "Reading") -> str | None:
    since: date | None = reading.values.get("since")
    return since.isoformat() if since else None


def team_member(reading: "Reading", places: Places) -> dict[str, Any] | None:
    """Return the person and the post that a row of team members means."""
    said = reading.values
    unit: int | None = None
    try:
        unit = places.commune(said.get("commune") or "", said.get("district") or "")
    except Unusable as error:
        reading.refuse("commune", error)
    if unit is not None and said.get("village"):
        try:
            unit = places.village(said["village"], unit)
        except Unusable as error:
            reading.refuse("village", error)
    if unit is None or reading.refused:
        return {}
    role, slot = _role_and_slot(reading, Family(places.family(unit)))
    return {
        "person": _person(reading),
        "post": {
            "unit": unit,
            "role": role,
            "slot": slot,
            "category": said.get("category") or "",
            "employer": said.get("employer") or "",
            "position": reading.row.cells.get("slot", "")[:150],
            "task": said.get("task") or "",
            "since": _since(reading),
        },
    }


def _role_and_slot(reading: "Reading", family: Family) -> tuple[str, str]:
    """Return the role and the fixed office of a member: the office gives the role, where both are said."""
    said = reading.values
    office = values.slot(said["slot"]).value if said.get("slot") else ""
    gives = SLOTS.get(family, {})
    role = said.get("role") or ""
    if office not in gives:
        return role or Role.TEAM_MEMBER, ""
    if role == Role.TEAM_MEMBER:
        # The holder of an office who is said to be a plain member does not fill the slot.
        return role, ""
    fixed = gives[Slot(office)]
    if role and role != fixed:
        text = _("Whoever holds this office is “%(role)s” of the team by the directive.")
        reading.warn("role", text % {"role": fixed.label})
        return role, ""
    return fixed, office


def teacher(reading: "Reading", places: Places) -> dict[str, Any] | None:
    """Return the person and the post that a row of school staff means; None for who works there no more."""
    said = reading.values
    if said.get("status") and not values.is_working(said["status"]):
        reading.warn("status", _("Not working there at present: left out."))
        return None
    school: int | None = None
    try:
        school = places.school(
            said.get("school") or "", said.get("commune") or "", said.get("district") or ""
        )
    except Unusable as error:
        reading.refuse("school", error)
    if school is None or reading.refused:
        return {}
    person = _person(reading)
    person["residence_id"] = _residence(reading, places)
    position = said.get("position") or "teacher"
    return {
        "person": person,
        "post": {
            "unit": school,
            "role": Role.SCHOOL_HEAD if position == "head" else Role.TEACHER,
            "position": reading.row.cells.get("position", "")[:150],
            "since": _since(reading),
        },
    }


def _residence(reading: "Reading", places: Places) -> int | None:
    said = reading.values
    if not said.get("residence_commune"):
        return None
    try:
        commune = places.commune(said["residence_commune"])
        village = said.get("residence_village")
        return places.village(village, commune) if village else commune
    except Unusable as error:
        reading.refuse("residence_commune", error, row=False)
        return None


def village(reading: "Reading", places: Places) -> dict[str, Any] | None:
    """Return the village that a row means: its name, kind and commune."""
    said = reading.values
    try:
        commune = places.commune(said.get("commune") or "", said.get("district") or "")
    except Unusable as error:
        reading.refuse("commune", error)
        return None
    if reading.refused:
        return None
    name = said["name"]
    kind = "to-dan-pho" if name.lower().startswith(("tổ", "tdp", "khu phố")) else "thon"
    if name.isdigit():
        name = f"Thôn {name}"
    return _unit(
        places, Family.VILLAGE, name=name, kind=kind, parent=commune, code=said.get("code") or ""
    )


def school(reading: "Reading", places: Places) -> dict[str, Any] | None:
    """Return the school that a row means: its name, kind, and what it answers to."""
    said = reading.values
    name = said.get("name") or ""
    level = said.get("level")
    if not level and name:
        try:
            level = values.school_kind(name).value
        except Unusable:
            reading.warn("level", _("The kind of school is not known: counted as “Trường học”."))
    parent: int | None = None
    try:
        parent = _above(reading, places, level)
    except Unusable as error:
        reading.refuse("commune", error)
    if parent is None or reading.refused:
        return None
    if not name.lower().startswith(("trường", "trung tâm", "cơ sở", "nhóm")):
        name = f"Trường {name}"
    kind = SCHOOL_KINDS.get(level or "", "truong")
    code = said.get("ministry_id") or ""
    return _unit(places, Family.SCHOOL, name=name, kind=kind, parent=parent, code=code)


def _above(reading: "Reading", places: Places, level: str | None) -> int:
    said = reading.values
    department = places.body("so-giao-duc")
    # "Sở …" runs it where the sheet says so, or where its kind does and no commune is named.
    manages = (said.get("managed_by") or "").lower()
    by_department = manages.startswith("sở") or (not manages and level in OF_THE_DEPARTMENT)
    if department and (by_department or not said.get("commune")):
        return department
    return places.commune(said.get("commune") or "", said.get("district") or "")


def _unit(
    places: Places, family: Family, *, name: str, kind: str, parent: int, code: str
) -> dict[str, Any]:
    twins = places.twins(family, name, parent)
    unit = {"name": name, "kind": kind, "parent": parent, "code": code[:20]}
    return {"unit": unit, "same_as": twins[0]} if twins else {"unit": unit}


PREPARE: dict[str, Callable[["Reading", Places], dict[str, Any] | None]] = {
    "team_members": team_member,
    "teachers": teacher,
    "villages": village,
    "schools": school,
}
