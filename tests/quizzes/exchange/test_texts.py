import time
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.exchange.parsed import Refused
from quizzes.exchange.texts import (
    Text,
    decode,
    from_format,
    from_html,
    from_plain,
    markup,
    picture_key,
    to_html,
    with_pictures,
    xml_tree,
)
from tests.quizzes.exchange.making import picture_address, picture_bytes, plain_texts, rich_texts

PNG = picture_bytes()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_read_in_the_encodings_that_editors_save(encoding):
    assert decode("Quê hương\r\nvải\rthiều\n".encode(encoding)) == "Quê hương\nvải\nthiều\n"


def test_letters_that_come_in_pieces_are_put_together():
    assert decode("Vie\u0302\u0323t".encode()) == "Việt"
    assert from_html("Vie&#x302;&#x323;t").text == "Việt"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("Việt".encode("cp1258", "replace") + b"\xff", "byte 5"),
        (b"abc\xe1\xbb", "byte 4"),
        (b"\xef\xbb\xbfab\xff", "byte 6"),
        (b"\xff\xfeab\x00\xd8", "UTF-16"),
        (b"ab\ncd\0", "line 2"),
        pytest.param(b"x\n" + b"a" * 1_000_001, "Line 2", id="long line"),
    ],
)
def test_what_is_no_text_file_is_refused_with_the_place(raw, reason):
    with pytest.raises(Refused, match=reason):
        decode(raw)


def test_a_line_of_a_hundred_megabytes_is_refused_at_once():
    raw = b"a" * 100_000_000
    began = time.perf_counter()
    with pytest.raises(Refused, match="20 MB"):
        decode(raw)
    assert time.perf_counter() - began < 0.1


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("<p>Chào bác.</p>\n<p>Mời bác\n  vào.</p>", "Chào bác.\n\nMời bác vào."),
        ("một<br>hai<br/>\nba", "một\nhai\nba"),
        ('<p dir="ltr" style="color:red">1 &lt; 2 &amp; 3<br></p>', "1 < 2 & 3"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<span lang=vi>vải</span>&nbsp;thiều", "vải\xa0thiều"),
        ("a  b", "a  b"),
        ("<p></p>", ""),
    ],
)
def test_what_is_only_paragraphs_becomes_plain_text(html, plain):
    assert from_html(html) == Text(plain)


def test_formatting_stays_and_nothing_else_does():
    text = from_html('<h1>T</h1><p class="x">a <b style="x">b</b> <font>c</font></p><td>d</td>')
    assert text == Text("<h3>T</h3><p>a <b>b</b> c</p>d", True)


@pytest.mark.parametrize(
    "html",
    [
        "<p>a</p><script>alert(1)</script>",
        '<p onclick="steal()">a</p>',
        '<p>a<img src="x" onerror="steal()"></p>',
        '<p>a</p><svg onload="steal()"></svg>',
        '<a href="javascript:steal()"></a>a',
        "<b>a<script>steal()</script></b>",
        "<style>*{display:none}</style><iframe src='//steal'></iframe>a",
        "<b>\u0338<script>steal()</script>a",
    ],
)
def test_scripts_are_left_out_and_noted(html):
    text = from_html(html)
    assert text.notes
    for danger in ("steal", "alert", "script", "onclick", "onerror", "style"):
        assert danger not in text.text
    assert "a" in text.text


def test_links_stay_where_they_lead_to_the_web():
    text = from_html(
        '<a href="https://xa.gov.vn">xã</a> <a href="file:///etc">b</a> <a href="data:,x">c</a>'
    )
    assert 'href="https://xa.gov.vn"' in text.text
    assert text.text.count("href") == 1


def test_pictures_are_kept_by_what_they_are():
    files = {"Ảnh 1.png": PNG}
    html = f'<img src="@@PLUGINFILE@@/%E1%BA%A2nh%201.png" alt="vải"><img src="{picture_address(PNG)}">'
    text = from_html(html, resolve=files.get)
    key = picture_key(PNG)
    assert text.pictures == {key: PNG}
    assert text.text == f'<img src="picture:{key}" alt="vải"><img src="picture:{key}">'
    assert from_html(with_pictures(text.text, lambda _: picture_address(PNG))) == text


@pytest.mark.parametrize(
    ("address", "raw", "reason"),
    [
        ("missing.png", None, "not in the file"),
        ("https://elsewhere.example/a.png", PNG, "not in the file"),
        ("//elsewhere.example/a.png", PNG, "not in the file"),
        ("data:image/png;base64,AAAA", None, "not a PNG"),
        ("data:image/svg+xml,<svg/>", None, "not a PNG"),
        ("a.png", b"GIF89a", "not a PNG"),
        ("a.png", picture_bytes("BMP"), "not a PNG"),
        pytest.param("a.png", PNG + b"x" * 5_000_000, "larger than 5 MB", id="large"),
        ("picture:" + picture_key(PNG), PNG, "address"),
    ],
)
def test_a_picture_that_cannot_be_kept_is_left_out_and_noted(address, raw, reason):
    text = from_html(f'<b>a</b><img src="{escape(address)}">', resolve=lambda name: raw)
    assert text.text == "<b>a</b>"
    assert not text.pictures
    assert reason in text.notes[0]


