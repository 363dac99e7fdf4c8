import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery, current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from jobs import queue, tasks
from jobs.models import Heartbeat, Job, JobItem
from tests.at_once import at_once
from tests.conftest import NOON

TASK = "tests.jobs.no_worker_knows_this"
SECOND = timedelta(seconds=1)


class Broken(Exception):
    pass


def add(*subjects, at=NOON):
    return queue.add(task=TASK, subjects=subjects, by=None, at=at)


def claimed(job, *, at=NOON, most=queue.CHUNK):
    return [item.subject for item in queue.claim(job_id=job.pk, at=at, most=most)]


def work(job, do, *, at=NOON):
    queue.work(job_id=job.pk, do=do, clock=lambda: at)


def states(job):
    return dict(job.items.values_list("subject", "state"))


def do_nothing(subject):
    pass


def break_down(subject):
    raise Broken(f"no paper for {subject}")


# Writing work down


def test_work_is_written_down_with_who_asked_for_it_and_when(neighbour):
    job = queue.add(task=TASK, subjects=[7, 8], by=neighbour, at=NOON)
    job.refresh_from_db()
    assert (job.task, job.created_by, job.created_at) == (TASK, neighbour, NOON)
    assert states(job) == {7: "waiting", 8: "waiting"}


def test_many_items_are_written_down_in_a_few_queries(db, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        add(*range(400))


def test_a_job_names_each_subject_once(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        add(7, 8, 7)
    assert not Job.objects.exists()
    add(7)
    add(7)


def test_an_item_ends_when_it_has_ended_and_not_before(db):
    item = add(7).items.get()
    for wrong in ({"state": "done"}, {"state": "failed"}, {"ended_at": NOON}):
        with (
            pytest.raises(IntegrityError, match="an_ended_item_has_its_time"),
            transaction.atomic(),
        ):
            JobItem.objects.filter(pk=item.pk).update(**wrong)


# Taking it


def test_items_are_taken_in_their_order_and_only_so_many(db):
    job = add(5, 3, 4)
    assert claimed(job, most=2) == [5, 3]
    assert claimed(job, most=2) == [4]
    assert claimed(job) == []


def test_one_job_does_not_take_what_belongs_to_another(db):
    job, other = add(1, 2), add(3)
    assert claimed(job) == [1, 2]
    assert claimed(other) == [3]


def test_an_item_that_is_held_is_handed_out_again_when_the_lease_has_run_out(db):
    job = add(7)
    assert claimed(job) == [7]
    assert claimed(job, at=NOON + queue.LEASE - SECOND) == []
    assert claimed(job, at=NOON + queue.LEASE) == [7]


def test_what_has_ended_is_never_handed_out_again(db):
    job = add(7)
    work(job, do_nothing)
    assert claimed(job, at=NOON + timedelta(days=1)) == []


# Doing it


def test_everything_that_waits_is_done_once_and_in_order(db):
    done = []
    job = add(*range(queue.CHUNK * 2 + 1))
    for _chunk in range(3):
        work(job, done.append)
    assert done == list(range(queue.CHUNK * 2 + 1))
    assert set(states(job).values()) == {"done"}
    item = job.items.first()
    assert (item.ended_at, item.leased_until, item.error) == (NOON, None, "")


def test_a_job_that_is_worked_on_twice_is_done_once(db):
    done = []
    job = add(1, 2)
    for _time in range(2):
        work(job, done.append)
    assert done == [1, 2]


def test_a_job_that_is_no_more_is_no_error(db):
    queue.work(job_id=404, do=break_down, clock=lambda: NOON)


def test_one_item_that_fails_does_not_keep_the_others_from_being_done(db):
    job = add(1, 2, 3)
    work(job, lambda subject: break_down(subject) if subject == 2 else None)
    assert states(job) == {1: "done", 2: "waiting", 3: "done"}


def test_an_item_that_fails_is_tried_again_later_and_not_at_once(db):
    job, tries = add(7), []

    def fail_once(subject):
        tries.append(subject)
        if len(tries) == 1:
            break_down(subject)

    work(job, fail_once)
    item = job.items.get()
    assert (tries, item.state, item.error) == ([7], "waiting", "Broken: no paper for 7")
    work(job, fail_once, at=item.leased_until - SECOND)
    assert tries == [7]
    work(job, fail_once, at=item.leased_until)
    item.refresh_from_db()
    assert (tries, item.state, item.error) == ([7, 7], "done", "")


def test_an_item_waits_longer_after_each_try_and_then_has_failed_with_its_error(db):
    job, at, waits = add(7), NOON, []
    for _try in range(queue.MOST_TRIES - 1):
        work(job, break_down, at=at)
        until = job.items.get().leased_until
        waits.append(until - at)
        at = until
    assert waits == sorted(set(waits))
    assert states(job) == {7: "waiting"}
    work(job, break_down, at=at)
    item = job.items.get()
    assert (item.state, item.error, item.ended_at) == ("failed", "Broken: no paper for 7", at)
    assert item.tries == queue.MOST_TRIES
    assert claimed(job, at=at + timedelta(days=1)) == []


def test_an_item_whose_worker_was_killed_is_done_by_another(db):
    job, done = add(7), []

    def be_killed(subject):
        raise SystemExit

    with pytest.raises(SystemExit):
        work(job, be_killed)
    assert states(job) == {7: "waiting"}
    work(job, done.append)
    assert done == []  # the other one may still be alive
    work(job, done.append, at=NOON + queue.LEASE)
    assert done == [7]


def test_a_worker_that_comes_too_late_changes_nothing_that_has_ended(db):
    """Its lease ran out, somebody else finished, and then it fails."""
    job = add(7)

    def fall_behind(subject):
        work(job, do_nothing, at=NOON + queue.LEASE)
        break_down(subject)

    work(job, fall_behind)
    item = job.items.get()
    assert (item.state, item.error, item.leased_until) == ("done", "", None)


def test_a_worker_that_comes_too_late_takes_nothing_from_whoever_has_it_now(db):
    job = add(7)

    def fall_behind(subject):
        queue.claim(job_id=job.pk, at=NOON + queue.LEASE)
        break_down(subject)

    work(job, fall_behind)
    item = job.items.get()
    assert (item.state, item.error, item.leased_until) == ("waiting", "", NOON + 2 * queue.LEASE)


def test_an_item_that_takes_its_worker_down_each_time_fails_and_the_rest_is_done(db):
    job, done, deaths = add(1, 2, 3), [], 0

    def die_of_two(subject):
        if subject == 2:
            raise SystemExit
        done.append(subject)

    for _time in range(2 * queue.MOST_TRIES):
        try:
            work(job, die_of_two, at=NOON + deaths * queue.LEASE)
        except SystemExit:
            deaths += 1
    assert deaths == queue.MOST_TRIES
    assert states(job) == {1: "done", 2: "failed", 3: "done"}
    assert done == [1, 3]


def test_what_stands_behind_a_slow_item_is_not_done_by_two(db):
    """Beginning an item holds it anew; one whose lease ran out meanwhile is left to whoever has it."""
    job, now, done = add(1, 2), [NOON], []

    def be_slow(subject):
        done.append(subject)
        now[0] += queue.LEASE
        if subject == 1:
            assert claimed(job, at=now[0]) == [2]

    queue.work(job_id=job.pk, do=be_slow, clock=lambda: now[0])
    assert done == [1]


# Many at once


def test_two_workers_at_once_never_get_the_same_item(committed_db):
    job = add(*range(60))

    def take_all():
        taken = []
        while items := queue.claim(job_id=job.pk, at=NOON, most=10):
            taken += [item.subject for item in items]
        return taken

    results = at_once(*[take_all] * 4)
    taken = [subject for result in results for subject in result]
    assert len(taken) == len(set(taken)), results
    # Whoever finds that others were quicker with all of a chunk stops; the sweep hints again.
    assert sorted(taken + claimed(job, most=60)) == list(range(60))


def test_workers_at_once_do_everything_once(committed_db):
    job, done, lock = add(*range(40)), [], threading.Lock()

    def do(subject):
        with lock:
            done.append(subject)

    def working():
        while not queue.progress(job=job).ended:
            queue.work(job_id=job.pk, do=do, clock=lambda: NOON)

    assert at_once(*[working] * 4) == [None] * 4
    assert sorted(done) == list(range(40))
    assert queue.progress(job=job) == queue.Progress(total=40, done=40, failed=0)


# Hints


def hints():
    """Return the messages that lie in the broker's folder."""
    folder = Path(settings.DATA_DIR) / "queue" / "messages"
    return list(folder.glob("*.msg"))


@pytest.fixture
def broker():
    """The broker of the demonstration, with nothing in it."""
    for message in hints():
        message.unlink()
    yield
    for message in hints():
        message.unlink()


def test_the_worker_gets_a_hint_when_the_work_is_written_down_and_not_before(
    db, broker, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        add(7)
        assert hints() == []
    assert len(hints()) == 1


def test_the_sweep_hints_at_each_job_that_waits_and_at_no_other(db, broker):
    waiting, held, done = add(1, 2), add(3), add(4)
    claimed(held)
    work(done, do_nothing)
    assert queue.sweep(at=NOON) == 1
    assert len(hints()) == 1
    claimed(waiting, most=1)
    assert queue.sweep(at=NOON) == 1
    assert queue.sweep(at=NOON + queue.LEASE) == 2


def test_the_sweep_hints_at_nothing_where_nothing_waits(db, broker):
    assert queue.sweep(at=NOON) == 0
    assert hints() == []


def test_a_worker_does_one_chunk_and_hints_at_the_rest(broker, db):
    job, done = add(*range(queue.CHUNK + 1)), []
    work(job, done.append)
    assert done == list(range(queue.CHUNK))
    assert len(hints()) == 1
    work(job, done.append)
    assert done == list(range(queue.CHUNK + 1))
    assert len(hints()) == 1


@pytest.fixture(params=["amqp://127.0.0.1:1//", "redis://127.0.0.1:1/0"])
def broker_away(request):
    """A broker that nobody listens at. Celery is the real one."""
    mine = current_app._get_current_object()
    Celery("away", broker=request.param, set_as_current=True)
    yield
    mine.set_current()


def test_a_broker_that_is_away_loses_nothing(
    broker_away, db, caplog, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        job = add(7)
    assert f"no broker for job {job.pk}" in caplog.text
    assert queue.sweep(at=NOON) == 1
    assert claimed(job) == [7]


@pytest.mark.parametrize("broker_away", ["amqp://127.0.0.1:1//"], indirect=True)
def test_nobody_waits_for_a_broker_that_is_away(broker_away):
    began = time.monotonic()
    queue.hint(task=TASK, job_id=1)
    assert time.monotonic() - began < 2


def test_the_tasks_of_the_clock_beat_and_sweep(db, broker):
    add(7)
    tasks.beat()
    tasks.sweep()
    assert Heartbeat.objects.count() == 1
    assert len(hints()) == 1


# How far it is


def test_progress_counts_what_is_done_and_what_has_failed_in_one_query(
    db, django_assert_num_queries
):
    job = add(*range(8))
    add(99)
    job.items.filter(subject__lt=3).update(state="done", ended_at=NOON)
    job.items.filter(subject=3).update(state="failed", ended_at=NOON)
    with django_assert_num_queries(1):
        progress = queue.progress(job=job)
    assert progress == queue.Progress(total=8, done=3, failed=1)
    assert (progress.per_cent, progress.ended) == (50, False)


def test_a_job_without_items_has_ended(db):
    progress = queue.progress(job=add())
    assert (progress.per_cent, progress.ended) == (100, True)


@given(done=st.integers(0, 500), failed=st.integers(0, 500), waiting=st.integers(0, 500))
def test_a_job_is_at_a_hundred_per_cent_when_it_has_ended_and_not_before(done, failed, waiting):
    progress = queue.Progress(total=done + failed + waiting, done=done, failed=failed)
    assert progress.ended == (waiting == 0)
    assert (progress.per_cent == 100) == progress.ended
    assert 0 <= progress.per_cent <= 100


# Whether the worker lives


def test_the_worker_is_well_for_a_while_after_it_was_last_alive(db):
    assert not queue.worker_is_well(at=NOON)
    queue.beat(at=NOON - timedelta(hours=1))
    queue.beat(at=NOON)
    assert queue.worker_is_well(at=NOON + queue.HEART_STOPS_AFTER)
    assert not queue.worker_is_well(at=NOON + queue.HEART_STOPS_AFTER + SECOND)
    queue.forget_heartbeat()
    assert not queue.worker_is_well(at=NOON)


def test_there_is_one_heartbeat(db):
    queue.beat(at=NOON)
    with pytest.raises(IntegrityError, match="one_heartbeat"), transaction.atomic():
        Heartbeat.objects.create(id=2, at=NOON)


def test_workers_that_beat_at_once_leave_one_heartbeat(committed_db):
    assert at_once(*[lambda: queue.beat(at=NOON)] * 4) == [None] * 4
    assert Heartbeat.objects.get().at == NOON


# Again, and no more


def test_what_has_failed_waits_once_more_when_somebody_asks_for_it(db):
    job, at = add(1, 2), NOON
    for _try in range(queue.MOST_TRIES):
        work(job, lambda subject: break_down(subject) if subject == 2 else None, at=at)
        at += timedelta(hours=1)
    assert states(job) == {1: "done", 2: "failed"}
    assert queue.retry(job=job) == 1
    assert queue.retry(job=job) == 0
    work(job, do_nothing, at=at)
    assert states(job) == {1: "done", 2: "done"}


def test_what_has_long_been_done_is_forgotten_and_what_failed_or_waits_is_not(db):
    done, failed, waiting = add(1), add(2), add(3)
    work(done, do_nothing)
    failed.items.update(state="failed", ended_at=NOON)
    assert queue.forget(at=NOON + queue.KEPT) == 0
    assert queue.forget(at=NOON + queue.KEPT + SECOND) == 1
    assert set(Job.objects.all()) == {failed, waiting}
