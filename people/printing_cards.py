"""Drawing login cards: A4, ten to a sheet, to be cut apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

import pdfs
import qrcodes
from organisation import tree
from people.login_cards import Card
from people.models import Post

STYLE = settings.BASE_DIR / "people" / "print" / "cards.css"
ROWS = 5  # of two cards, on a sheet


@dataclass(frozen=True)
class _Printed:
    name: str
    place: str
    login: str
    code: str
    expires_on: date
    qr: str


def pdf(cards: Iterable[Card], *, title: str, on: date) -> bytes:
    """Return the cards as a PDF, in the order of villages and schools, then of given names."""
    printed = _printed(list(cards), on=on)
    pairs = [printed[start : start + 2] for start in range(0, len(printed), 2)]
    sheets = [pairs[start : start + ROWS] for start in range(0, len(pairs), ROWS)]
    context = {"sheets": sheets, "title": title, "count": len(printed), "site": _site()}
    html = render_to_string("people/print/cards.html", context)
    return pdfs.draw(html, style=STYLE)


def _printed(cards: list[Card], *, on: date) -> list[_Printed]:
    posts = Post.objects.on(on).filter(person__in=[card.person.pk for card in cards])
    units = dict(posts.order_by("since", "pk").values_list("person", "unit"))
    paths = tree.paths(units.values(), on=on)
    places = {person: tree.written(paths.get(unit, [])[:2]) for person, unit in units.items()}
    # Those of one unit follow one another, in the order in which a list of units has it.
    order = {pk: (path[0].sort_key, pk) for pk, path in paths.items()}
    last = ("", 0)
    ordered = sorted(
        cards,
        key=lambda card: (
            order.get(units.get(card.person.pk, 0), last), card.person.sort_key, card.person.pk,
        ),
    )  # fmt: skip
    return [
        _Printed(
            name=card.person.name,
            place=places.get(card.person.pk, ""),
            login=card.person.login,
            code=card.code,
            expires_on=card.expires_on,
            # A dot for each square, made larger by the style: WeasyPrint draws it in a fifth of the
            # time that an SVG of the same takes.
            qr=qrcodes.png_uri(address(card), level="L"),
        )
        for card in ordered
    ]


def address(card: Card) -> str:
    """Return where a card leads. Login and code stand behind “#”: no log ever sees them."""
    query = urlencode({"login": card.person.login, "code": card.code})
    return f"{settings.BASE_URL}{reverse('people:card_sign_in')}#{query}"


def _site() -> str:
    return f"{settings.BASE_URL}{reverse('people:card_sign_in')}".split("://")[1].rstrip("/")