def test_what_goes_wrong_with_a_picture_of_the_file_is_not_swallowed():
    def broken(name):
        raise Refused(name)

    with pytest.raises(Refused, match="hỏng"):
        from_html('<img src="hỏng.png">', resolve=broken)


def test_a_picture_of_too_many_pixels_is_left_out_without_unpacking_it():
    raw = bytearray(PNG)
    raw[16:24] = (100_000).to_bytes(
        4, "big"
    ) * 2  # the size in the header, which is all that is read
    text = from_html('<img src="a.png">', resolve=lambda name: bytes(raw))
    assert not text
    assert text.notes


@pytest.mark.parametrize("tag", ["<div>", "<b>", "<p>", "<ul><li>", "<table>"])
def test_deep_html_is_read_quickly_or_refused(tag):
    began = time.perf_counter()
    from_html(tag * (2_900 // tag.count("<")) + "a")
    assert time.perf_counter() - began < 1
    with pytest.raises(Refused, match="3,000"):
        from_html(tag * 100_000)


def test_a_long_run_of_blanks_is_read_quickly():
    began = time.perf_counter()
    assert from_html("a" + " \n" * 200_000 + "b" + "\t " * 200_000 + "c").text.startswith("a b\t")
    assert time.perf_counter() - began < 1


@given(plain_texts)
def test_plain_text_survives_html(text):
    assert from_html(to_html(text.text, is_html=False)) == text


@given(rich_texts)
def test_html_that_was_cleaned_stays_as_it_is(text):
    again = from_html(with_pictures(text.text, lambda _: picture_address(PNG)))
    assert again == text


@given(st.text(max_size=30))
def test_any_html_becomes_something_that_stays(html):
    text = from_html(html)
    again = from_html(to_html(text.text, is_html=text.is_html))
    assert again.text == text.text


def test_moodles_own_format_counts_line_breaks_and_knows_html():
    assert from_format("a < b\nc", "moodle_auto_format") == Text("a < b\nc")
    assert from_format("a &lt; b\nc", "moodle") == Text("a < b\nc")
    assert from_format("<b>a</b>\nc", "moodle") == Text("<b>a</b><br>c", True)
    assert from_format("<b>a</b>", "plain_text") == Text("<b>a</b>")
    assert from_format("**a** b", "markdown") == Text("<p><strong>a</strong> b</p>", True)


def test_a_question_is_all_plain_or_all_html():
    plain = {
        "stem": from_plain("a < b"),
        "options": [{"text": from_plain("c\nd"), "correct": True}],
    }
    assert markup(plain).content == {
        "stem": "a < b",
        "options": [{"text": "c\nd", "correct": True}],
    }
    mixed = markup({**plain, "explanation": from_html("<b>vì</b>"), "accepted": ["a < b"]})
    assert mixed.content == {
        "stem": "a &lt; b",
        "options": [{"text": "c<br>d", "correct": True}],
        "explanation": "<b>vì</b>",
        "accepted": ["a < b"],  # compared, never shown
        "markup": "html",
    }


BILLION_LAUGHS = """<?xml version="1.0"?>
<!-- <x> --><!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<quiz>&b;</quiz>"""
EXTERNAL = '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/hostname">]><quiz>&x;</quiz>'


@pytest.mark.parametrize(
    "xml",
    [
        BILLION_LAUGHS,
        EXTERNAL,
        '\n<!DOCTYPE quiz SYSTEM "http://elsewhere.example/quiz.dtd"><quiz/>',
        "<quiz>&undeclared;</quiz>",
        "<quiz><question></quiz>",
        pytest.param("<a>" * 10_000 + "</a>" * 10_000, id="deep"),
        "",
    ],
)
def test_hostile_or_broken_xml_is_refused_at_once(xml):
    began = time.perf_counter()
    with pytest.raises(Refused):
        xml_tree(xml.encode())
    assert time.perf_counter() - began < 0.5


def test_xml_is_read_whatever_encoding_it_declares_and_lines_keep_their_numbers():
    xml = '\n<?xml version="1.0"\n encoding="UTF-16"?>\n<quiz>\n<name>Việt</name></quiz>'
    root = xml_tree(xml.encode("utf-16"))
    assert (root[0].text, root[0].sourceline) == ("Việt", 5)


def test_a_document_type_inside_a_text_is_only_text():
    assert xml_tree(b"<quiz><![CDATA[<!DOCTYPE html>]]></quiz>").text == "<!DOCTYPE html>"
