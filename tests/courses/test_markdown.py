import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.markdown import NotOurMarkdown, rich_text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Bấm **Gửi**, rồi *chờ*.", "<p>Bấm <b>Gửi</b>, rồi <i>chờ</i>.</p>"),
        ("- một\n- hai", "<ul>\n<li>một</li>\n<li>hai</li>\n</ul>"),
        ("1. một\n2. hai", "<ol>\n<li>một</li>\n<li>hai</li>\n</ol>"),
        ("[Cổng](https://a.gov.vn/x)", '<p><a href="https://a.gov.vn/x">Cổng</a></p>'),
        ("[gọi](tel:18001096)", '<p><a href="tel:18001096">gọi</a></p>'),
        ("[bài trước](/khoa-hoc/)", '<p><a href="/khoa-hoc/">bài trước</a></p>'),
        ("một\n\nhai", "<p>một</p>\n<p>hai</p>"),
        (r"\*nguyên văn\*", "<p>*nguyên văn*</p>"),
        ("", ""),
    ],
)
def test_what_lessons_use_becomes_rich_text(text, html):
    assert rich_text(text) == html


def test_html_in_a_text_is_shown_and_not_obeyed():
    assert rich_text("<script>x</script> & <b>") == (
        "<p>&lt;script&gt;x&lt;/script&gt; &amp; &lt;b&gt;</p>"
    )


def test_headings_of_two_levels_stand_where_they_are_allowed():
    assert rich_text("## Một\n\n### Hai", headings=True) == "<h2>Một</h2>\n<h3>Hai</h3>"


@pytest.mark.parametrize(
    ("text", "headings", "line"),
    [
        ("một\n\n## Hai", False, 2),
        ("một\n\n# Hai", True, 2),
        ("#### Bốn", True, 0),
        ("một\n\nhai `ba`", False, 2),
        ("[bấm](mailto:a@b.vn)", False, 0),
        ("một\n\n- [bấm](ftp://a.vn)", False, 2),
        ("[bấm](tep.pdf)", False, 0),
        ("[bấm]()", False, 0),
    ],
)
def test_anything_else_is_refused_with_its_line(text, headings, line):
    with pytest.raises(NotOurMarkdown) as refusal:
        rich_text(text, headings=headings)
    assert refusal.value.line == line


def test_an_address_that_runs_a_script_never_becomes_a_link():
    assert "href" not in rich_text("[bấm](javascript:alert)")


@given(st.text(alphabet="*_[]()<>&\"'#-1. \n`\\!|:/ajhtps", max_size=60))
def test_whatever_is_written_only_our_elements_come_out(text):
    try:
        html = rich_text(text, headings=True)
    except NotOurMarkdown:
        return
    tags = set(re.findall(r"</?([a-z0-9]+)", html))
    assert tags <= {"p", "b", "i", "ul", "ol", "li", "a", "h2", "h3", "br"}
    for address in re.findall(r'href="([^"]*)"', html):
        assert address.startswith(("https://", "http://", "tel:", "/", "#"))
