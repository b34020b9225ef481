"""Jobs of a killed worker go back into the queue, each once, and none is stuck by another of its kind."""

import asyncio
from collections.abc import Iterator

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from okibi.ops.stalled import STALLED_AFTER, requeue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _empty_queue(transactional_db: None) -> Iterator[None]:
    """The queue's tables are not Django's: nobody else empties them."""
    _empty()
    yield
    _empty()


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_events")
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM procrastinate_workers")


def worker(seconds_ago: float) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [seconds_ago],
        )
        return int(cursor.fetchone()[0])


def job(status: str, worker_id: int | None, queueing_lock: str | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id, queueing_lock, args)"
            " VALUES ('default', 'some.task', %s, %s, %s, '{}') RETURNING id",
            [status, worker_id, queueing_lock],
        )
        return int(cursor.fetchone()[0])


def states() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status::text FROM procrastinate_jobs")
        return dict(cursor.fetchall())


def look() -> int:
    async def once() -> int:
        connector = app.connector
        workers_app = app.with_connector(connector.get_worker_connector())
        async with workers_app.open_async():
            return await requeue(workers_app, STALLED_AFTER)

    return asyncio.run(once())


def test_the_job_of_a_silent_worker_is_given_back_and_that_of_a_living_one_is_not() -> None:
    lost = job("doing", worker(STALLED_AFTER + 5))
    orphan = job("doing", None)
    busy = job("doing", worker(1))
    assert look() == 2
    assert states() == {lost: "todo", orphan: "todo", busy: "doing"}


def test_a_job_whose_like_waits_already_makes_room_for_it() -> None:
    dead = worker(STALLED_AFTER + 5)
    lost = job("doing", dead, "send")
    waiting = job("todo", None, "send")
    other = job("doing", dead)
    assert look() == 2
    assert states() == {waiting: "todo", other: "todo"}
    assert lost not in states()
