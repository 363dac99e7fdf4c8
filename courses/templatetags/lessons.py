"""What lesson templates need: drawings inside the page, and rich text without anything foreign."""

import re

import nh3
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import RichText, expand_db_html

from courses import drawings
from courses.markdown import SAFE_ADDRESSES
from courses.models import Picture

register = template.Library()

TAGS = {"h2", "h3", "p", "b", "strong", "i", "em", "ul", "ol", "li", "a", "br"}
CITATION = re.compile(r"\s?\[([a-z]\d{1,3})\](?![^<>]*>)")  # not inside a tag
RASTER = "width-720|format-webp"  # twice the width at which it is shown on a phone


@register.filter
def sanitised(value: RichText | str) -> SafeString:
    """Return rich text as HTML in which nothing stands that an author's editor does not offer.

    A citation, such as [s17], becomes a small link to the lesson's sources.
    """
    source = value.source if isinstance(value, RichText) else str(value)
    html = nh3.clean(
        expand_db_html(source),
        tags=TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_safe_when_filled_in,
        url_schemes={"http", "https", "mailto", "tel"},
    )
    html = CITATION.sub(r'<sup class="cited"><a href="#nguon-\1">\1</a></sup>', html)
    return mark_safe(html)  # noqa: S308 - sanitised in the line above


def _safe_when_filled_in(tag: str, attribute: str, address: str) -> str | None:
    """Drop an address in which a fact stands so early that its value would name the scheme."""
    return None if "[[" in address and not address.startswith(SAFE_ADDRESSES) else address


@register.simple_tag
def drawing(picture: Picture, alternative: str) -> SafeString:
    """Return a picture with its text alternative: a drawing of ours inside the page, else an <img>.

    An SVG that is not one of ours, and every other picture, comes as a file.
    """
    if picture.is_svg():
        try:
            with picture.file.open("rb") as file:
                svg = drawings.inline(file.read())
        except drawings.UnsafeDrawing:
            rendition = picture.get_rendition("original")
        else:
            return format_html(
                '<div class="drawing" role="img" aria-label="{}">{}</div>',
                alternative,
                mark_safe(svg),  # noqa: S308
            )
    else:
        rendition = picture.get_rendition(RASTER)
    return format_html(
        '<div class="drawing"><img src="{}" width="{}" height="{}" alt="{}" loading="lazy"></div>',
        rendition.url,
        rendition.width,
        rendition.height,
        alternative,
    )
