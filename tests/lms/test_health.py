from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jobs import queue


def test_all_is_well_where_the_database_answers_and_the_worker_lives(client, db):
    queue.beat(at=timezone.now())
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "worker": "ok"})


def test_a_worker_that_never_lived_is_not_well(client, db):
    queue.forget_heartbeat()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "worker": "no heartbeat"}


@pytest.mark.parametrize(("age", "status"), [(-5, 200), (5, 503)])
def test_a_worker_is_well_for_a_while_after_its_last_sign_of_life(age, status, client, db):
    queue.beat(at=timezone.now() - queue.HEART_STOPS_AFTER - timedelta(seconds=age))
    assert client.get("/healthz").status_code == status


def test_without_its_database_the_site_is_not_well(client, database_away):
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "OperationalError", "worker": "unknown"}


def test_nobody_is_told_yesterday_s_health(client, db):
    assert "no-store" in client.get("/healthz").headers["Cache-Control"]


def test_postgresql_runs_a_query_without_compiling_it_first(db):
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL alone compiles queries")
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
