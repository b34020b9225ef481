"""A release on its way to a fleet: who gets it and why others don't, what reports do, stop, once more, the halt."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okibi.channels.models import Outbound
from okibi.environments.models import Device
from okibi.flows import release_publication, update_plan, update_runs, work
from okibi.flows.update_plan import NothingToUpdateError, Wanted
from okibi.flows.update_runs import NotAgainError, Said
from okibi.journal.selectors import of_subject
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError, NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.policy.agreement_states import AgreementState
from okibi.policy.update_states import RunOverError, RunStateError
from okibi.releases import selectors as releases
from okibi.releases import services as release_services
from okibi.tickets.models import Ticket
from okibi.updates import runs
from okibi.updates.kinds import Force
from okibi.updates.models import Agreement, Batch, Run
from okibi.updates.tests.fleet import OLEG, Fleet, run_of, shipped, tells
from tests.letters import mail, placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


@pytest.fixture
def release():
    return shipped("4.3.0")


def why(release, host) -> str:
    (line,) = [line for line in update_plan.plan(release.pk) if line.host == host]
    return line.why.ru if line.why else ""


REFUSED = {
    "the customer has not answered": ({"agreement": {"state": AgreementState.PROPOSED.value}}, "не подтверждён"),
    "it has not begun": ({"agreement": {"valid_from": timedelta(days=1)}}, "не действует"),
    "another product was granted": ({"agreement": {"products": ["server"]}}, "не назван"),
    "nothing is enrolled there": ({"bare": True}, "нет подключённой"),
    "the device was cut off": ({"device": {"revoked_at": timedelta(0)}}, "отключено"),
    "it runs another product": ({"device": {"product": "server"}}, "другой продукт"),
    "nobody knows what it runs": ({"device": {"version": ""}}, "не сообщил"),
    "it runs the same version": ({"device": {"version": "4.3.0"}}, "Уже стоит 4.3.0"),
    "it runs a later one": ({"device": {"version": "4.4.0"}}, "более низкую"),
    "there is no file for its system": ({"device": {"report": {"system": {"family": "linux"}}}}, "нет файла"),
    "no licence covers it": ({"device": {"organisation": None}}, "Лицензия"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_who_can_not_be_updated_and_why(fleet, release, case):
    given, told = REFUSED[case]
    host = fleet.host()
    moments = {name: now() + value for name, value in given.get("agreement", {}).items() if name == "valid_from"}
    Agreement.objects.filter(pk=fleet.agreement.pk).update(**{**given.get("agreement", {}), **moments})
    fields = {name: now() if name == "revoked_at" else value for name, value in given.get("device", {}).items()}
    if fields:
        Device.objects.filter(pk=host.device_id).update(**fields)
    if given.get("bare"):
        host.device = None
        host.save()
    assert told in why(release, host)
    with pytest.raises(NothingToUpdateError):
        fleet.start(release)
    assert not Batch.objects.exists()


def test_a_host_that_can_be_updated_stands_first(fleet, release):
    late, right = fleet.host("4.3.0"), fleet.host()
    assert [(line.host, line.why is None) for line in update_plan.plan(release.pk)] == [(right, True), (late, False)]


def test_a_version_that_may_not_be_jumped_over_comes_first(fleet):
    shipped("4.2.5", floor=True)
    release, host = shipped("4.3.0"), fleet.host()
    assert "4.2.5" in why(release, host)


def test_a_host_of_two_agreements_is_updated_once(fleet, release):
    first = fleet.host()
    second = fleet.host(agreement=fleet.agree(), device=first.device)
    assert (why(release, first), "другом доступе" in why(release, second)) == ("", True)
    fleet.start(release)
    assert Run.objects.count() == 1


def test_an_expired_or_withdrawn_agreement_shows_no_line(fleet, release):
    fleet.host()
    Agreement.objects.update(state=AgreementState.WITHDRAWN.value)
    assert update_plan.plan(release.pk) == []


def test_a_halted_release_goes_to_nobody(fleet, release):
    host = fleet.host()
    release_services.halt(release.pk, "Портит базу.", OLEG)
    assert "остановлена" in why(release, host)


def test_a_plan_asks_the_database_as_often_for_many_hosts_as_for_one(fleet, release):
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            update_plan.plan(release.pk)
        return len(seen)

    fleet.host()
    asked()  # the scheme is read once
    one = asked()
    for _ in range(4):
        fleet.host()
    assert asked() == one
    assert one <= 12


def test_a_batch_is_started_and_on_record(fleet, release):
    fleet.host()
    fleet.host()
    batch = fleet.start(release, force=Force.FORCED)
    assert [(run.state, run.force, run.version_before) for run in batch.runs.all()] == [
        ("scheduled", "forced", "4.2.0")
    ] * 2
    (entry,) = of_subject("update", batch.pk)
    assert (entry.code, entry.data["hosts"]) == ("update.planned", 2)
    assert "уже обновляется" in why(release, fleet.hosts[0])


@pytest.mark.parametrize(
    ("case", "wanted"),
    [
        ("a moment that has passed", {"force": Force.TIMEFORCED, "forced_at": timedelta(hours=-1)}),
        ("no moment", {"force": Force.TIMEFORCED}),
        ("a limit of nothing", {"halt_percent": 0}),
    ],
)
def test_what_can_not_be_wished(fleet, release, case, wanted):
    fleet.host()
    if "forced_at" in wanted:
        wanted = {**wanted, "forced_at": now() + wanted["forced_at"]}
    with pytest.raises(InputError):
        fleet.start(release, **wanted)
    assert not Batch.objects.exists(), case


# ---------------------------------------------------------------- reports


def test_a_run_from_its_first_word_to_its_last(fleet, release):
    host = fleet.host()
    batch = fleet.start(release)
    seen = []
    for said in (("download",), ("downloaded",), ("proceeding",), ("proceeding",), ("closed", "success")):
        code = 210 if said == ("proceeding",) and seen and seen[-1] == "installing" else None
        seen.append(tells(host, *said, code=code, details=["шаг"]).state)
    run = run_of(host)
    assert seen == ["downloading", "downloaded", "installing", "checking", "succeeded"]
    assert (run.percent, run.steps.count(), run.ended_at is not None) == (100, 5, True)
    assert [entry.code for entry in of_subject("update", batch.pk)][-2:] == ["update.begun", "update.succeeded"]
    assert Device.objects.get(pk=host.device_id).version == "4.3.0"
    with pytest.raises(RunOverError):
        tells(host, "proceeding")


def test_progress_moves_the_bar_and_never_back(fleet, release):
    host = fleet.host()
    fleet.start(release)
    bars = [tells(host, "download", done=done, of=4).percent for done in (0, 2, 4)]
    assert bars == sorted(bars)
    assert bars[1] > bars[0]
    assert tells(host, "download", done=0, of=4).percent == bars[2]


def test_a_host_that_puts_it_off_waits_for_its_hours_only_where_they_are_closed(fleet, release):
    host = fleet.host()
    fleet.start(release)
    assert tells(host, "scheduled", details=["принято", "ждёт согласия"]).state == "offered"
    assert run_of(host).message["ru"] == "принято · ждёт согласия"
    tells(host, "downloaded")
    assert tells(host, "scheduled").state == "downloaded"
    local = now().astimezone(ZoneInfo("Europe/Moscow"))
    later = [f"{(local + timedelta(hours=hours)).hour:02d}:00" for hours in (3, 4)]
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    Agreement.objects.update(windows={day: ["-".join(later)] for day in days})
    assert (tells(host, "scheduled").state, run_of(host).percent) == ("waiting_window", 40)


def test_a_success_closes_what_waited_for_the_version(fleet):
    ticket = placed(mail())
    Ticket.objects.filter(pk=ticket.pk).update(product="desktop")
    work.plan(ticket.pk, fleet.cast.vera, "4.3.0")
    host = fleet.host(device=fleet.device(person=fleet.cast.anna, enrolled_by="email"))
    fleet.start(shipped("4.3.0"))
    tells(host, "closed", "success")
    assert Ticket.objects.get(pk=ticket.pk).state == "solved"


def test_going_back_to_the_old_version_opens_again_what_the_new_one_closed(fleet):
    ticket = placed(mail())
    Ticket.objects.filter(pk=ticket.pk).update(product="desktop")
    work.plan(ticket.pk, fleet.cast.vera, "4.3.0")
    host = fleet.host(device=fleet.device(person=fleet.cast.anna, enrolled_by="email"))
    fleet.start(shipped("4.3.0"))
    tells(host, "proceeding")
    update_runs.installation_report.reported(host.device_id, product="desktop", version="4.3.0", report={})
    assert Ticket.objects.get(pk=ticket.pk).state == "solved"
    tells(host, "closed", "failure", code=290, details=["Служба не поднялась."])
    assert run_of(host).state == "rolled_back"
    assert Device.objects.get(pk=host.device_id).version == "4.2.0"
    assert Ticket.objects.get(pk=ticket.pk).state == "open"


def test_nobody_reports_on_another_s_run(fleet, release):
    host, other = fleet.host(), fleet.host()
    fleet.start(release)
    with pytest.raises(NotAllowedError):
        update_runs.told(other.device, run_of(host).pk, Said("closed", "success"))


def test_outside_the_agreement_nothing_begins_but_what_is_being_installed_ends(fleet, release):
    begun, waiting = fleet.host(), fleet.host()
    fleet.start(release)
    tells(begun, "proceeding")
    Agreement.objects.update(valid_until=now())
    with pytest.raises(RunOverError):
        tells(waiting, "proceeding")
    assert tells(begun, "closed", "success").state == "succeeded"


def test_a_withdrawn_agreement_ends_at_once_what_has_not_begun(fleet, release):
    begun, waiting = fleet.host(), fleet.host()
    fleet.start(release)
    tells(begun, "proceeding")
    assert runs.revoke([fleet.agreement.pk], Sentence("Отозван.", "Withdrawn."), OLEG) == 1
    assert (run_of(begun).state, run_of(waiting).state) == ("installing", "cancelled")


# ---------------------------------------------------------------- stop and once more


def test_stop_at_once_by_the_updater_s_word_or_not_at_all(fleet, release):
    unseen, loading, installing = fleet.host(), fleet.host(), fleet.host()
    fleet.start(release)
    tells(loading, "download")
    tells(installing, "proceeding")
    assert update_runs.stop(run_of(unseen).pk, "Не сегодня", OLEG).state == "cancelled"
    assert update_runs.stop(run_of(loading).pk, "", OLEG).state == "cancelling"
    with pytest.raises(RunStateError):
        update_runs.stop(run_of(installing).pk, "", OLEG)
    with pytest.raises(RunOverError):
        tells(loading, "proceeding")
    update_runs.told_of_stopping(loading.device, run_of(loading).pk, Said("closed", "success"))
    assert run_of(loading).state == "cancelled"


def test_stop_all_leaves_what_is_being_installed(fleet, release):
    one, two = fleet.host(), fleet.host()
    batch = fleet.start(release)
    tells(two, "proceeding")
    assert update_runs.stop_batch(batch.pk, "Ошибка в заметках", OLEG) == 1
    assert (run_of(one).state, run_of(two).state) == ("cancelled", "installing")
    assert runs.batch_by_id(batch.pk).reason == "Ошибка в заметках"


def test_what_failed_is_tried_once_more_as_a_new_run(fleet, release):
    host = fleet.host()
    batch = fleet.start(release)
    failed = tells(host, "closed", "failure", details=["Нет места на диске."])
    assert update_runs.all_again(batch.pk, OLEG) == (1, 0)
    new = run_of(host)
    assert (new.pk != failed.pk, new.state, new.tries) == (True, "scheduled", 2)
    with pytest.raises(NotAgainError):
        update_runs.again(failed.pk, OLEG)


def test_what_may_not_get_the_release_any_more_is_not_tried_again(fleet, release):
    host = fleet.host()
    fleet.start(release)
    failed = tells(host, "closed", "failure")
    Agreement.objects.update(state=AgreementState.WITHDRAWN.value)
    with pytest.raises(NotAgainError):
        update_runs.again(failed.pk, OLEG)


# ---------------------------------------------------------------- the halt


def test_failures_past_the_limit_halt_the_release_and_tell_who_ships(fleet, release):
    hosts = [fleet.host() for _ in range(4)]
    fleet.start(release, halt_least=2, halt_percent=50)
    tells(hosts[0], "closed", "failure")
    assert releases.by_id(release.pk).state == "published"
    tells(hosts[1], "closed", "failure", code=290)
    found = releases.by_id(release.pk)
    assert found.state == "halted"
    assert found.reason == "Не встала на 2 из 2."
    assert run_of(hosts[2]).message == {"ru": "Не встала на 2 из 2.", "en": "It failed on 2 of 2."}
    assert [run_of(host).state for host in hosts[2:]] == ["cancelled", "cancelled"]
    (letter,) = Outbound.objects.filter(key__startswith="release_halted:")
    assert letter.recipient == fleet.cast.oleg.email
    assert "/console/updates/runs/" in letter.text


def test_what_is_installed_already_may_end_after_the_halt(fleet, release):
    hosts = [fleet.host() for _ in range(2)]
    fleet.start(release, halt_least=1, halt_percent=1)
    tells(hosts[1], "proceeding")
    tells(hosts[0], "closed", "failure")
    assert tells(hosts[1], "closed", "success").state == "succeeded"


def test_a_release_that_is_halted_by_hand_goes_to_no_other_host(fleet, release):
    begun, waiting = fleet.host(), fleet.host()
    fleet.start(release)
    tells(begun, "proceeding")
    release_publication.halt(release.pk, "Портит базу.", OLEG)
    assert (run_of(begun).state, run_of(waiting).state) == ("installing", "cancelled")
    assert run_of(waiting).message["ru"] == "Портит базу."


def test_what_nobody_saw_the_end_of_counts_neither_way(fleet, release):
    hosts = [fleet.host() for _ in range(3)]
    fleet.start(release, halt_least=1, halt_percent=40)
    for host in hosts[:2]:
        tells(host, "proceeding")
        update_runs.lost_sight(run_of(host).pk, Sentence("доступ отозван", "withdrawn"))
    assert [run_of(host).state for host in hosts] == ["uncertain", "uncertain", "scheduled"]
    assert releases.by_id(release.pk).state == "published"
    assert update_runs.again(run_of(hosts[0]).pk, OLEG).state == "scheduled"
    tells(hosts[2], "closed", "failure")
    assert releases.by_id(release.pk).state == "halted"


def test_a_limit_of_nought_never_halts(fleet, release):
    host = fleet.host()
    fleet.start(release, halt_least=0)
    tells(host, "closed", "failure")
    assert releases.by_id(release.pk).state == "published"


def test_a_plan_may_name_hosts_that_are_none(release):
    with pytest.raises(NothingToUpdateError):
        update_plan.start(release.pk, Wanted([999_999]), OLEG)
