import re
from pathlib import Path

import pytest
from defusedxml import ElementTree

from quizzes.plots import bars_by_third, histogram
from quizzes.statistics.shares import OptionShares

CSS = Path(__file__).parents[2] / "static/css/plot.css"
SHARES = [OptionShares(0, 5, 0.5, (0.25, 0.5, 1.0)), OptionShares(1, 0, 0.0, (0.0, 0.0, 0.0))]


def bars(**changed):
    known = {"shares": SHARES, "names": ["A", "B"], "right": {0}, "name": "q1", "title": "Câu 1"}
    return bars_by_third(**{**known, **changed})


def columns(bins=(1, 0, 4), title="Điểm"):
    return histogram(bins, name="scores", title=title)


def parse(svg):
    return ElementTree.fromstring(str(svg))


@pytest.mark.parametrize("draw", [bars, columns])
def test_a_drawing_is_an_image_with_a_name_and_a_description(draw):
    svg = parse(draw())
    assert (svg.tag, svg.get("role")) == ("svg", "img")
    ids = svg.get("aria-labelledby").split()
    assert [svg.find("title").get("id"), svg.find("desc").get("id")] == ids
    assert svg.find("title").text
    assert svg.find("desc").text


@pytest.mark.parametrize("draw", [bars, columns])
def test_a_drawing_has_neither_script_nor_style_nor_colours_of_its_own(draw):
    for element in parse(draw()).iter():
        assert element.tag in {"svg", "title", "desc", "rect", "text", "path"}
        forbidden = {"style", "fill", "stroke", "font-size"}
        assert not forbidden & element.attrib.keys()
        assert not any(name.startswith("on") for name in element.attrib)


@pytest.mark.parametrize("draw", [bars, columns])
def test_every_class_has_its_rule(draw):
    used = {name for one in parse(draw()).iter() for name in one.get("class", "").split()}
    assert used <= set(re.findall(r"\.([a-z-]+)", CSS.read_text(encoding="utf-8")))


def test_what_people_wrote_cannot_become_markup():
    hostile = '"><script>alert(1)</script>'
    svg = parse(bars(names=[hostile, "B"], title=hostile))
    assert svg.find("title").text == hostile
    assert svg.find("script") is None
    assert parse(columns(title=hostile)).find("title").text == hostile


def test_a_bar_is_as_long_as_its_share():
    rects = [one for one in parse(bars()).iter("rect") if one.get("y") != "4"]
    lengths = [float(one.get("width")) for one in rects]
    assert lengths[:3] == pytest.approx([lengths[2] / 4, lengths[2] / 2, lengths[2]])
    assert [one.get("class") for one in rects[:3]] == ["plot-lower", "plot-middle", "plot-top"]
    assert all(length == 1 for length in lengths[3:])


def test_only_right_options_have_a_tick():
    assert len(parse(bars()).findall("path")) == 1
    assert len(parse(bars(right=set())).findall("path")) == 0


def test_the_description_says_the_figures():
    described = parse(bars()).find("desc").text
    assert "25%" in described
    assert "100%" in described
    assert described.startswith("A")
    assert parse(columns()).find("desc").text.endswith("100%: 4")


def test_a_column_is_as_high_as_many_scored_so():
    rects = list(parse(columns()).iter("rect"))
    heights = [float(one.get("height")) for one in rects]
    assert heights == pytest.approx([heights[2] / 4, 0, heights[2]])
    feet = {float(one.get("y")) + float(one.get("height")) for one in rects}
    assert len(feet) == 1


def test_nothing_leaves_the_picture():
    for svg in (parse(bars()), parse(columns(bins=[3] * 10))):
        _x, _y, width, height = (float(one) for one in svg.get("viewBox").split())
        for one in svg.iter("rect"):
            x, y, w, h = (float(one.get(name)) for name in ("x", "y", "width", "height"))
            assert 0 <= x <= x + w <= width
            assert 0 <= y <= y + h <= height


def test_a_quiz_that_nobody_took_has_an_empty_drawing():
    assert len(list(parse(columns(bins=[0] * 10)).iter("rect"))) == 10
    assert parse(columns(bins=[])).find("rect") is None
