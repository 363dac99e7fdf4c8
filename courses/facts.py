"""Facts that age, filled into texts that name them as [[key]]."""

import re
from collections.abc import Mapping
from typing import cast

from django.utils.functional import SimpleLazyObject
from django.utils.html import escape
from django.utils.translation import gettext as _

from courses.models import Fact

NAMED = re.compile(r"\[\[([a-z0-9-]+)\]\]")


def values() -> Mapping[str, str]:
    """Return what each fact says, by key. What is not confirmed says so.

    One query, made when a text first names a fact: most name none.
    """
    return cast(Mapping[str, str], SimpleLazyObject(_read))


def _read() -> dict[str, str]:
    doubt = _("to be checked again")
    return {
        fact.key: fact.value if fact.verified else f"{fact.value} ({doubt})"
        for fact in Fact.objects.all()
    }


def fill_in(html: str, *, facts: Mapping[str, str]) -> str:
    """Return HTML with each [[key]] replaced by its value, escaped.

    A key that no longer exists stays as it is written, so that somebody sees it.
    """
    return NAMED.sub(lambda found: escape(facts.get(found[1], found[0])), html)


def fill_in_text(text: str, *, facts: Mapping[str, str]) -> str:
    """Return plain text with each [[key]] replaced by its value."""
    return NAMED.sub(lambda found: facts.get(found[1], found[0]), text)
