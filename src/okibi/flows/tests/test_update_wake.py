"""Which hosts are woken, and when: those that granted a port, shortly before their hours, until they begin."""

from datetime import UTC, datetime, timedelta

import pytest

from okibi.flows import update_wake
from okibi.flows.update_wake import NoWayError
from okibi.journal.selectors import of_subject
from okibi.kernel import clock
from okibi.kernel.errors import NotAllowedError
from okibi.policy.agreement_states import AgreementState
from okibi.updates.models import Agreement, Host, Run
from okibi.updates.tests.fleet import OLEG, Fleet, run_of, shipped, tells

pytestmark = pytest.mark.django_db
DAILY = {day: ["22:00-06:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}  # in Moscow: 19 to 3 UTC


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


@pytest.fixture
def woken(fleet):
    """A host with a port of this machine, which is refused before anything is sent: enough to see that it was tried."""
    host = fleet.host(way="wake", address="127.0.0.1", port=9, fingerprint="0" * 64)
    fleet.start(shipped("4.3.0"))
    return host


def was_tried(host) -> bool:
    update_wake.wake_due()
    return Host.objects.get(pk=host.pk).last_test is not None


def test_a_host_without_hours_is_woken_at_once_and_once_in_a_while(woken):
    assert was_tried(woken)
    Host.objects.update(last_test=None)
    assert not was_tried(woken)
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert was_tried(woken)


@pytest.mark.parametrize(("hour", "minute", "tried"), [(12, 0, False), (18, 57, False), (18, 58, True), (20, 0, True)])
def test_a_host_is_woken_when_its_hours_begin(woken, hour, minute, tried):
    day = clock.now() + timedelta(days=1)
    Agreement.objects.update(windows=DAILY)
    with clock.at(datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)):
        assert was_tried(woken) is tried


NOT_WOKEN = {
    "it asks by itself": lambda: Host.objects.update(way="poll"),
    "the access is withdrawn": lambda: Agreement.objects.update(state=AgreementState.WITHDRAWN.value),
    "the access is over": lambda: Agreement.objects.update(valid_until=clock.now()),
    "the version is halted": lambda: Run.objects.get().release.__class__.objects.update(state="halted"),
}


@pytest.mark.parametrize("case", NOT_WOKEN)
def test_who_is_never_woken(woken, case):
    NOT_WOKEN[case]()
    assert not was_tried(woken)


def test_who_has_begun_is_left_alone(woken):
    tells(woken, "proceeding")
    assert not was_tried(woken)
    assert run_of(woken).woken_at is None


def test_a_try_by_hand_is_kept_and_on_record(woken):
    tried = update_wake.try_way(woken.pk, OLEG)
    host = Host.objects.get(pk=woken.pk)
    assert (tried.code, host.last_test["code"], host.last_test["ok"]) == ("forbidden", "forbidden", False)
    assert host.last_test_at is not None
    assert [entry.code for entry in of_subject("agreement", host.agreement_id)] == ["update.tested"]


def test_nothing_outside_the_agreement_is_ever_tried(woken, fleet):
    with pytest.raises(NoWayError):
        update_wake.try_way(fleet.host().pk, OLEG)
    Agreement.objects.update(state=AgreementState.PROPOSED.value)
    with pytest.raises(NoWayError):
        update_wake.try_way(woken.pk, OLEG)
    with pytest.raises(NotAllowedError):
        update_wake.try_way(999_999, OLEG)
    assert Host.objects.get(pk=woken.pk).last_test is None
