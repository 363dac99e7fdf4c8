"""The roles that people serve in, and what each one may do: the rights of the whole site, as values."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation.models import Family


class Role(models.TextChoices):
    """What a person is at a unit. Whoever registers may only say one of `SELF_DECLARED`."""

    TEAM_LEADER = "team_leader", _("Team leader")
    TEAM_DEPUTY = "team_deputy", _("Team deputy leader")
    TEAM_MEMBER = "team_member", _("Team member")
    TEACHER = "teacher", _("Teacher")
    SCHOOL_HEAD = "school_head", _("School head")
    PUPIL_LOWER = "pupil_lower", _("Lower secondary pupil")
    PUPIL_UPPER = "pupil_upper", _("Upper secondary pupil")
    OFFICER = "officer", _("Officer")
    AUTHOR = "author", _("Author")
    APPROVER = "approver", _("Approver")


class Slot(models.TextChoices):
    """The offices whose holders lead a team, as the directive fixes them."""

    CHAIR = "chair", _("Chair of the commune People's Committee")
    VILLAGE_HEAD = "village_head", _("Village head")
    POLICE = "police", _("Police officer")
    YOUTH = "youth", _("Secretary of the youth union")


class Category(models.TextChoices):
    """Where the members of a team come from."""

    OFFICIAL = "official", _("Official")
    MASS_ORGANISATION = "mass_organisation", _("Mass organisation")
    TEACHER = "teacher", _("Teacher")
    POST = "post", _("Postal worker")
    TELECOM = "telecom", _("Telecom worker")
    BANK = "bank", _("Bank worker")
    CITIZEN = "citizen", _("Citizen")


class Action(models.TextChoices):
    """What somebody may do with the data of others. Editing pages is decided by Wagtail's groups."""

    SEE_PEOPLE = "see people", _("see who serves")
    SEE_PROGRESS = "see progress", _("see who has learned what")
    SEE_TEAMS = "see teams", _("see teams and what they lack")
    KEEP_TEAM = "keep team", _("keep a team's tasks, documents and links")
    KEEP_PEOPLE = "keep people", _("write down who serves where")
    PRINT_CARDS = "print cards", _("print login cards")
    IMPORT = "import", _("bring in spreadsheets")
    ANSWER_REQUESTS = "answer requests", _("answer requests about data")
    CHANGE_UNITS = "change units", _("record changes of units")
    ISSUE_CERTIFICATES = "issue certificates", _("issue and revoke certificates")
    TEACH = "teach", _("keep classes and give lessons")
    REPORT = "report", _("write and sign the quarterly report")


# What somebody does with what they keep themselves: whoever appoints them need not be able to.
OWN_WORK = frozenset({Action.TEACH})


class Column(StrEnum):
    """What may be shown of a person besides name, unit and role."""

    CONTACT = "contact"  # telephone and e-mail
    BIRTH = "birth"
    SERVICE = "service"  # category, employer, task


SELF_DECLARED = (Role.TEAM_MEMBER, Role.TEACHER, Role.PUPIL_LOWER, Role.PUPIL_UPPER)
TEAM = frozenset({Role.TEAM_LEADER, Role.TEAM_DEPUTY, Role.TEAM_MEMBER})
SCHOOL = frozenset({Role.TEACHER, Role.SCHOOL_HEAD})
# Whose progress others look after, and to whom certificates are issued by others.
LEARNERS = TEAM | SCHOOL
# Pupils are children: no list of theirs is shown to anybody.
GROWN_UP = frozenset(Role) - {Role.PUPIL_LOWER, Role.PUPIL_UPPER}

# Wagtail groups decide only who edits pages: the group of each role that does.
EDITING_GROUPS = {Role.AUTHOR: "Tác giả", Role.APPROVER: "Người duyệt"}

# Who leads a team, by the family of its unit: the role that each office gives (directive, 1.1).
SLOTS = {
    Family.COMMUNE: {
        Slot.CHAIR: Role.TEAM_LEADER,
        Slot.POLICE: Role.TEAM_DEPUTY,
        Slot.YOUTH: Role.TEAM_DEPUTY,
    },
    Family.VILLAGE: {
        Slot.VILLAGE_HEAD: Role.TEAM_LEADER,
        Slot.POLICE: Role.TEAM_DEPUTY,
        Slot.YOUTH: Role.TEAM_DEPUTY,
    },
}


