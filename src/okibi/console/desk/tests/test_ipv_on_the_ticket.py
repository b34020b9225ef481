"""A request of ИПВ on its page: the device and its cut-off, what was read, the rating, who types, who is not proved."""

import html
import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from okibi.channels.ipv.adapter import StoredFile
from okibi.channels.models import Outbound
from okibi.console import events
from okibi.console.live import somebody_types
from okibi.environments.kinds import DeviceKind
from okibi.flows import enrolment, reply
from okibi.flows import ipv_conversation as talk
from okibi.flows.enrolment import Wish
from okibi.flows.ipv_request import Draft, place
from okibi.flows.visitor import visitor_of
from okibi.kernel import blobs
from okibi.kernel.errors import NotAllowedError
from okibi.policy.ticket_states import Event

pytestmark = pytest.mark.django_db
REPORT = {
    "system": {"family": "windows", "name": "Windows 11 Pro", "version": "10.0.22631", "architecture": "x64"},
    "dotnet": {"release": 533320, "version": "4.8.1"},
    "cpu_mhz": 2400, "memory_mb": 16384, "disk_free_mb": 81920,
}  # fmt: skip
MORNING = "2026-11-20T09:41:00Z"  # 12:41 in Moscow


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


def device(**given):
    """The token of a new device; with an e-mail, confirmed by the code of the letter."""
    begun = enrolment.begin(
        Wish(DeviceKind.DESKTOP, "PC-7", product="desktop", version="4.2.1", report=REPORT, **given)
    )
    if given:
        letter = Outbound.objects.filter(subject_kind="enrolment").latest("id").text
        begun = enrolment.confirm(begun.enrolment_id, begun.secret, re.search(r"\b(\d{6})\b", letter)[1])
    return begun.token


def asked(token, key="1", text="Не печатает счета, ошибка E-17"):
    return place(visitor_of(token), key, Draft(text=text, kind="incident", product="desktop", report=REPORT))


@pytest.fixture
def anna(cast, clock):
    return device(email="anna@example.org", name="Анна Вольская")


def page_of(client, ticket) -> str:
    return html.unescape(client.get(reverse("console-ticket", args=[ticket.number])).content.decode())


def test_the_device_stands_beside_the_request_with_its_others(vera, anna):
    first = asked(anna, "1", "Как настроить печать?")
    second = asked(anna, "2")
    page = page_of(vera, second)
    for said in ("компьютер · PC-7", "4.2.1", "Windows 11", "Другие его заявки", first.number):
        assert said in page
    assert "Не подтверждено" not in page


def test_a_screenshot_stands_in_the_conversation_and_a_log_is_a_chip(vera, anna):
    files = [StoredFile(name, kind, blobs.put(name.encode()).sha256)
             for name, kind in (("снимок.png", "image/png"), ("app.log", "text/plain"))]  # fmt: skip
    draft = Draft(text="Не печатает", kind="incident", product="desktop", files=files)
    ticket = place(visitor_of(anna), "1", draft)
    page = page_of(vera, ticket)
    assert re.search(r'<a class="file file-thumb" [^>]*data-zoom[^>]*><img src="[^"]+" alt="" loading="lazy">', page)
    assert page.count("file-thumb") == 1
    assert "app.log" in page


def test_a_device_is_cut_off_from_the_request_and_the_card_says_by_whom(vera, anna, cast):
    ticket = asked(anna)
    page = vera.post(reverse("console-device-cut", args=[ticket.number]), follow=True).content.decode()
    assert "Отключено" in page
    assert cast.vera.name in page
    assert reverse("console-device-cut", args=[ticket.number]) not in page
    with pytest.raises(NotAllowedError):
        visitor_of(anna)


def test_a_request_by_mail_has_no_device(vera, ticket):
    assert "Другие его заявки" not in page_of(vera, ticket)
    assert vera.post(reverse("console-device-cut", args=[ticket.number])).status_code == 404


def test_an_answer_says_when_it_was_read_or_when_it_goes_by_mail(vera, anna, cast, clock):
    ticket = asked(anna)
    clock.shift(timedelta(minutes=20))
    reply.reply(ticket.pk, cast.vera, "Заново выберите принтер.")
    page = page_of(vera, ticket)
    assert "ещё не прочитано, письмом уйдёт" in page
    assert "14:01" in page
    clock.shift(timedelta(minutes=5))
    owner = visitor_of(anna)
    talk.read(owner, ticket.number, talk.messages(owner, ticket.number)[-1].id)
    reply.reply(ticket.pk, cast.vera, "И ещё одно.")
    page = page_of(vera, ticket)
    assert re.search(r"прочитано в ИПВ [^<]*13:06", page)
    assert "ещё не прочитано" in page


def test_the_rating_stands_there_with_its_words(vera, anna, cast):
    ticket = asked(anna)
    reply.reply(ticket.pk, cast.vera, "Обновили драйвер.", then=Event.SOLVE)
    talk.rate(visitor_of(anna), ticket.number, 4, "Быстро, <b>спасибо</b>")
    answer = vera.get(reverse("console-ticket", args=[ticket.number])).content.decode()
    assert "4 из 5" in answer
    assert "Быстро, &lt;b&gt;спасибо&lt;/b&gt;" in answer


def test_a_device_that_nobody_proved_is_marked_at_every_message(vera, cast, clock):
    token = device()
    ticket = asked(token)
    talk.say(visitor_of(token), ticket.number, "2", "Это срочно")
    rows = vera.get(reverse("console-queue-rows", args=["all"])).content.decode()
    assert "Отправитель не подтверждён" in rows
    page = page_of(vera, ticket)
    assert page.count("Устройство не подтверждено: кто пишет") == 2
    assert "Не подтверждено: кто за ним, ничем не доказано." in page


def test_words_of_a_proved_person_carry_no_mark(vera, anna):
    ticket = asked(anna)
    talk.say(visitor_of(anna), ticket.number, "2", "Это срочно")
    assert "Устройство не подтверждено" not in page_of(vera, ticket)


# ---------------------------------------------------------------- typing


@pytest.mark.parametrize(
    ("heard", "told"),
    [
        ({"side": "requester", "number": "26-000001", "ticket": 1}, "26-000001"),
        ({"side": "desk", "number": "26-000001", "ticket": 1}, None),
        ({"side": "requester", "number": 7}, None),
        ({}, None),
    ],
)
def test_only_a_requester_who_types_is_told_to_the_desk(heard, told):
    event = somebody_types(heard)
    assert (event and event["number"]) == told


def test_a_whisper_has_no_id_that_a_page_could_ask_for_again():
    event = somebody_types({"side": "requester", "number": "26-000001"})
    assert events._frame(event) == b'event: typing\ndata: {"number": "26-000001", "by": null}\n\n'
    assert "okibi_typing" in events.hub.whispers


def test_the_page_has_the_words_ready_without_showing_them(vera, anna):
    assert "<span hidden>Анна Вольская пишет…</span>" in page_of(vera, asked(anna))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("sent", "told"), [({"typing": "1"}, 1), ({"typing": "1", "act": "note"}, 0), ({}, 0)])
def test_a_specialist_who_answers_is_told_to_the_requester_but_not_one_who_notes(vera, ticket, sent, told):
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("LISTEN okibi_typing")
    vera.post(reverse("console-presence", args=[ticket.number]), sent)
    heard = [json.loads(each.payload) for each in connection.connection.notifies(timeout=0.2)]
    with connection.cursor() as cursor:
        cursor.execute("UNLISTEN okibi_typing")
    assert [each["side"] for each in heard] == ["desk"] * told
