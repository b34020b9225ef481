"""Updates of fleets in the console: planned with reasons, watched with failures first, stopped, tried once more."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from okibi.kernel.clock import now
from okibi.policy.agreement_states import AgreementState
from okibi.updates import courses
from okibi.updates.models import Agreement, Batch, Host, Run
from okibi.updates.tests.fleet import Fleet, run_of, shipped, tells

pytestmark = pytest.mark.django_db


def text_of(answer) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


@pytest.fixture
def release():
    return shipped("4.3.0")


def page(who, name, *args, **query):
    answer = who.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer.status_code
    return text_of(answer)


def act(who, name, pk, **data):
    return text_of(who.post(reverse(name, args=[pk]), data, follow=True))


def test_before_the_first_one_the_page_says_how_to_begin(as_oleg):
    assert "Ещё ни один компьютер не обновлялся сам" in page(as_oleg, "console-fleet")
    assert "Опубликованных версий нет" in page(as_oleg, "console-fleet-new")


def test_a_plan_shows_who_can_and_who_can_not_with_the_reason(as_oleg, fleet, release):
    fleet.host(name="Касса 1")
    fleet.host("4.3.0", name="Касса 2")
    text = page(as_oleg, "console-fleet-new", release=release.pk)
    assert "1 компьютер можно обновить" in text
    assert "1 компьютер нельзя" in text
    assert "Уже стоит 4.3.0" in text


def test_an_update_is_started_for_those_that_were_chosen(as_oleg, fleet, release):
    one, _ = fleet.host(), fleet.host()
    given = {"release": release.pk, "host": [one.pk], "force": "forced", "halt_least": "2", "halt_percent": "10"}
    answer = as_oleg.post(reverse("console-fleet-new"), given)
    batch = Batch.objects.get()
    assert answer.url == reverse("console-fleet-batch", args=[batch.pk])
    assert [(run.host, run.force) for run in batch.runs.all()] == [(one, "forced")]
    assert (batch.halt_least, batch.halt_percent) == (2, 10)


@pytest.mark.parametrize(
    ("case", "changes", "told"),
    [
        ("nobody", {"host": []}, "Ни один из выбранных"),
        ("no moment", {"force": "timeforced", "forced_at": ""}, "момент в будущем"),
        ("no number", {"halt_least": "many"}, "Порог"),
    ],
)
def test_what_can_not_be_stays_on_the_page_with_what_was_typed(as_oleg, fleet, release, case, changes, told):
    host = fleet.host()
    given = {"release": release.pk, "host": [host.pk], "force": "soft", "halt_least": "3", "halt_percent": "77"}
    answer = as_oleg.post(reverse("console-fleet-new"), {**given, **changes})
    assert told in text_of(answer), case
    assert 'value="77"' in answer.content.decode()
    assert not Batch.objects.exists()


def test_what_failed_stands_first(as_oleg, fleet, release):
    waiting, failed, done = (fleet.host(name=name) for name in ("А", "Б", "В"))
    batch = fleet.start(release)
    tells(failed, "closed", "failure", details=["Нет места на диске."])
    tells(done, "closed", "success")
    text = page(as_oleg, "console-fleet-batch", batch.pk)
    assert "Обновлено: 1 из 3" in text
    assert "Нет места на диске." in text
    shown = [row["run"].host for row in as_oleg.get(reverse("console-fleet-live", args=[batch.pk])).context["rows"]]
    assert shown == [failed, waiting, done]
    assert "не удалось" in page(as_oleg, "console-fleet-batch", batch.pk, state="failed")


def test_the_moving_part_asks_again_until_all_is_over(as_oleg, fleet, release):
    host = fleet.host()
    batch = fleet.start(release)
    address = reverse("console-fleet-live", args=[batch.pk])
    assert "hx-get" in as_oleg.get(address).content.decode()
    tells(host, "closed", "success")
    assert "hx-get" not in as_oleg.get(address).content.decode()


def test_a_page_that_nobody_can_reach_is_empty(as_oleg, fleet, release):
    fleet.host()
    batch = fleet.start(release)
    address = f"{reverse('console-fleet-batch', args=[batch.pk])}?page={10**17}"
    assert "Таких компьютеров нет" in text_of(as_oleg.get(address))


def test_the_course_takes_as_many_queries_for_many_hosts(as_oleg, fleet, release, django_assert_max_num_queries):
    for _ in range(6):
        fleet.host()
    batch = fleet.start(release)
    address = reverse("console-fleet-live", args=[batch.pk])
    as_oleg.get(address)
    with django_assert_max_num_queries(7):
        as_oleg.get(address)


def test_the_list_takes_as_many_queries_for_many_updates(as_oleg, fleet, release, django_assert_max_num_queries):
    for _ in range(4):
        fleet.start(release, hosts=[fleet.host()])
    as_oleg.get(reverse("console-fleet"))
    with django_assert_max_num_queries(9):
        as_oleg.get(reverse("console-fleet"))


def test_one_host_is_stopped_and_tried_once_more(as_oleg, fleet, release):
    host = fleet.host()
    batch = fleet.start(release)
    first = run_of(host)
    assert "Остановлено." in act(as_oleg, "console-fleet-run-act", first.pk, act="stop")
    assert "Отправлено заново." in act(as_oleg, "console-fleet-run-act", first.pk, act="again")
    assert Run.objects.filter(batch=batch).count() == 2
    assert "попытка № 2" in page(as_oleg, "console-fleet-batch", batch.pk)
    assert "Это обновление уже окончено." in act(as_oleg, "console-fleet-run-act", first.pk, act="stop")


def test_all_are_stopped_with_a_reason_and_all_failed_tried_again(as_oleg, fleet, release):
    failed, waiting = fleet.host(), fleet.host()
    batch = fleet.start(release, halt_least=0)
    tells(failed, "closed", "failure")
    assert "Отправлено заново: 1" in act(as_oleg, "console-fleet-act", batch.pk, act="again")
    text = act(as_oleg, "console-fleet-act", batch.pk, act="stop", reason="Ошибка в заметках")
    assert "Ошибка в заметках" in text
    assert {run_of(host).state for host in (failed, waiting)} == {"cancelled"}


def test_what_failed_fills_no_bar_and_a_halted_version_is_not_tried_again(as_oleg, fleet, release):
    failed, done = fleet.host(), fleet.host()
    batch = fleet.start(release, halt_least=1, halt_percent=1)
    tells(done, "proceeding")
    tells(failed, "closed", "failure")
    tells(done, "closed", "success")
    assert courses.course(batch.pk).percent == 50
    for name, number in (("console-fleet-batch", batch.pk), ("console-fleet-run", run_of(failed).pk)):
        text = page(as_oleg, name, number)
        assert 'value="again"' not in text
    assert "<progress" not in text


def test_a_run_shows_every_report(as_oleg, fleet, release):
    host = fleet.host()
    fleet.start(release)
    tells(host, "download", details=["Скачано 10 МБ"])
    tells(host, "closed", "failure", code=290, details=["Служба не поднялась."])
    text = page(as_oleg, "console-fleet-run", run_of(host).pk)
    for said in ("Скачано 10 МБ", "скачивается", "возвращена прежняя версия", "Служба не поднялась.", "290"):
        assert said in text


def test_a_host_of_which_nothing_was_heard_is_shown(as_oleg, fleet, release):
    host = fleet.host()
    batch = fleet.start(release)
    tells(host, "proceeding")
    Run.objects.update(heard_at=now() - timedelta(hours=7), created_at=now() - timedelta(hours=8))
    assert "молчат: 1" in page(as_oleg, "console-fleet-batch", batch.pk)


def test_the_way_to_a_host_is_tried_only_inside_its_agreement(as_oleg, fleet):
    host = fleet.host(way="wake", address="127.0.0.1", port=9, fingerprint="0" * 64)
    assert "Проверить связь" in page(as_oleg, "console-agreement", fleet.agreement.pk)
    assert "Адрес ведёт на эту машину" in act(as_oleg, "console-fleet-try", host.pk, agreement=fleet.agreement.pk)
    assert Host.objects.get(pk=host.pk).last_test["code"] == "forbidden"
    Agreement.objects.update(state=AgreementState.WITHDRAWN.value)
    assert "Доступ не действует" in act(as_oleg, "console-fleet-try", host.pk, agreement=fleet.agreement.pk)


def test_a_specialist_watches_but_starts_nothing(as_vera, fleet, release):
    fleet.host()
    batch = fleet.start(release)
    assert "Остановить" not in page(as_vera, "console-fleet-batch", batch.pk)
    assert as_vera.get(reverse("console-fleet-new")).status_code == 403
    assert as_vera.post(reverse("console-fleet-act", args=[batch.pk]), {"act": "stop"}).status_code == 403
    assert as_vera.get(reverse("console-fleet-batch", args=[batch.pk + 1])).status_code == 404
