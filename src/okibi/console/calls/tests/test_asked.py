"""What a specialist asks of the exchange: to dial, and for a recording. The exchanges are simulators here."""

import html
import json
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.urls import reverse

from okibi.calls.models import Call, CallTask, Recording
from okibi.channels.telephone.asking import ExchangeError
from okibi.flows import phone_dial, phone_recordings, phone_request
from okibi.flows.phone_request import Heard
from okibi.kernel import blobs
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError
from tests import exchanges
from tests.simulators import mango
from tests.simulators.asked import ASKED, SOUND, Dialled, Reply
from tests.stories.phone_calls import intake, push, says

pytestmark = pytest.mark.django_db
NUMBER = "+79000000017"
RU = {"Accept-Language": "ru"}
SEATS = {"cti": "101", "mango": "101", "megafon": "vera", "zadarma": "101"}


@pytest.fixture
def exchange(request, settings, tmp_path):
    """The exchange of the kind that the test names, where Vera has a telephone."""
    kind = request.param
    made, more = ASKED[kind]
    settings.OKIBI_FILES = str(tmp_path / "files")
    with made() as vendor:
        given = f'base_url = "{vendor.url}"\ncaller_id = "+78000000000"\n{more}'
        seat = f'[[exchange.seat]]\nname = "{SEATS[kind]}"\nstaff = "vera@example.org"\n'
        told = exchanges.account(kind, more=given).partition("[[exchange.seat]]")[0] + seat
        exchanges.configure(settings, tmp_path, told)
        yield vendor


def each(*kinds):
    return pytest.mark.parametrize("exchange", kinds, indirect=True)


SHOWN = {"cti": "78000000000", "mango": "78000000000", "megafon": "78000000000", "zadarma": ""}


@each(*ASKED)
def test_every_exchange_rings_the_specialist_and_then_the_number(exchange, vera, request):
    kind = request.node.callspec.params["exchange"]
    assert phone_dial.dial("8 (900) 000-00-17", vera).name == SEATS[kind]
    assert exchange.dialled == [Dialled(SEATS[kind], "79000000017", SHOWN[kind])]


@each("megafon")
def test_an_older_exchange_of_megafons_family_dials_by_its_one_address(exchange, vera, settings, tmp_path):
    given = f'base_url = "{exchange.url}/sys/crm_api.wcgp"\ncaller_id = "+78000000000"\n{ASKED["megafon"][1]}'
    seat = '[[exchange.seat]]\nname = "vera"\nstaff = "vera@example.org"\n'
    told = exchanges.account("megafon", more=given).partition("[[exchange.seat]]")[0] + seat
    exchanges.configure(settings, tmp_path, told)
    phone_dial.dial(NUMBER, vera)
    assert exchange.dialled == [Dialled("vera", "79000000017")]


REFUSALS = {
    "cti": (Reply(401, {"error": "Invalid token"}), "не приняла ключ"),
    "mango": (Reply(document={"result": 4001}), "номер или добавочный"),
    "megafon": (Reply(400, {"error": "Invalid parameters"}), "Invalid parameters"),
    "zadarma": (Reply(document={"status": "error", "message": "Wrong phone"}), "Wrong phone"),
}


@each(*ASKED)
def test_what_an_exchange_refuses_is_told_in_words(exchange, vera, request):
    exchange.refusal, said = REFUSALS[request.node.callspec.params["exchange"]]
    with pytest.raises(ExchangeError) as refused:
        phone_dial.dial(NUMBER, vera)
    assert said in refused.value.sentence.ru


@each("mango")
def test_who_has_no_telephone_there_dials_by_hand(exchange, oleg, vera):
    assert phone_dial.seat_of(oleg) is None
    with pytest.raises(ConflictError, match="by hand"):
        phone_dial.dial(NUMBER, oleg)
    with pytest.raises(InputError):
        phone_dial.dial("101", vera)
    assert exchange.dialled == []


def test_an_exchange_without_what_dialling_needs_is_never_asked(settings, tmp_path, vera):
    seat = '[[exchange.seat]]\nname = "101"\nstaff = "vera@example.org"\n'
    told = [exchanges.account(kind).partition("[[exchange.seat]]")[0] + seat for kind in ("cti", "megafon", "zadarma")]
    exchanges.configure(settings, tmp_path, *told)
    assert phone_dial.seat_of(vera) is None


@pytest.fixture
def task(vera, db):
    ticket = phone_request.place("k", vera, Heard(NUMBER, "Не печатает счета."))
    return CallTask.objects.create(
        kind="answer", ticket=ticket, number=NUMBER, script="Скажите", created_at=now(), next_try_at=now()
    )


@each("mango")
def test_the_button_of_a_task_dials_and_says_what_happens(exchange, as_vera, task):
    page = reverse("console-calls-task", args=[task.pk])
    shown = html.unescape(as_vera.get(page, headers=RU).content.decode())
    assert "позвонит на ваш телефон 101, затем на номер" in shown
    dialled = as_vera.post(reverse("console-calls-dial", args=[task.pk]), headers=RU, follow=True)
    assert "Звонит ваш телефон 101: снимите трубку." in html.unescape(dialled.content.decode())
    assert exchange.dialled == [Dialled("101", "79000000017", "78000000000")]
    exchange.refusal = Reply(document={"result": 2210})
    refused = as_vera.post(reverse("console-calls-dial", args=[task.pk]), headers=RU)
    assert refused.status_code == 422
    assert "АТС отказала: счёт или ограничения тарифа (2210)." in html.unescape(refused.content.decode())


