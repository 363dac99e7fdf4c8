import json

import pytest

from quizzes.exchange import qti
from quizzes.exchange.parsed import Refused
from tests.quizzes.exchange.qti_samples import (
    CHOICE,
    NEW,
    choice,
    declared,
    item,
    manifest,
    package,
)
from tests.quizzes.exchange.test_qti import content, one


def test_sections_are_categories_and_their_order_counts():
    def section(title, inside, more=""):
        return f'<assessmentSection identifier="S" title="{title}" visible="{more or "true"}">{inside}</assessmentSection>'

    def reference(n):
        return f'<assessmentItemRef identifier="I{n}" href="items/{n}.xml"/>'

    inside = section("Cơ bản", reference(2) + section("Sâu", reference(1)))
    inside += section("Không hiện", reference(3), "false")
    test = f"<assessmentTest><testPart>{inside}</testPart></assessmentTest>"
    files = {
        f"items/{n}.xml": item(declared("A"), choice({"A": str(n), "B": "y"})) for n in (1, 2, 3)
    }
    read = qti.read(
        package(
            {"imsmanifest.xml": manifest(*files, tests=("test.xml",)), "test.xml": test, **files}
        )
    )
    assert [(q.content["options"][0]["text"], q.category) for q in read.questions] == [
        ("2", ("Cơ bản",)),
        ("1", ("Cơ bản", "Sâu")),
        ("3", ()),
    ]


def test_metadata_gives_tags_difficulty_and_category():
    metadata = (
        '<metadata><lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general><keyword><string>vneid</string>'
        "</keyword><keyword><string>OTP</string></keyword></general><educational><difficulty><source>"
        "LOMv1.0</source><value>very difficult</value></difficulty></educational><classification>"
        "<taxonPath><taxon><entry><string>An toàn</string></entry></taxon></taxonPath>"
        "</classification></lom></metadata>"
    )
    raw = package({"imsmanifest.xml": manifest("1.xml", metadata=metadata), "1.xml": CHOICE})
    question = one(raw)
    assert (question.tags, question.difficulty, question.category) == (
        ("vneid", "OTP"),
        3,
        ("An toàn",),
    )


def test_a_broken_item_and_a_missing_one_leave_the_others_alone():
    files = {"1.xml": b"<assessmentItem>\n<p>", "2.xml": NEW, "4.xml": b"<html/>"}
    read = qti.read(
        package({"imsmanifest.xml": manifest("1.xml", "2.xml", "3.xml", "4.xml"), **files})
    )
    assert [q.name for q in read.questions] == ["Mới"]
    assert [(left.what, left.why) for left in read.left] == [
        ("1.xml", "The file is no well-formed XML."),
        ("3.xml", "The package names this file and does not hold it."),
        ("4.xml: html", "This is no item of QTI."),
    ]


def test_a_package_without_a_manifest_is_refused():
    with pytest.raises(Refused, match="no imsmanifest"):
        qti.read(package({"1.xml": NEW}))


def test_a_package_that_climbs_out_of_its_folder_is_refused():
    with pytest.raises(Refused, match="outside its folder"):
        qti.read(package({"imsmanifest.xml": manifest("1.xml"), "../1.xml": NEW}))


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_billion_laughs_in_a_package_refuse_it(encoding):
    bomb = (LAUGHS + b"<assessmentItem>&b;</assessmentItem>").decode().encode(encoding)
    with pytest.raises(Refused, match="entities"):
        qti.read(
            package({"imsmanifest.xml": manifest("1.xml", "2.xml"), "1.xml": NEW, "2.xml": bomb})
        )


def test_an_entity_that_names_a_file_of_ours_is_refused():
    raw = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><assessmentItem>&x;</assessmentItem>'
    with pytest.raises(Refused, match="entities"):
        qti.read(raw)


def test_a_document_type_without_entities_is_no_harm():
    assert one(b'<!DOCTYPE assessmentItem SYSTEM "none.dtd">' + NEW).kind == "matching"


def test_scripts_in_a_body_are_gone():
    body = '<p onclick="evil()">Xem<script>evil()</script> <b>đây</b></p>'
    question = one(
        item(declared("A"), body + choice({"A": "x", "B": '<a href="javascript:x">y</a>'}))
    )
    assert "evil" not in json.dumps(question.content)
    assert "javascript" not in json.dumps(question.content)
    assert "A script was left out." in question.notes


def test_a_picture_outside_the_package_is_not_fetched():
    read = one(
        item(
            declared("A"),
            '<p><img src="http://example.com/a.png" alt="x"/></p>' + choice({"A": "x", "B": "y"}),
        )
    )
    assert "example.com" not in json.dumps(read.content)


@pytest.mark.parametrize("raw", [b"", b"<", b"<html/>", b"\0", b"PK\x03\x04", "Câu hỏi".encode()])
def test_what_is_no_qti_is_refused(raw):
    with pytest.raises(Refused):
        qti.read(raw)


def test_the_deepest_nesting_that_xml_may_have_is_no_trouble():
    depth = 240
    body = "<div>" * depth + "sâu" + "</div>" * depth + choice({"A": "x", "B": "y"})
    assert "sâu" in content(item(declared("A"), body))["stem"]