@dataclass(frozen=True)
class Grant:
    """What a post allows: some actions, in the unit of the post and all under it.

    `over` are the roles of the posts that it reaches, `columns` what it shows of those people.
    `from_above` is for provincial bodies, which stand beside the communes and not above them: the
    grant then holds in all that stands under the unit above.
    """

    actions: frozenset[Action]
    over: frozenset[Role]
    columns: frozenset[Column] = frozenset()
    from_above: bool = False

    @property
    def to_others(self) -> frozenset[Action]:
        """The actions that reach others: whoever appoints somebody, or prints their card, must have them."""
        return self.actions - OWN_WORK


_ALL_COLUMNS = frozenset(Column)
_LOOKING = frozenset({Action.SEE_PEOPLE, Action.SEE_PROGRESS, Action.SEE_TEAMS})
_LEADING = Grant(
    actions=_LOOKING | {Action.KEEP_TEAM},
    over=TEAM,
    columns=frozenset({Column.CONTACT, Column.SERVICE}),
)
_ADMINISTERING = Grant(
    actions=_LOOKING
    | {
        Action.KEEP_TEAM,
        Action.KEEP_PEOPLE,
        Action.PRINT_CARDS,
        Action.IMPORT,
        Action.ANSWER_REQUESTS,
        Action.ISSUE_CERTIFICATES,
        Action.REPORT,
    },
    over=GROWN_UP,
    columns=_ALL_COLUMNS,
)
_HEADING = Grant(
    actions=frozenset(
        {
            Action.SEE_PEOPLE,
            Action.SEE_PROGRESS,
            Action.KEEP_PEOPLE,
            Action.PRINT_CARDS,
            Action.IMPORT,
            Action.TEACH,
        }
    ),
    over=SCHOOL,
    columns=_ALL_COLUMNS,
)
# Any teacher of a school may stand before any of its classes; no colleague's data is theirs to see.
_TEACHING = Grant(actions=frozenset({Action.TEACH}), over=frozenset())

# What each role allows, by the family of the unit that it is held at. A role that is not here allows nothing.
GRANTS: dict[tuple[Role, Family], Grant] = {
    (Role.TEAM_LEADER, Family.VILLAGE): _LEADING,
    (Role.TEAM_DEPUTY, Family.VILLAGE): _LEADING,
    (Role.TEAM_LEADER, Family.COMMUNE): _LEADING,
    (Role.TEAM_DEPUTY, Family.COMMUNE): _LEADING,
    (Role.SCHOOL_HEAD, Family.SCHOOL): _HEADING,
    (Role.TEACHER, Family.SCHOOL): _TEACHING,
    (Role.OFFICER, Family.COMMUNE): _ADMINISTERING,
    (Role.OFFICER, Family.DISTRICT): _ADMINISTERING,
    (Role.OFFICER, Family.PROVINCE): Grant(
        actions=_ADMINISTERING.actions | {Action.CHANGE_UNITS}, over=GROWN_UP, columns=_ALL_COLUMNS
    ),
}

# What the officers of each provincial body see, by the kind of the body: its own people, its own columns.
_TEAMS = Grant(actions=_LOOKING, over=TEAM, from_above=True)
BODIES: dict[str, Grant] = {
    "so-giao-duc": Grant(
        actions=_HEADING.actions - {Action.TEACH} | {Action.ISSUE_CERTIFICATES},
        over=SCHOOL,
        columns=_ALL_COLUMNS,
        from_above=True,
    ),
    "so-khoa-hoc": Grant(
        actions=_LOOKING
        | {
            Action.KEEP_TEAM,
            Action.KEEP_PEOPLE,
            Action.PRINT_CARDS,
            Action.IMPORT,
            Action.ISSUE_CERTIFICATES,
        },
        over=TEAM,
        columns=_ALL_COLUMNS,
        from_above=True,
    ),
    "so-noi-vu": Grant(
        actions=_LOOKING | {Action.CHANGE_UNITS},
        over=GROWN_UP,
        columns=frozenset({Column.SERVICE}),
        from_above=True,
    ),
    "cong-an": _TEAMS,
    "so-cong-thuong": _TEAMS,
    "tinh-doan": _TEAMS,
}
# Until March 2025 the department of information did what that of science does since.
BODIES["so-thong-tin"] = BODIES["so-khoa-hoc"]

EVERYTHING = Grant(actions=frozenset(Action), over=frozenset(Role), columns=_ALL_COLUMNS)
"""What the administrator of the site may do, everywhere."""


def grant_of(role: Role, *, family: Family, kind: str) -> Grant | None:
    """Return what a role at a unit allows; `kind` is the key of the unit's kind."""
    if role == Role.OFFICER and family == Family.BODY:
        return BODIES.get(kind)
    return GRANTS.get((role, family))
