import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import facts
from courses.models import Fact
from courses.templatetags.lessons import sanitised

VALUES = {"hotline": "1800 <6838>", "trang": "a.gov.vn"}


def test_a_fact_stands_in_the_place_of_its_key():
    text = "Gọi [[hotline]] hoặc xem [[trang]]."
    assert facts.fill_in_text(text, facts=VALUES) == "Gọi 1800 <6838> hoặc xem a.gov.vn."


def test_in_a_page_its_value_is_escaped():
    assert facts.fill_in("<p>[[hotline]]</p>", facts=VALUES) == "<p>1800 &lt;6838&gt;</p>"


@pytest.mark.parametrize(
    "address", ["[[ma]]", " [[ma]]", "\x01[[ma]]", "java[[ma]]", "JAVA\t[[ma]]"]
)
def test_a_fact_never_makes_a_link_into_a_script(address):
    html = sanitised(f'<a href="{address}">x</a>')
    for value in ("javascript:alert(1)", "script:alert(1)"):
        assert "href" not in facts.fill_in(html, facts={"ma": value})


@pytest.mark.parametrize("address", ["tel:[[hotline]]", "https://a.vn/[[trang]]", "/[[trang]]"])
def test_a_fact_may_stand_in_an_address(address):
    assert f'href="{address}"' in sanitised(f'<a href="{address}">x</a>')


def test_a_citation_in_an_address_stays_part_of_it():
    shown = sanitised('<a href="/x?[s2]">một</a> [s2]')
    assert 'href="/x?[s2]"' in shown
    assert shown.count("cited") == 1


@pytest.mark.parametrize("text", ["[[khong-co]]", "[hotline]", "[[ hotline ]]", "[[Hotline]]"])
def test_what_is_no_known_key_stays_as_it_is_written(text):
    assert facts.fill_in(text, facts=VALUES) == text
    assert facts.fill_in_text(text, facts=VALUES) == text


def test_a_value_is_never_read_for_facts_again():
    assert facts.fill_in_text("[[a]]", facts={"a": "[[b]]", "b": "x"}) == "[[b]]"


@given(st.text(alphabet="[]ab-< &", max_size=30))
def test_a_text_without_known_facts_is_left_alone(text):
    assert facts.fill_in(text, facts={}) == text


def test_facts_are_asked_for_once_and_only_when_a_text_names_one(django_assert_num_queries, db):
    values = facts.values()
    with django_assert_num_queries(0):
        assert facts.fill_in("Gọi ngay", facts=values) == "Gọi ngay"
    with django_assert_num_queries(1):
        for _time in range(2):
            assert "[[" not in facts.fill_in("Gọi [[hotline-vneid]]", facts=values)


def test_what_is_not_confirmed_says_so(db):
    Fact.objects.filter(key="hotline-vneid").update(value="1900", verified=False)
    Fact.objects.filter(key="hotline-nguoi-tieu-dung").update(value="1800", verified=True)
    values = facts.values()
    assert values["hotline-vneid"] == "1900 (cần kiểm tra lại)"
    assert values["hotline-nguoi-tieu-dung"] == "1800"
