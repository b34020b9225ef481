"""What is sent twice is done once; what is done too often is told so."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from okibi.kernel import once_only, rates
from okibi.kernel.clock import at, now
from okibi.kernel.models import ActCount, IdempotentAnswer
from okibi.kernel.once_only import Answer, KeyReusedError, fingerprint_of, once
from okibi.kernel.rates import Rate

PRINT = fingerprint_of(b"POST", b"/requests", b"{}")


@pytest.mark.django_db
def test_the_second_time_gives_the_first_answer_and_does_nothing():
    done = []

    def act() -> Answer:
        done.append(1)
        return Answer(201, b'{"number": "26-000001"}', {"Location": "/26-000001"})

    first, second = once("device:d1", "k1", PRINT, act), once("device:d1", "k1", PRINT, act)
    assert len(done) == 1
    assert (first.again, second.again) == (False, True)
    assert (second.status, second.body, second.headers) == (first.status, first.body, dict(first.headers))


@pytest.mark.django_db
def test_another_caller_or_another_key_is_another_request():
    done = []

    def act() -> Answer:
        done.append(1)
        return Answer(200, b"")

    for caller, key in (("device:d1", "k1"), ("device:d1", "k2"), ("device:d2", "k1")):
        once(caller, key, PRINT, act)
    assert len(done) == 3


@pytest.mark.django_db
def test_another_request_with_the_same_key_is_refused():
    once("device:d1", "k1", PRINT, lambda: Answer(200, b""))
    with pytest.raises(KeyReusedError):
        once("device:d1", "k1", fingerprint_of(b"POST", b"/requests", b'{"a": 1}'), lambda: Answer(200, b""))


@pytest.mark.django_db
def test_what_failed_may_be_tried_again():
    def fail() -> Answer:
        raise ValueError

    with pytest.raises(ValueError):
        once("device:d1", "k1", PRINT, fail)
    assert not once("device:d1", "k1", PRINT, lambda: Answer(200, b"")).again


def test_parts_of_a_fingerprint_do_not_run_together():
    assert fingerprint_of(b"ab", b"c") != fingerprint_of(b"a", b"bc")


@pytest.mark.django_db(transaction=True)
def test_twice_at_the_same_moment_is_once():
    done: list[int] = []
    answers: list[Answer] = []
    inside, go_on = threading.Event(), threading.Event()

    def slow() -> Answer:
        inside.set()
        go_on.wait(10)
        done.append(1)
        return Answer(201, b"the one")

    def caller() -> None:
        try:
            answers.append(once("device:d1", "k1", PRINT, slow))
        finally:
            connection.close()

    first = threading.Thread(target=caller)
    first.start()
    assert inside.wait(10)
    second = threading.Thread(target=caller)
    second.start()
    go_on.set()
    first.join(10)
    second.join(10)
    assert done == [1]
    assert sorted(answer.again for answer in answers) == [False, True]
    assert {answer.body for answer in answers} == {b"the one"}


@pytest.mark.django_db
def test_answers_are_forgotten_after_a_week():
    once("device:d1", "k1", PRINT, lambda: Answer(200, b""))
    assert once_only.forget_old() == 0
    with at(now() + timedelta(days=8)):
        assert once_only.forget_old() == 1
    assert not IdempotentAnswer.objects.exists()


@pytest.mark.django_db
def test_a_rate_counts_down_and_begins_anew_with_the_next_stretch():
    rate = Rate("place", 3, 60)
    noon = datetime(2026, 11, 23, 9, 0, 10, tzinfo=UTC)
    with at(noon):
        told = [rates.count(rate, "device:d1") for _ in range(4)]
        other = rates.count(rate, "device:d2")
    assert [(each.remaining, each.allowed) for each in told] == [(2, True), (1, True), (0, True), (0, False)]
    assert {each.reset for each in told} == {50}
    assert other.allowed
    with at(noon + timedelta(seconds=50)):
        assert rates.count(rate, "device:d1").allowed
        assert rates.forget_old() == 0
    with at(noon + timedelta(minutes=5)):
        assert rates.forget_old() == 3
    assert not ActCount.objects.exists()
