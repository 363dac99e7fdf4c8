"""A batch: who is in it and why not, numbers in order, workers that die, pause, cancel, repair."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from certificates import batches, designs, files, issuing, printing
from certificates.designs import Page
from certificates.models import (
    Batch,
    BatchFile,
    BatchItem,
    Certificate,
    CertificateEvent,
    CertificateTemplate,
)
from jobs import queue
from people.models import Post
from people.roles import Role
from quizzes.models import Attempt
from tests.at_once import at_once
from tests.certificates import people
from tests.conftest import NOON, TODAY, make_person

State = BatchItem.State
LATER = NOON + timedelta(minutes=5)


def clock():
    return LATER


@pytest.fixture
def commune(village):
    return people.commune_of(village)


@pytest.fixture
def officer(commune):
    return people.officer_of(commune)


@pytest.fixture
def few_at_a_time(monkeypatch):
    monkeypatch.setattr(batches, "TURN", 3)


def propose(unit, by, *, day=TODAY, slug=people.SLUG) -> Batch:
    batch = batches.propose(award=people.award_of(slug), unit=unit, day=day, by=by, at=NOON)
    batches.work_out(batch.pk, at=NOON)
    batch.refresh_from_db()
    return batch


def work(batch: Batch, *, turns: int | None = None) -> Batch:
    """Take the turns of a batch as the worker does, all that wait or so many."""
    batch.refresh_from_db()
    assert batch.job
    waiting = batch.job.items.filter(state="waiting").values_list("subject", flat=True)
    for turn in list(waiting)[:turns]:
        batches.take_turn(batch.pk, turn, at=LATER)
        batch.job.items.filter(subject=turn).update(state="done", ended_at=LATER)
    batch.refresh_from_db()
    return batch


def states(batch: Batch) -> list[str]:
    return list(batch.items.order_by("position").values_list("state", flat=True))


def numbers() -> list[int]:
    return list(Certificate.objects.order_by("pk").values_list("running_number", flat=True))


def test_a_batch_issues_to_whoever_has_passed_and_says_who_is_left_out(village, commune, officer):
    passed = people.members(village, 2)
    failed = people.members(commune, 1, first=8)
    people.members(commune, 1, first=9)  # has not begun
    people.let_pass(passed)
    failed_one = people.let_pass(failed, per_cent=20)[0]
    failed_one.grades.update(passed=False)
    holder = people.members(village, 1, first=3)[0]
    people.let_pass([holder])
    issuing.issue(award=people.award_of(), person=holder, at=NOON)
    batch = propose(commune, officer)
    assert batch.state == Batch.State.READY
    assert batch.not_begun == 1
    found = dict(batch.items.values_list("person", "state"))
    assert found == {
        passed[0].pk: State.WAITING,
        passed[1].pk: State.WAITING,
        failed[0].pk: State.NOT_PASSED,
        holder.pk: State.HELD,
    }
    assert Certificate.objects.count() == 1
    batches.start(batch=batch, at=NOON)
    assert work(batch).state == Batch.State.DONE
    assert numbers() == [1, 2, 3]
    for one in passed:
        held = Certificate.objects.get(person=one)
        assert held.pdf
        assert held.events.get().by == officer.pk
        assert (held.name, held.per_cent) == (one.name, 100)
        assert held.unit == "Thôn Đồi Chè, Xã Đồi Vải, Tỉnh Sông Thương"


def test_what_was_passed_after_the_day_does_not_count(village, commune, officer):
    people.let_pass(people.members(village, 1), days_ago=3)
    assert states(propose(commune, officer, day=TODAY - timedelta(days=4))) == [State.NOT_PASSED]
    assert states(propose(commune, officer, day=TODAY - timedelta(days=3))) == [State.WAITING]


def test_a_day_to_come_and_a_stranger_are_refused(village, commune, officer, farmer):
    with pytest.raises(batches.InTheFuture):
        propose(commune, officer, day=TODAY + timedelta(days=1))
    with pytest.raises(batches.NotYours):
        propose(commune, farmer)
    assert not Batch.objects.exists()


def test_people_whom_the_officer_may_not_reach_are_in_no_batch(village, commune, officer):
    pupil = make_person("em.hoc", "Bùi Văn Học")
    Post.objects.create(person=pupil, unit=village, role=Role.PUPIL_LOWER, since=people.FIRST_DAY)
    people.let_pass([pupil])
    assert states(propose(commune, officer)) == []


def test_numbers_follow_communes_and_names_without_a_gap(
    kinds, village, commune, officer, few_at_a_time
):
    made = people.members(village, 7)
    people.let_pass(made[::-1])
    batch = propose(commune, officer)
    batches.start(batch=batch, at=NOON)
    work(batch)
    issued = Certificate.objects.order_by("running_number")
    assert numbers() == [1, 2, 3, 4, 5, 6, 7]
    assert [one.person for one in issued] == made


def test_a_turn_whose_worker_died_after_numbering_is_drawn_and_numbers_nobody_else(
    village, commune, officer, few_at_a_time, monkeypatch
):
    people.let_pass(people.members(village, 7))
    batch = propose(commune, officer)
    batches.start(batch=batch, at=NOON)

    def die(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(printing, "keep_pdfs", die)
    with pytest.raises(KeyboardInterrupt):
        work(batch, turns=1)
    monkeypatch.undo()
    monkeypatch.setattr(batches, "TURN", 3)
    assert numbers() == [1, 2, 3]
    assert states(batch).count(State.ISSUED) == 3
    assert work(batch).state == Batch.State.DONE
    assert numbers() == [1, 2, 3, 4, 5, 6, 7]
    assert set(states(batch)) == {State.DRAWN}
    assert not Certificate.objects.filter(pdf="").exists()


def test_a_name_that_no_paper_shows_is_left_out_and_can_be_repaired(
    village, commune, officer, few_at_a_time
):
    made = people.members(village, 4)
    made[1].rename("Bùi Thị 😀 Hai")
    made[1].save()
    people.let_pass(made)
    batch = propose(commune, officer)
    batches.start(batch=batch, at=NOON)
    work(batch)
    assert numbers() == [1, 2, 3]
    left_out = batch.items.get(state=State.UNPRINTABLE)
    assert left_out.person == made[1]
    assert "😀" in left_out.problem
    made[1].rename("Bùi Thị Hai")
    made[1].save()
    assert batches.repair(batch=batch, at=LATER) == 1
    assert work(batch).state == Batch.State.DONE
    assert numbers() == [1, 2, 3, 4]
    assert set(states(batch)) == {State.DRAWN}
    with pytest.raises(batches.Refused):
        batches.repair(batch=batch, at=LATER)


def test_a_disk_that_is_full_fails_what_it_hits_and_is_repaired(
    village, commune, officer, few_at_a_time, settings, tmp_path
):
    people.let_pass(people.members(village, 4))
    batch = propose(commune, officer)
    batches.start(batch=batch, at=NOON)
    # A folder that cannot be written to, as a full disk cannot: its place is taken by a file.
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    good = settings.STORAGES
    settings.STORAGES = {
        **good,
        "certificates": {
            **good["certificates"],
            "OPTIONS": {"location": blocked, "allow_overwrite": True},
        },
    }
    assert work(batch).state == Batch.State.DONE
    assert set(states(batch)) == {State.FAILED}
    assert numbers() == [1, 2, 3, 4]
    assert "không ghi hoặc đọc được" in batch.items.first().problem
    settings.STORAGES = good
    assert batches.repair(batch=batch, at=LATER) == 4
    work(batch)
    assert set(states(batch)) == {State.DRAWN}
    assert numbers() == [1, 2, 3, 4]


def test_a_design_that_cannot_be_drawn_fails_whom_it_concerns_and_the_rest_goes_on(
    village, commune, officer, monkeypatch
):
    CertificateTemplate.objects.create(name="Hỏng", design="modern", unit=village)
    broken = Page("certificates/print/khong-co.html", designs.PAGES["modern"].stylesheets)
    monkeypatch.setitem(designs.PAGES, "modern", broken)
    people.let_pass(people.members(village, 2) + people.members(commune, 2, first=5))
    batch = propose(commune, officer)
    batches.start(batch=batch, at=NOON)
    assert work(batch).state == Batch.State.DONE
    assert sorted(states(batch)) == [State.DRAWN] * 2 + [State.UNPRINTABLE] * 2
    assert "khong-co.html" in batch.items.filter(state=State.UNPRINTABLE)[0].problem
    assert numbers() == [1, 2]
    monkeypatch.undo()
    assert batches.repair(batch=batch, at=LATER) == 2
    work(batch)
    assert numbers() == [1, 2, 3, 4]


def test_a_font_that_is_missing_is_named(village, commune, officer, monkeypatch, tmp_path):
    printing.press.cache_clear()
    monkeypatch.setattr(printing, "FONTS", [*designs.FONTS, tmp_path / "Khong-Co.ttf"])
    people.let_pass(people.members(village, 1))
    batch = propose(commune, officer)
    batches.start(batch=batch, at=NOON)
    work(batch)
    assert "Khong-Co.ttf" in batch.items.get().problem
    assert numbers() == []
    monkeypatch.undo()
    batches.repair(batch=batch, at=LATER)
    work(batch)
    assert states(batch) == [State.DRAWN]


def test_a_repair_whose_turns_failed_says_so_and_can_be_resumed(village, commune, officer, client):
    made = people.members(village, 1)
    people.let_pass(made)
    batch = propose(commune, officer)
    batches.start(batch=batch, at=NOON)
    work(batch)
    batch.items.update(state=State.FAILED, problem="Tệp không ghi được")
    Certificate.objects.update(pdf="")
    held = Certificate.objects.get()
    assert issuing.has_failed(held)
    client.force_login(made[0])
    assert "Tạo lại bản in" in client.get(f"/giay-chung-nhan/{held.code}/").content.decode()
    batches.repair(batch=batch, at=LATER)
    batch.refresh_from_db()
    batch.job.items.update(state="failed", ended_at=LATER)
    assert batches.standing(batch, at=LATER).stopped
    batches.resume(batch=batch, at=LATER)
    work(batch)
    assert states(batch) == [State.DRAWN]
    assert not batches.standing(batch, at=LATER).stopped


def test_whose_drawing_failed_in_a_batch_may_have_it_drawn_again(village, commune, officer, client):
    made = people.members(village, 1)
    people.let_pass(made)
    batch = propose(commune, officer)
    batches.start(batch=batch, at=NOON)
    work(batch)
    batch.items.update(state=State.FAILED)
    Certificate.objects.update(pdf="")
    held = Certificate.objects.get()
    client.force_login(made[0])
    client.post(f"/giay-chung-nhan/{held.code}/")
    held.refresh_from_db()
    assert held.job.items.get().subject == held.pk
    client.post(f"/giay-chung-nhan/{held.code}/")  # waits now: pressing again adds nothing
    assert held.job.items.count() == 1


def test_communes_of_one_name_follow_one_another(kinds, village, commune, officer):
    province = people.commune_of(commune)
    twin = people.put(kinds, "Xã Đồi Vải", "xa", province)
    chief = people.officer_of(province, "ong.tinh")
    here, there = people.members(commune, 2), people.members(twin, 2)
    people.let_pass(here + there)
    batch = propose(province, chief)
    order = list(batch.items.order_by("position").values_list("commune", flat=True))
    assert order == [commune.pk, commune.pk, twin.pk, twin.pk]


def test_pause_stops_between_turns_and_resume_goes_on(village, commune, officer, few_at_a_time):
    people.let_pass(people.members(village, 7))
    batch = propose(commune, officer)
    batches.start(batch=batch, at=NOON)
    work(batch, turns=1)
    batches.pause(batch=batch)
    work(batch)
    assert (batch.state, numbers()) == (Batch.State.PAUSED, [1, 2, 3])
    with pytest.raises(batches.Refused):
        batches.pause(batch=batch)
    batches.resume(batch=batch, at=LATER)
    assert work(batch).state == Batch.State.DONE
    assert numbers() == [1, 2, 3, 4, 5, 6, 7]


def test_what_is_cancelled_issues_to_nobody_else_and_keeps_what_was_issued(
    village, commune, officer, few_at_a_time
):
    people.let_pass(people.members(village, 7))
    batch = propose(commune, officer)
    batches.start(batch=batch, at=NOON)
    work(batch, turns=1)
    batches.cancel(batch=batch, at=LATER)
    work(batch)
    assert batch.state == Batch.State.CANCELLED
    assert numbers() == [1, 2, 3]
    for act in (
        lambda: batches.resume(batch=batch, at=LATER),
        lambda: batches.cancel(batch=batch, at=LATER),
        lambda: batches.start(batch=batch, at=LATER),
    ):
        with pytest.raises(batches.Refused):
            act()


def test_whoever_claimed_meanwhile_is_not_given_a_second_one(village, commune, officer):
    made = people.members(village, 2)
    people.let_pass(made)
    batch = propose(commune, officer)
    issuing.issue(award=people.award_of(), person=made[0], at=NOON)
    batches.start(batch=batch, at=NOON)
    work(batch)
    assert states(batch) == [State.HELD, State.DRAWN]
    assert Certificate.objects.filter(person=made[0]).count() == 1


def test_whose_attempt_was_voided_meanwhile_is_given_none(village, commune, officer):
    made = people.members(village, 2)
    attempts = people.let_pass(made)
    batch = propose(commune, officer)
    Attempt.objects.filter(pk=attempts[0].pk).update(state=Attempt.State.VOID)
    batches.start(batch=batch, at=NOON)
    work(batch)
    assert states(batch) == [State.NOT_PASSED, State.DRAWN]


def test_whoever_was_erased_meanwhile_is_given_none(village, commune, officer):
    made = people.members(village, 2)
    people.let_pass(made)
    batch = propose(commune, officer)
    type(made[0]).objects.filter(pk=made[0].pk).update(erased_at=NOON)
    batches.start(batch=batch, at=NOON)
    work(batch)
    assert states(batch) == [State.NOT_PASSED, State.DRAWN]


def test_two_workers_at_once_issue_one_certificate_a_person(committed_db, few_at_a_time):
    from organisation import loading

    kinds = loading.load_kinds()
    province = people.Unit.objects.create()
    people.tree.place(
        unit=province, name="Tỉnh Sông Thương", kind=kinds["tinh"], parent=None,
        valid_from=people.FIRST_DAY,
    )  # fmt: skip
    commune = people.put(kinds, "Xã Đồi Vải", "xa", province)
    made = people.members(commune, 12)
    people.let_pass(made)
    batch = propose(commune, people.officer_of(commune))
    batches.start(batch=batch, at=NOON)
    batch.refresh_from_db()
    turns = list(batch.job.items.values_list("subject", flat=True))
    claims = [
        lambda one=one: issuing.issue(award=people.award_of(), person=one, at=NOON)
        for one in made[:2]
    ]
    results = at_once(
        *(lambda turn=turn: batches.take_turn(batch.pk, turn, at=LATER) for turn in turns), *claims
    )
    assert not [one for one in results if isinstance(one, Exception)], results
    batch.refresh_from_db()
    assert batch.state == Batch.State.DONE
    assert sorted(numbers()) == list(range(1, 13))
    assert Certificate.objects.values("person").distinct().count() == 12


def test_the_files_of_a_batch_are_made_for_each_commune(village, commune, officer, tmp_path):
    people.let_pass(people.members(village, 3))
    batch = propose(commune, officer)
    batches.start(batch=batch, at=NOON)
    work(batch)
    assert list(batch.files.values_list("kind", flat=True)) == sorted(BatchFile.Kind.values)
    for one in batch.files.all():
        files.make(one.pk, at=LATER)
    assert not batch.files.filter(file="").exists()
    assert not batch.files.filter(size=0).exists()


def test_the_database_keeps_every_certificate_and_its_log(village, commune, officer):
    people.let_pass(people.members(village, 1))
    batch = propose(commune, officer)
    batches.start(batch=batch, at=NOON)
    work(batch)
    certificate = Certificate.objects.get()
    for act in (
        lambda: Certificate.objects.filter(pk=certificate.pk)._raw_delete("default"),
        lambda: CertificateEvent.objects.filter(pk__gt=0)._raw_delete("default"),
        lambda: certificate.events.update(reason="khác"),
        lambda: type(certificate.template_version).objects.update(issuer="khác"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_the_time_left_follows_the_pace_of_the_last_minute(village, commune, officer):
    people.let_pass(people.members(village, 1))
    batch = propose(commune, officer)
    batches.start(batch=batch, at=NOON)
    batch.refresh_from_db()
    assert batches.standing(batch, at=NOON).seconds_left is None
    BatchItem.objects.bulk_create(
        BatchItem(batch=batch, person=one, position=10 + place, unit=village)
        for place, one in enumerate(people.members(village, 3, first=20))
    )
    batch.job.items.filter(subject=1).update(state="done", ended_at=NOON + timedelta(seconds=5))
    standing = batches.standing(batch, at=NOON + timedelta(seconds=25))
    assert (standing.left, standing.total, standing.per_cent) == (4, 4, 0)
    assert standing.seconds_left == 1  # four of the hundred that take 25 seconds


def test_a_batch_whose_turns_failed_says_so_and_can_be_resumed(village, commune, officer):
    people.let_pass(people.members(village, 1))
    batch = propose(commune, officer)
    batches.start(batch=batch, at=NOON)
    batch.refresh_from_db()
    batch.job.items.update(state="failed", ended_at=LATER)
    assert batches.standing(batch, at=LATER).stopped
    batches.resume(batch=batch, at=LATER)
    assert queue.progress(job=batch.job).failed == 0
    assert work(batch).state == Batch.State.DONE
