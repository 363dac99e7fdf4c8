"""Taking a person out of the data: what they did stays as numbers, who they were does not."""

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.timezone import localdate
from django_otp import devices_for_user
from wagtail.users.models import UserProfile

from people import audit, holdings
from people.models import DataRequest, Person, Post
from people.roles import EDITING_GROUPS, Role

# What a person has beside their account, and what nobody needs without them.
LET_GO = (
    "login_codes",
    "extra_times",  # their reasons may tell of somebody's health
    "identities",
    "api_tokens",
    "editing_sessions",
    "wagtail_form_states",
    "page_subscriptions",
)


# What the apps above do where a person goes: each is called with the person, in the same transaction.
FORGET: list[Callable[[Person], None]] = []


class NotErased(Exception):
    """This person cannot be erased."""


class AlreadyErased(NotErased):
    """This has been done before."""


class IsAdministrator(NotErased):
    """An administrator must hand the rights over first."""


class IsLastApprover(NotErased):
    """Without this person nobody could approve a lesson."""


@transaction.atomic
def erase(*, person: Person, by: Person | None, at: datetime) -> None:
    """Make a person unknown, for good: name, ways to reach and to sign in, and what sheets said of them.

    Certificates stay in the register with the name on them, as Nghị định 30/2020 wants;
    attempts, completions and ended posts stay as numbers. Whoever is signed in as the person is signed
    out. Raises AlreadyErased, IsAdministrator or IsLastApprover, and then nothing has changed.
    """
    # One at a time: of the last two approvers, who are erased at once, the second sees the first gone.
    approvers = Group.objects.select_for_update().filter(name=EDITING_GROUPS[Role.APPROVER])
    _refuse_the_irreplaceable(Person.objects.select_for_update().get(pk=person.pk), approvers)
    for named in holdings.NAMED.values():
        if named.forget:
            named.forget(person)
    for forget in FORGET:
        forget(person)
    _let_go(person)
    _end_posts(person, at)
    _close_requests(person, at)
    # Another login and no password: the sessions of the person hold no longer.
    nobody = Person(login=f"da-xoa-{secrets.token_hex(8)}")
    nobody.rename(holdings.NOBODY)
    Person.objects.filter(pk=person.pk).update(
        login=nobody.login,
        name=nobody.name,
        sort_key=nobody.sort_key,
        folded_name=nobody.folded_name,
        password=make_password(None),
        last_login=None,
        born_on=None,
        birth_year=None,
        phone="",
        email="",
        ministry_id="",
        residence=None,
        is_active=False,
        erased_at=at,
    )
    audit.write(did=audit.Did.ERASED, by=by, subject=person.pk, at=at)


def _refuse_the_irreplaceable(person: Person, approvers) -> None:
    if person.erased_at:
        raise AlreadyErased
    if person.is_superuser:
        raise IsAdministrator
    group = approvers.first()
    if group is None or not person.groups.filter(pk=group.pk).exists():
        return
    others = Person.objects.filter(groups=group, is_active=True).exclude(pk=person.pk)
    if not others.exists():
        raise IsLastApprover


def _let_go(person: Person) -> None:
    for name in LET_GO:
        getattr(person, name).all().delete()
    for device in devices_for_user(person, confirmed=None):
        device.delete()
    for profile in UserProfile.objects.filter(user=person):
        if profile.avatar:
            transaction.on_commit(partial(profile.avatar.storage.delete, profile.avatar.name))
        profile.delete()
    person.groups.clear()
    person.user_permissions.clear()


def _end_posts(person: Person, at: datetime) -> None:
    today = localdate(at)
    # Periods have at least one day: a post that has not had one yet never was.
    Post.objects.filter(person=person, since__gte=today).delete()
    # Whoever is erased holds no office: what is left is a role at a unit, for a time.
    theirs = Post.objects.filter(person=person)
    theirs.exclude(until__lte=today).update(until=today)
    theirs.update(employer="", position="", task="")


def _close_requests(person: Person, at: datetime) -> None:
    theirs = DataRequest.objects.filter(person=person)
    theirs.filter(decided_at=None).update(decided_at=at, outcome=DataRequest.Outcome.WITHDRAWN)
    theirs.update(text="", answer="")
