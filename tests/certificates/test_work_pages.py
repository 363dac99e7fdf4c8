"""The officer's pages: what they cost, what they refuse, what they say."""

import json

import pytest
from django.utils import timezone

from certificates import batches
from certificates.models import Batch
from tests.certificates import people
from tests.conftest import NOON

LIST = "/cong-viec/giay-chung-nhan/"


@pytest.fixture
def commune(village):
    return people.commune_of(village)


@pytest.fixture
def officer(client, commune):
    officer = people.officer_of(commune)
    client.force_login(officer, backend="people.authentication.PersonBackend")
    return officer


def issue_to(count, commune, officer, *, slug=people.SLUG):
    made = people.members(commune, count, first=Batch.objects.count() * 100 + 1)
    people.let_pass(made, slug=slug)
    batch = batches.propose(
        award=people.award_of(slug), unit=commune, day=timezone.localdate(NOON), by=officer, at=NOON
    )
    batches.work_out(batch.pk, at=NOON)
    batch.refresh_from_db()
    batches.start(batch=batch, at=NOON)
    batches.take_turn(batch.pk, 1, at=NOON)
    return batch


def queries_of(client, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(40) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_pages_cost_the_same_for_three_people_and_for_thirty(
    client, commune, officer, django_assert_max_num_queries
):
    few = issue_to(3, commune, officer)
    paths = [LIST, f"{LIST}so-cap/", f"{LIST}so-cap/?tim=lanh"]
    client.get(LIST)  # what a process remembers
    before = [queries_of(client, path, django_assert_max_num_queries) for path in paths]
    one = queries_of(client, f"{LIST}{few.pk}/", django_assert_max_num_queries)
    many = issue_to(30, commune, officer, slug="mua-sam")
    after = [queries_of(client, path, django_assert_max_num_queries) for path in paths]
    assert after == before
    assert queries_of(client, f"{LIST}{many.pk}/", django_assert_max_num_queries) == one


def test_a_batch_says_how_far_it_is_to_the_page_that_asks(client, commune, officer):
    batch = issue_to(2, commune, officer)
    answer = client.get(f"{LIST}{batch.pk}/", headers={"accept": "application/json"})
    assert json.loads(answer.content) == {"state": "done", "per_cent": 100, "text": "2 trên 2"}


def send(client, **fields):
    return client.post(
        LIST,
        {
            "award": f"{people.SLUG}:team-member",
            "day": timezone.localdate().isoformat(),
            **fields,
        },
    )


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"day": "2999-01-01"}, "Ngày này chưa tới"),
        ({"day": "2001-01-01"}, "quá lâu"),
        ({"day": "hôm nay"}, "ngày"),
        ({"award": "khong-co:team-member"}, "hợp lệ"),
        ({"unit": "999999"}, "hợp lệ"),
        ({"unit": "9" * 400}, "hợp lệ"),
    ],
)
def test_what_cannot_be_issued_is_refused_with_a_reason(client, commune, officer, fields, text):
    answer = send(client, **{"unit": commune.pk, **fields})
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert not Batch.objects.exists()


def test_what_is_proposed_waits_and_is_found_in_the_list(client, commune, officer):
    answer = send(client, unit=commune.pk)
    batch = Batch.objects.get()
    assert answer.headers["Location"] == f"{LIST}{batch.pk}/"
    assert "lập danh sách" in client.get(answer.headers["Location"]).content.decode()
    assert f"{LIST}{batch.pk}/" in client.get(LIST).content.decode()


def test_an_act_that_comes_too_late_is_refused_and_says_so(client, commune, officer):
    batch = issue_to(1, commune, officer)
    for act in ("bat-dau", "tam-dung", "tiep-tuc", "huy", "lam-lai"):
        answer = client.post(f"{LIST}{batch.pk}/{act}/", follow=True)
        assert "Không làm được nữa" in answer.content.decode(), act


@pytest.mark.parametrize("text", ["lanh 0001", "LÀNH", "0001/2026", "1", "Bùi Thị"])
def test_a_certificate_is_found_by_name_number_or_code(client, commune, officer, text):
    batch = issue_to(2, commune, officer)
    found = client.get(f"{LIST}so-cap/", {"tim": text}).content.decode()
    first = batch.items.order_by("position").first().certificate
    assert first.number in found
    by_code = client.get(f"{LIST}so-cap/", {"tim": first.code.lower()}).content.decode()
    assert by_code.count("/GCN-KNS") == 1


def test_older_ones_follow_from_the_last_row(client, commune, officer, monkeypatch):
    from certificates import views_register

    monkeypatch.setattr(views_register, "PER_PAGE", 2)
    issue_to(3, commune, officer)
    first = client.get(f"{LIST}so-cap/")
    assert first.content.decode().count("/GCN-KNS") == 2
    more = first.context["more"]
    second = client.get(f"{LIST}so-cap/", {"sau": more}).content.decode()
    assert second.count("/GCN-KNS") == 1
    assert client.get(f"{LIST}so-cap/", {"sau": "rac"}).status_code == 200
