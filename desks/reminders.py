"""A text for a Zalo group: who goes on with what. It names the next step, never what is missing."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desks.progress import Row
from reports.figures import Figure

MOST_NAMED = 40  # beyond that nobody reads on


def written(rows: Sequence[Row], *, figure: Figure, address: str) -> str:
    """Return the text for those of a team or school who have not finished; empty where all have."""
    going_on: dict[tuple[int, str], list[str]] = {}
    for row in [row for row in rows if row.next][:MOST_NAMED]:
        assert row.next is not None
        skill = row.next.skill
        going_on.setdefault((skill.number, skill.title), []).append(row.name)
    if not going_on:
        return ""
    lines = [_("Hello everybody!"), _so_far(figure), _("The next step for each of us:")]
    for (_number, title), names in sorted(going_on.items()):
        lines.append(f"• {title}: {', '.join(names)}")
    left = figure.missing - sum(map(len, going_on.values()))
    if left > 0:
        lines.append("• " + _("and %(count)s more, each from where they stopped") % {"count": left})
    lines.append(
        _("A lesson takes a few minutes, and everything is kept: %(url)s") % {"url": address}
    )
    lines.append(_("Whoever gets stuck, write here and we will look at it together."))
    return "\n".join(lines)


def _so_far(figure: Figure) -> str:
    if not figure.done:
        return _("Let us begin the five digital skills together.")
    return ngettext(
        "%(finished)s of us (of %(people)s) has finished the five digital skills. Well done!",
        "%(finished)s of us (of %(people)s) have finished the five digital skills. Well done!",
        figure.done,
    ) % {"finished": figure.done, "people": figure.obliged}
