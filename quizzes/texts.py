"""The texts of questions as a page shows them: plain, or HTML made safe, with facts and pictures in place."""

from collections.abc import Mapping

import nh3
from django.utils.html import escape
from django.utils.safestring import mark_safe

from courses import facts
from quizzes import pictures

# fmt: off
TAGS = frozenset({
    "p", "div", "br", "hr", "b", "strong", "i", "em", "u", "s", "del", "ins", "sub", "sup", "code",
    "kbd", "samp", "pre", "q", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption",
    "thead", "tbody", "tfoot", "tr", "th", "td", "a", "img", "h1", "h2", "h3", "h4", "h5", "h6",
})
# fmt: on
ATTRIBUTES = {
    "img": {"src", "alt"},
    "a": {"href"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
SCHEMES = {"http", "https", "picture"}


def safe(html: str) -> str:
    """Return HTML with nothing in it but the few elements that questions have."""
    return nh3.clean(html, tags=set(TAGS), attributes=ATTRIBUTES, url_schemes=SCHEMES)


class Shower:
    """Makes the texts of one question ready to be shown, given the facts and the pictures that they name."""

    def __init__(
        self,
        *,
        is_html: bool,
        fact_values: Mapping[str, str],
        shown_pictures: Mapping[str, pictures.Shown],
    ):
        self.is_html = is_html
        self.facts = fact_values
        self.pictures = shown_pictures

    def show(self, text: str | None) -> str:
        """Return a text as the template writes it out; HTML is marked as safe, because it has been made so."""
        if not text:
            return ""
        if not self.is_html:
            return facts.fill_in_text(text, facts=self.facts)
        filled = facts.fill_in(safe(text), facts=self.facts)
        return mark_safe(pictures.NAMED.sub(self._address, filled))  # noqa: S308 - nh3 has cleaned it

    def _address(self, named) -> str:
        found = self.pictures.get(named[1])
        return escape(found.url) if found else ""