@each("mango")
@pytest.mark.parametrize(("result", "told"), [(1000, False), (4001, True)], ids=["it rang", "it could not"])
def test_what_the_exchange_says_later_of_a_dialling_stands_on_the_page_of_who_dialled(
    exchange, as_vera, oleg, task, result, told
):
    as_vera.post(reverse("console-calls-dial", args=[task.pk]), headers=RU)
    order = json.loads(parse_qs(exchange.requests[-1].body.decode())["json"][0])["command_id"]
    document = {"command_id": order, "result": result}
    for _ in range(2):  # a push may come twice
        push("mango", mango.push("result/callback", document))
        intake()
    said = "Не набрано: +7 900 000-00-17. АТС не может набрать: номер или добавочный (4001)"
    assert says(("ticket", task.ticket_id)).count(said) == told
    pop = html.unescape(as_vera.get(reverse("console-calls-pop"), headers=RU).content.decode())
    assert ("номер или добавочный (4001)" in pop) == told
    assert (reverse("console-calls-task", args=[task.pk]) in pop) == told
    as_vera.force_login(oleg)
    assert "4001" not in as_vera.get(reverse("console-calls-pop"), headers=RU).content.decode()


@each("mango")
def test_who_has_no_telephone_there_has_the_link_as_before(exchange, as_oleg, task):
    shown = as_oleg.get(reverse("console-calls-task", args=[task.pk])).content.decode()
    assert f'class="btn btn-pri task-dial" href="tel:{NUMBER}"' in shown
    assert reverse("console-calls-dial", args=[task.pk]) not in shown


# ---------------------------------------------------------------- recordings

IDS = {"mango": "MToxMDA=", "zadarma": "1700000000.12"}


def recorded(kind, where="", account="main"):
    call = Call.objects.create(
        exchange=kind, account=account, key="1", direction="in", said=NUMBER, e164=NUMBER, started_at=now(),
        last_event_at=now(), state="ended",
    )  # fmt: skip
    return Recording.objects.create(call=call, key="1", where=where or IDS[kind], created_at=now())


@each("mango", "zadarma")
def test_a_recording_is_fetched_when_somebody_plays_it_and_kept(exchange, as_vera, request):
    row = recorded(request.node.callspec.params["exchange"])
    fetch = reverse("console-calls-recording-fetch", args=[row.pk])
    assert f'hx-post="{fetch}"' in as_vera.get(reverse("console-calls")).content.decode()
    player = as_vera.post(fetch).content.decode()
    play = reverse("console-calls-recording", args=[row.pk])
    assert f'src="{play}"' in player
    row.refresh_from_db()
    assert blobs.read(row.blob) == SOUND
    heard = as_vera.get(play)
    assert (heard.headers["Content-Type"], b"".join(heard)) == ("audio/mpeg", SOUND)
    asked = len(exchange.requests)
    as_vera.post(fetch)
    assert len(exchange.requests) == asked  # it is here


@each("mango", "zadarma")
def test_a_recording_that_is_gone_or_no_sound_is_told_in_words(exchange, as_vera, request):
    kind = request.node.callspec.params["exchange"]
    row = recorded(kind)
    exchange.recordings[IDS[kind]] = b"<html>not found</html>"
    fetch = reverse("console-calls-recording-fetch", args=[row.pk])
    assert "АТС прислала не звук." in as_vera.post(fetch, headers=RU).content.decode()
    exchange.recordings.clear()
    assert "этой записи нет" in as_vera.post(fetch, headers=RU).content.decode()
    row.refresh_from_db()
    assert row.blob_id is None


@each("mango")
def test_a_recording_of_an_exchange_that_gives_none_by_an_id_says_so(exchange, as_vera):
    row = recorded("cti", "12")
    assert not phone_recordings.can_fetch(row)
    answer = as_vera.post(reverse("console-calls-recording-fetch", args=[row.pk]), headers=RU)
    assert "Записи этого звонка у АТС не получить." in answer.content.decode()


@each("mango")
def test_an_exchange_that_is_away_says_so(exchange, as_vera):
    row = recorded("mango")
    exchange.next_replies.append("hang up")
    answer = as_vera.post(reverse("console-calls-recording-fetch", args=[row.pk]), headers=RU)
    assert "АТС не отвечает" in answer.content.decode()


STATES = {
    "it will be fetched": ({}, timedelta(minutes=1), "Сама появится здесь через минуту-другую."),
    "it was not there yet": (
        {"error": {"ru": "Её ещё нет.", "en": "Not yet."}},
        timedelta(minutes=5),
        "Её ещё нет. Спросим снова:",
    ),
    "it is lost": ({"state": "lost", "error": {"ru": "Её нет.", "en": "None."}}, None, "Не получена: Её нет."),
    "when somebody plays it": ({}, None, "Прослушать запись"),
}


@each("mango")
@pytest.mark.parametrize("state", STATES)
def test_where_a_recording_stands_is_seen(exchange, as_vera, state):
    more, wait, said = STATES[state]
    row = recorded("mango")
    Recording.objects.filter(pk=row.pk).update(next_attempt_at=now() + wait if wait else None, **more)
    shown = " ".join(html.unescape(as_vera.get(reverse("console-calls"), headers=RU).content.decode()).split())
    assert said in shown
