"""What official documents write otherwise than a page does."""

from django import template

register = template.Library()
POINTS = "abcdđeghiklmnopqrstuvxy"


@register.filter
def point(number: int) -> str:
    """Return the letter of a point, as Nghị định 30/2020 counts them: a, b, c, d, đ, e."""
    first, second = divmod(number - 1, len(POINTS))
    return (POINTS[first - 1] if first else "") + POINTS[second]
