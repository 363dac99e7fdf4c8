"""Who serves where, from when to when: what has been is never overwritten."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisation import tree
from organisation.models import Family, Unit
from people import access, audit
from people.logins import new_logins
from people.models import Person, Post
from people.roles import SCHOOL, TEAM, Action, Role, grant_of
from vietnamese import fold

# The roles that people hold at units of a family.
ROLES_AT = {
    Family.PROVINCE: (Role.OFFICER,),
    Family.BODY: (Role.OFFICER, Role.AUTHOR, Role.APPROVER),
    Family.DISTRICT: (Role.OFFICER,),
    Family.COMMUNE: (Role.TEAM_MEMBER, Role.TEAM_DEPUTY, Role.TEAM_LEADER, Role.OFFICER),
    Family.VILLAGE: (Role.TEAM_MEMBER, Role.TEAM_DEPUTY, Role.TEAM_LEADER),
    Family.SCHOOL: (Role.TEACHER, Role.SCHOOL_HEAD),
}


class Refused(Exception):
    """A post cannot be begun, moved or ended so: says why, for the officer."""


def may_appoint(by, *, role: Role, unit: int, on: date) -> bool:
    """Whether somebody may give others a role at a unit.

    Only where they keep people, only roles that their own grant reaches, and never one that allows
    as much as their own at the same unit: an officer is appointed from above. Each grant is asked
    by itself: what one reaches and another allows is no right.
    """
    if by.is_superuser:
        return True
    path = tree.path(unit, on=on)
    if not path or role not in ROLES_AT[Family(path[0].kind.family)]:
        return False
    above = {placement.unit_id for placement in path}
    given = grant_of(role, family=Family(path[0].kind.family), kind=path[0].kind.key)
    for held in access.held(by, on=on):
        grant = held.grant
        if Action.KEEP_PEOPLE not in grant.actions or role not in grant.over:
            continue
        if held.root not in above:
            continue
        is_within = given is None or (given.to_others <= grant.actions and given.over <= grant.over)
        if is_within and (role in TEAM | SCHOOL or held.root != unit):
            return True
    return False


def _refuse_unless_may(by, *, role: Role, unit: int, at: datetime) -> None:
    if not may_appoint(by, role=role, unit=unit, on=timezone.localdate(at)):
        raise Refused(_("You may not give this role here."))


@transaction.atomic
def begin(*, person: Person, unit: Unit, role: Role, since: date, by, at: datetime) -> Post:
    """Write down that somebody serves at a unit from a day on; what they have only said themselves is
    confirmed by it, and keeps its day. Raises Refused.
    """
    _refuse_unless_may(by, role=role, unit=unit.pk, at=at)
    said = Post.objects.filter(person=person, unit=unit, role=role, until=None, self_declared=True)
    post = said.first()
    if post and said.update(self_declared=False):
        audit.write(
            did=audit.Did.POST_BEGAN, by=by, subject=person.pk, at=at, unit=unit.pk, role=role
        )
        post.self_declared = False
        return post
    try:
        with transaction.atomic():
            post = Post.objects.create(person=person, unit=unit, role=role, since=since)
    except IntegrityError as error:
        raise Refused(_("This person serves there in this role already.")) from error
    audit.write(did=audit.Did.POST_BEGAN, by=by, subject=person.pk, at=at, unit=unit.pk, role=role)
    return post


@transaction.atomic
def end(*, post: Post, until: date, by, at: datetime) -> None:
    """Write down that somebody serves somewhere until before a day, which is later than its first.

    Raises Refused, also for whoever could not have given this post: peers do not dismiss each other.
    """
    _refuse_unless_may(by, role=Role(post.role), unit=post.unit_id, at=at)
    if until <= post.since:
        raise Refused(
            _("The post began on %(day)s: it ends later.") % {"day": f"{post.since:%d/%m/%Y}"}
        )
    if not Post.objects.filter(pk=post.pk, until=None).update(until=until):
        raise Refused(_("This post has ended in the meantime."))
    audit.write(
        did=audit.Did.POST_ENDED, by=by, subject=post.person_id, at=at, unit=post.unit_id,
        role=post.role,
    )  # fmt: skip


@transaction.atomic
def reopen(*, post: Post, by, at: datetime) -> None:
    """Take back that a post has ended. Raises Refused where the person holds it anew."""
    if not may_reopen(by, post=post, on=timezone.localdate(at)):
        raise Refused(_("You may not give this role here."))
    try:
        with transaction.atomic():
            moved = Post.objects.filter(pk=post.pk).exclude(until=None).update(until=None, slot="")
    except IntegrityError as error:
        raise Refused(_("This person serves there in this role already.")) from error
    if not moved:
        raise Refused(_("This post has not ended."))
    audit.write(
        did=audit.Did.POST_BEGAN, by=by, subject=post.person_id, at=at, unit=post.unit_id,
        role=post.role,
    )  # fmt: skip


@transaction.atomic
def move(*, post: Post, unit: Unit, on: date, by, at: datetime) -> Post:
    """Let somebody serve at another unit from a day on; where they served until then stays written down.

    Raises Refused.
    """
    if unit.pk == post.unit_id:
        raise Refused(_("They serve there already."))
    end(post=post, until=on, by=by, at=at)
    begun = begin(person=post.person, unit=unit, role=Role(post.role), since=on, by=by, at=at)
    for field in ("category", "employer", "position"):
        setattr(begun, field, getattr(post, field))
    begun.save(update_fields=["category", "employer", "position"])
    return begun


REOPENED_WITHIN = timedelta(days=7)


def may_reopen(by, *, post: Post, on: date) -> bool:
    """Whether somebody may take back that a post has ended: within a week, who may give such a post."""
    if post.until is None or on - post.until > REOPENED_WITHIN:
        return False
    return may_appoint(by, role=Role(post.role), unit=post.unit_id, on=on)


def add(
    *, name: str, birth_year: int | None, phone: str, unit: Unit, role: Role, since: date, by,
    at: datetime,
) -> Person:  # fmt: skip
    """Write down somebody new who serves at a unit; they sign in with a card. Raises Refused."""
    with transaction.atomic():
        person = Person(login=new_logins([name])[0], birth_year=birth_year, phone=phone)
        person.rename(name)
        person.set_unusable_password()
        person.save()
        audit.write(did=audit.Did.CREATED, by=by, subject=person.pk, at=at, unit=unit.pk)
        begin(person=person, unit=unit, role=role, since=since, by=by, at=at)
    return person


def alike(name: str, *, unit: int, on: date) -> list[Post]:
    """Return who of the same name, accents aside, serves at a unit: likely the same person."""
    posts = Post.objects.on(on).filter(unit=unit, person__folded_name=fold(name))
    return list(posts.select_related("person").order_by("person__sort_key", "pk"))
