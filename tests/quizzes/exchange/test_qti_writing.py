import io
import json
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes.exchange import qti
from tests.quizzes.exchange import making
from tests.quizzes.exchange.qti_questions import KINDS, ORDINARY, option, spots
from tests.quizzes.exchange.qti_samples import package
from tests.quizzes.exchange.test_qti import one


@pytest.mark.parametrize("version", ["2.1", "3.0"])
@given(data=st.data())
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_what_is_written_is_read_again(version, data):
    any_question = making.questions(KINDS, xml=True) | spots()
    written = data.draw(st.lists(any_question, min_size=1, max_size=3))
    written = [replace(q, difficulty=data.draw(st.sampled_from([None, 1, 2, 3]))) for q in written]
    raw = qti.write(written, version=version)
    read = qti.read(raw)
    assert read.left == ()
    assert [making.without_line(question) for question in read.questions] == written
    assert qti.write(written, version=version) == raw


def files_of(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("version", ["2.1", "3.0"])
def test_an_ordinary_question_is_wholly_said_in_plain_qti(version):
    raw = qti.write(ORDINARY, version=version)
    assert b"kns:rest" not in files_of(raw)["imsmanifest.xml"]
    assert [making.without_line(q) for q in qti.read(raw).questions] == ORDINARY


def test_a_changed_item_is_believed_and_not_what_was_said_beside_it():
    question = replace(
        ORDINARY[5],
        content={
            **ORDINARY[5].content,
            "wildcards": True,
            "stem": "Thủ  đô?",
            "hints": ["x"],
            "options": 1,
        },
    )
    del question.content["options"]
    files = files_of(qti.write([question], version="2.1"))
    changed = files["items/q0001.xml"].replace("Hà Nội".encode(), "Huế".encode())
    assert changed != files["items/q0001.xml"]
    found = one(package({**files, "items/q0001.xml": changed})).content
    assert found["accepted"][0] == "Huế"
    assert (found["wildcards"], found["hints"]) == (True, ["x"])


@pytest.mark.parametrize(
    "content",
    [
        {"markup": "html", "stem": "<script>x</script>"},
        {"markup": "html", "stem": '<img src="http://example.com/a.png" alt="x">'},
        {"options": 5},
        {"options": [option("a", correct=True, more=1)]},
        {"unheard_of": 1},
        {"points": float("inf")},
    ],
)
def test_what_a_stranger_says_beside_an_item_is_not_believed_where_it_does_harm(content):
    files = files_of(
        qti.write(
            [replace(ORDINARY[0], content={**ORDINARY[0].content, "penalty": 1})], version="2.1"
        )
    )
    found = re.search(rb"\{&?.*\}", files["imsmanifest.xml"])
    assert found
    rest = json.loads(found[0])
    assert rest["content"] == {"penalty": 1}
    rest["content"] = content
    said_ = json.dumps(rest).replace("&", "&amp;").replace("<", "&lt;").encode()
    made = files["imsmanifest.xml"].replace(found[0], said_)
    assert one(package({**files, "imsmanifest.xml": made})).content == ORDINARY[0].content


def test_a_short_answer_is_also_accepted_without_its_accents():
    files = files_of(qti.write([ORDINARY[5]], version="2.1"))
    keys = re.findall(r'mapKey="([^"]*)"', files["items/q0001.xml"].decode())
    assert keys == ["Hà Nội", "ha noi", "Thăng Long", "thang long"]


def test_the_order_of_an_order_is_not_given_away():
    items = [str(n) for n in range(1, 9)]
    question = replace(ORDINARY[4], content={**ORDINARY[4].content, "items": items})
    body = files_of(qti.write([question], version="2.1"))["items/q0001.xml"].decode()
    shown = re.findall(r"<simpleChoice[^>]*>([^<]*)<", body)
    assert sorted(shown) == items != shown


def test_a_package_of_nothing_can_be_written():
    assert "imsmanifest.xml" in files_of(qti.write([], version="3.0"))
