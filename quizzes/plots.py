"""Drawings of statistics as SVG that stands in the page: no script, no style attribute, colours from classes.

Each is an image with a title and a description that says the figures; a table can stand beside it. The
classes are in static/css/plot.css. `name` begins the ids, so it must be unique in the page.
"""

from collections.abc import Collection, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from quizzes.statistics.shares import OptionShares

WIDTH = 320
# Of the bars of options: where they begin, how long 100 per cent is, how high one is, with what around it.
LEFT, FULL, BAR, STEP, GAP = 72, 204, 11, 14, 10
LEGEND = 26
# Of the histogram: its columns stand on BASE.
TOP_EDGE, BASE, HEIGHT, SIDE = 18, 138, 162, 8
THIRDS = ("lower", "middle", "top")


def bars_by_third(
    shares: Sequence[OptionShares],
    names: Sequence[str],
    right: Collection[int],
    *,
    name: str,
    title: str,
) -> SafeString:
    """Return three bars for each option: the share of the lower, middle and top third that chose it.

    `names` are what the options are called, in the order of `shares`; `right` the places of the right ones,
    which get a tick.
    """
    blocks = [
        _block(one, called, one.option in right, LEGEND + place * (3 * STEP + GAP))
        for place, (one, called) in enumerate(zip(shares, names, strict=True))
    ]
    described = "; ".join(
        _described(one, called, one.option in right)
        for one, called in zip(shares, names, strict=True)
    )
    height = LEGEND + len(shares) * (3 * STEP + GAP)
    body = format_html(
        "{}{}", _legend(), format_html_join("", "{}", ((block,) for block in blocks))
    )
    return _svg(name, title, described, height, body)


def _legend() -> SafeString:
    words = (_("lower third"), _("middle third"), _("top third"))
    return format_html_join(
        "",
        '<rect class="plot-{}" x="{}" y="4" width="10" height="10"/>'
        '<text class="plot-quiet" x="{}" y="13">{}</text>',
        (
            (third, 4 + 106 * place, 18 + 106 * place, word)
            for place, (third, word) in enumerate(zip(THIRDS, words, strict=True))
        ),
    )


def _block(one: OptionShares, called: str, right: bool, top: int) -> SafeString:
    middle = top + STEP + BAR - 1
    tick = (
        format_html('<path class="plot-right" d="M{} {}l3.5 4l7 -9"/>', LEFT - 20, middle - 4)
        if right
        else ""
    )
    return format_html(
        '<text class="plot-name" x="4" y="{}">{}</text>{}{}',
        middle,
        called,
        tick,
        format_html_join(
            "",
            '<rect class="plot-{}" x="{}" y="{}" width="{}" height="{}"/>'
            '<text class="plot-quiet" x="{}" y="{}">{}%</text>',
            (
                (
                    third,
                    LEFT,
                    top + place * STEP,
                    _length(share),
                    BAR,
                    LEFT + _length(share) + 4,
                    top + place * STEP + BAR - 1,
                    round(100 * share),
                )
                for place, (third, share) in enumerate(zip(THIRDS, one.thirds, strict=True))
            ),
        ),
    )


def _length(share: float) -> float:
    """Return the length of a bar; nobody is still a line that can be seen."""
    return max(1.0, round(FULL * share, 1))


def _described(one: OptionShares, called: str, right: bool) -> str:
    lower, middle, top = (round(100 * share) for share in one.thirds)
    figures = {"option": called, "lower": lower, "middle": middle, "top": top}
    if right:
        return (
            _(
                "%(option)s, which is right: %(lower)s%% of the lower third, "
                "%(middle)s%% of the middle third, %(top)s%% of the top third"
            )
            % figures
        )
    return (
        _(
            "%(option)s: %(lower)s%% of the lower third, %(middle)s%% of the middle third, "
            "%(top)s%% of the top third"
        )
        % figures
    )


def histogram(bins: Sequence[int], *, name: str, title: str) -> SafeString:
    """Return a column for each of equal ranges of scores from 0 to 100 per cent, as high as many scored so."""
    most = max(bins, default=0) or 1
    width = (WIDTH - 2 * SIDE) / len(bins) if bins else 0
    columns = format_html_join(
        "",
        '<rect class="plot-top" x="{}" y="{}" width="{}" height="{}"/>'
        '<text class="plot-quiet plot-middle-of" x="{}" y="{}">{}</text>',
        (
            (
                round(SIDE + place * width + 1, 1),
                round(BASE - _height(count, most), 1),
                round(width - 2, 1),
                round(_height(count, most), 1),
                round(SIDE + (place + 0.5) * width, 1),
                round(BASE - _height(count, most) - 4, 1),
                count or "",
            )
            for place, count in enumerate(bins)
        ),
    )
    bounds = [round(100 * place / len(bins)) for place in range(len(bins) + 1)] if bins else []
    described = "; ".join(
        _("%(from)s to %(to)s%%: %(count)s") % {"from": low, "to": high, "count": count}
        for low, high, count in zip(bounds, bounds[1:], bins, strict=False)
    )
    return _svg(name, title, described, HEIGHT, format_html("{}{}", columns, _axis()))


def _height(count: int, most: int) -> float:
    return (BASE - TOP_EDGE) * count / most


def _axis() -> SafeString:
    span = WIDTH - 2 * SIDE
    return format_html(
        '<path class="plot-axis" d="M{} {}h{}"/>{}',
        SIDE,
        BASE,
        span,
        format_html_join(
            "",
            '<text class="plot-quiet {}" x="{}" y="{}">{}%</text>',
            (
                ("plot-start", SIDE, BASE + 16, 0),
                ("plot-middle-of", SIDE + span // 2, BASE + 16, 50),
                ("plot-end", SIDE + span, BASE + 16, 100),
            ),
        ),
    )


def _svg(name: str, title: str, described: str, height: int, body: SafeString) -> SafeString:
    return format_html(
        '<svg class="plot" role="img" viewBox="0 0 {} {}" aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>',
        WIDTH,
        height,
        name,
        name,
        name,
        title,
        name,
        described,
        body,
    )
