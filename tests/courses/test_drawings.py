import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import drawings
from courses.course_files import CONTENT

OURS = sorted(CONTENT.glob("*/pictures/*.svg"))


def svg(inside="", attributes=""):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"{attributes}>{inside}</svg>'
    ).encode()


def test_every_drawing_of_ours_passes():
    assert OURS
    for path in OURS:
        drawings.check(path.read_bytes())


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<foreignObject><p>x</p></foreignObject>",
        '<image href="https://a.vn/x.png"/>',
        '<use href="#a"/>',
        "<style>*{fill:red}</style>",
        "<a><text>bấm</text></a>",
        '<animate attributeName="x"/>',
        '<html:script xmlns:html="http://www.w3.org/1999/xhtml"/>',
        '<rect onload="alert(1)"/>',
        '<rect href="x"/>',
        '<rect xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="x"/>',
        '<rect style="fill:red"/>',
        '<rect id="a"/>',
        '<rect fill="url(#a)"/>',
        '<rect fill="URL( //a.vn )"/>',
        '<rect fill="&quot;&gt;&lt;script&gt;"/>',
        r'<rect fill="\75rl(x)"/>',
        '<rect fill="javascript:x"/>',
        '<rect class="d-unknown"/>',
        '<rect class="d-ink button"/>',
    ],
)
def test_what_could_do_more_than_show_a_shape_is_refused(inside):
    with pytest.raises(drawings.UnsafeDrawing):
        drawings.inline(svg(inside))


LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><text>&c;</text></svg>"""
OUTSIDE = b"""<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><text>&x;</text></svg>"""


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"\x00\xff",
        b"khong phai SVG",
        b"<svg>",
        b"<svg viewBox='0 0 1 1'/>",  # without the name space it is no SVG
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<rect xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
        LAUGHS,
        OUTSIDE,
        svg("<g>" * 5000 + "</g>" * 5000),
    ],
)
def test_what_is_no_drawing_or_a_trap_for_the_reader_is_refused(file):
    with pytest.raises(drawings.UnsafeDrawing):
        drawings.inline(file)


def test_a_drawing_is_built_anew_and_hidden_from_who_hears_its_alternative():
    shown = drawings.inline(svg('<!-- ghi chú --> <text class="d-ink">a &lt; b</text>\n'))
    assert shown == (
        '<svg viewBox="0 0 320 180" xmlns="http://www.w3.org/2000/svg" aria-hidden="true"'
        ' focusable="false"><text class="d-ink">a &lt; b</text></svg>'
    )


def test_a_drawing_of_ours_may_not_be_heavy():
    heavy = svg('<rect x="1"/>' * 300)
    drawings.inline(heavy)
    with pytest.raises(drawings.UnsafeDrawing, match="3000"):
        drawings.check(heavy)


@given(st.text(alphabet=st.characters(exclude_categories=["C"]), min_size=1, max_size=40))
def test_no_text_of_a_drawing_becomes_markup(text):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    shown = drawings.inline(svg(f"<text>{escaped}</text>"))
    assert shown.count("<") == 4
