"""Who rings, the list of calls, numbers of nobody, whom the desk owes a call: what the pages say and what they cost."""

import html
from datetime import timedelta

import pytest
from django.urls import reverse

from okibi.calls.models import Call, CallTask, Recording
from okibi.channels.telephone.connected import is_connected
from okibi.console.calls.on_ticket import with_calls
from okibi.customers.models import Person
from okibi.customers.services import add_phone
from okibi.flows import phone_request, refusal, reply
from okibi.flows.phone_request import Heard
from okibi.journal.models import Entry
from okibi.journal.services import SYSTEM
from okibi.kernel import blobs
from okibi.kernel.clock import now
from okibi.policy.refusals import RefusalGround
from okibi.tickets.models import Ticket
from tests import exchanges
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
ANNA, STRANGER = "+79000000017", "+79000000055"
LIST, POP, TASKS = "console-calls", "console-calls-pop", "console-calls-tasks"


@pytest.fixture
def anna(db) -> Person:
    made = make_cast()
    add_phone(made.anna.pk, ANNA, actor=SYSTEM)
    return made.anna


def rang(number=ANNA, person=None, **more) -> Call:
    at = more.pop("started_at", now())
    given = {"exchange": "cti", "account": "main", "key": str(Call.objects.count()), "direction": "in", "said": number}
    row = Call.objects.create(**given | more, e164=number, started_at=at, last_event_at=at, person=person)
    row.legs.create(exchange="cti", account="main", key=row.key, started_at=at, staff=row.answered_by)
    return row


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


def shown(client, name, *args, **query) -> str:
    return text_of(client.get(reverse(name, args=args), query))


# ---------------------------------------------------------------- while it rings


def test_while_it_rings_the_card_says_who_and_what_is_open(as_vera, anna, vera):
    ticket = phone_request.place("k", vera, Heard(ANNA, "Не печатает счета.", person_id=anna.pk))
    call = rang(person=anna)
    card = shown(as_vera, POP)
    for words in ("Звонит", "Анна Вольская", "ООО «Рябина»", "Право есть", "+7 900 000-00-17", "Не печатает счета."):
        assert words in card
    assert f"?call={call.pk}" in card
    answer = as_vera.post(reverse("console-calls-about", args=[call.pk, ticket.number]))
    assert answer.url == reverse("console-ticket", args=[ticket.number])
    call.refresh_from_db()
    assert call.ticket == ticket
    assert ticket.number in shown(as_vera, POP)


def test_the_others_see_who_took_it_and_are_not_urged_to(as_vera, anna, oleg):
    rang(person=anna, state="talking", answered_by=oleg, answered_at=now())
    card = shown(as_vera, POP)
    assert "Говорит Oleg Lesin" in card
    assert "pop-else" in card
    assert "data-key" not in card
    as_vera.force_login(oleg)
    assert "Вы говорите" in shown(as_vera, POP)


def test_an_unknown_number_says_so_and_a_silent_telephone_shows_nothing_for_one_query(
    as_vera, anna, django_assert_max_num_queries
):
    rang(STRANGER)
    assert "незнакомый номер" in shown(as_vera, POP)
    Call.objects.update(state="ended")
    with django_assert_max_num_queries(3):  # who is signed in takes two
        assert "pop-card" not in shown(as_vera, POP)


def test_a_hidden_number_can_be_written_down_but_not_tied(as_vera):
    row = rang("", hidden=True)
    card = shown(as_vera, POP)
    assert "номер скрыт" in card
    assert "Чей это номер" not in card
    assert f"?call={row.pk}" in card


def test_a_request_from_a_call_counts_from_the_call_and_has_it(as_vera, anna):
    at = now() - timedelta(hours=30)  # a missed call of yesterday is written down today
    call = rang(person=anna, started_at=at, state="missed")
    page = shown(as_vera, "console-calls-new", call=call.pk)
    assert ANNA in page
    assert 'name="at"' not in page
    given = {"key": "k", "number": ANNA, "person": anna.pk, "call": call.pk, "text": "Перезвонили: не печатает."}
    as_vera.post(reverse("console-calls-new"), given)
    ticket = Ticket.objects.get()
    call.refresh_from_db()
    assert (ticket.placed_at, call.ticket) == (at, ticket)
    assert Entry.objects.filter(code="ticket.called", subject_id=ticket.pk).count() == 1


# ---------------------------------------------------------------- the list


def test_the_list_says_who_when_how_long_and_about_what(as_vera, anna, oleg, vera):
    ticket = phone_request.place("k", vera, Heard(ANNA, "Не печатает счета.", person_id=anna.pk))
    rang(person=anna, state="ended", answered_by=oleg, answered_at=now(), talk_seconds=200, ticket=ticket)
    rang(STRANGER, state="missed")
    page = shown(as_vera, LIST)
    for words in ("Анна Вольская", "3:20 · Oleg Lesin", ticket.number, "пропущен", "+7 900 000-00-55", "Чей это номер"):
        assert words in page
    missed = shown(as_vera, LIST, show="missed")
    assert "+7 900 000-00-55" in missed
    assert "Анна Вольская" not in missed
    assert "Анна Вольская" in shown(as_vera, LIST, q="вольск")
    assert "Таких звонков нет" in shown(as_vera, LIST, q="сосна")


def test_an_empty_list_teaches(as_vera):
    assert "Звонки появятся здесь сами" in shown(as_vera, LIST)
    assert "Никто не ждёт звонка" in shown(as_vera, TASKS)


@pytest.mark.parametrize("count", [2, 40])
def test_the_list_costs_the_same_whatever_it_holds(as_vera, anna, oleg, count, django_assert_max_num_queries):
    for _ in range(count):
        rang(person=anna, state="ended", answered_by=oleg)
    shown(as_vera, LIST)
    with django_assert_max_num_queries(12):
        shown(as_vera, LIST)


def test_older_calls_are_a_page_away(as_vera, anna):
    for index in range(51):
        rang(person=anna, state="ended", started_at=now() - timedelta(minutes=index))
    page = as_vera.get(reverse(LIST))
    assert "Раньше" in text_of(page)
    older = as_vera.get(reverse(LIST) + page.context["more_url"])
    assert sum(len(day["calls"]) for day in older.context["days"]) == 1


def test_a_recording_that_is_kept_is_played_and_one_of_the_exchange_is_a_link(as_vera, anna):
    kept = blobs.put(b"RIFF....WAVE")
    call = rang(person=anna, state="ended")
    row = Recording.objects.create(call=call, key="1", state="kept", blob=kept, created_at=now())
    assert reverse("console-calls-recording", args=[row.pk]) in shown(as_vera, LIST)
    answer = as_vera.get(reverse("console-calls-recording", args=[row.pk]))
    assert b"".join(answer.streaming_content) == b"RIFF....WAVE"
    assert (answer.headers["Content-Type"], answer.headers["Accept-Ranges"]) == ("audio/wav", "bytes")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    part = as_vera.get(reverse("console-calls-recording", args=[row.pk]), headers={"Range": "bytes=8-"})
    assert (part.status_code, part.headers["Content-Range"]) == (206, "bytes 8-11/12")
    assert b"".join(part.streaming_content) == b"WAVE"
    Recording.objects.update(state="waiting", blob=None, where="https://pbx.example.org/r/1")
    assert 'href="https://pbx.example.org/r/1"' in shown(as_vera, LIST)
    assert as_vera.get(reverse("console-calls-recording", args=[row.pk])).status_code == 404
    Recording.objects.update(where="javascript:alert(1)")
    assert "javascript:" not in shown(as_vera, LIST)


# ---------------------------------------------------------------- a number of nobody


def test_two_clicks_tie_a_number_to_a_person_with_its_calls_and_requests(as_vera, anna, vera):
    ticket = phone_request.place("k", vera, Heard(STRANGER, "Не печатает."))
    call = rang(STRANGER, state="missed", ticket=ticket)
    back = reverse("console-ticket", args=[ticket.number])
    assert reverse("console-calls-tie") in shown(as_vera, "console-ticket", ticket.number)
    page = shown(as_vera, "console-calls-tie", call=call.pk, next=back, q="вольск")
    assert f'value="{anna.pk}"' in page
    given = {"number": STRANGER, "next": back, "person": anna.pk}
    answer = as_vera.post(reverse("console-calls-tie"), given)
    assert answer.url == back
    call.refresh_from_db()
    ticket.refresh_from_db()
    assert (call.person, ticket.requester) == (anna, anna)
    assert "Номер теперь в карточке: Анна Вольская" in shown(as_vera, "console-ticket", ticket.number)


def test_tying_to_nobody_says_so_and_leads_back_to_a_page_of_ours(as_vera, anna):
    given = {"number": STRANGER, "person": "999999", "next": "https://elsewhere.example.org/"}
    answer = as_vera.post(reverse("console-calls-tie"), given)
    assert answer.url == reverse(LIST)
    assert not anna.phones.filter(e164=STRANGER).exists()


# ---------------------------------------------------------------- whom the desk owes a call


@pytest.fixture
def owed(anna, vera) -> CallTask:
    ticket = phone_request.place("k", vera, Heard(ANNA, "Не печатает счета.", kind="incident", person_id=anna.pk))
    reply.reply(ticket.pk, vera, "Выберите принтер по умолчанию.")
    return CallTask.objects.get()


def told(client, task, **given):
    tries = CallTask.objects.get(pk=task.pk).tries
    return client.post(reverse("console-calls-outcome", args=[task.pk]), {"tries": tries, **given}, follow=True)


def test_the_composer_of_a_request_by_telephone_makes_a_call_and_says_so(as_vera, owed):
    page = shown(as_vera, "console-ticket", owed.ticket.number)
    assert "звонком: как обратились" in page
    assert "В звонки" in page
    assert reverse("console-calls-task", args=[owed.pk]) in page
    owed.ticket.refresh_from_db()
    assert owed.ticket.reacted_at is None  # nobody has heard it yet


def test_the_page_of_a_task_says_what_to_say_and_dials(as_vera, owed):
    page = shown(as_vera, "console-calls-task", owed.pk)
    assert "Выберите принтер по умолчанию." in page
    assert f'href="tel:{ANNA}"' in page
    assert "Не дозвонились" in page
    assert "Ответ звонком" in shown(as_vera, TASKS)


def test_said_stops_the_clock_and_ends_the_task(as_vera, owed):
    page = text_of(told(as_vera, owed, outcome="said", note="Записала."))
    assert "Сказано: записано в заявке." in page
    owed.refresh_from_db()
    owed.ticket.refresh_from_db()
    assert owed.state == "reached"
    assert owed.ticket.reacted_at is not None


def test_not_reached_sets_the_next_try_and_a_second_press_is_not_a_second_try(as_vera, owed):
    for _ in range(2):
        sent = as_vera.post(
            reverse("console-calls-outcome", args=[owed.pk]), {"tries": 0, "outcome": "not_reached"}, follow=True
        )
    assert "уже записана" in text_of(sent)
    owed.refresh_from_db()
    assert (owed.tries, owed.state) == (1, "open")
    assert owed.next_try_at > now()
    assert owed.ticket.reacted_at is None
    assert "не дозвонились" in shown(as_vera, "console-calls-task", owed.pk)


def test_another_way_needs_consent_on_record(as_vera, owed):
    answer = told(as_vera, owed, outcome="other_way", way="email||anna@example.org")
    assert answer.status_code == 422
    assert "согласие" in text_of(answer)
    assert "ушёл так, как договорились" in text_of(
        told(as_vera, owed, outcome="other_way", way="email||anna@example.org", consent="Просила письмом.")
    )
    owed.refresh_from_db()
    assert (owed.state, owed.closing) == ("other_way", "Просила письмом.")


def test_giving_up_comes_after_enough_tries_and_with_a_reason(as_vera, owed):
    assert told(as_vera, owed, outcome="given_up", why="Не берут.").status_code == 422
    for _ in range(3):
        told(as_vera, owed, outcome="not_reached")
    assert told(as_vera, owed, outcome="given_up").status_code == 422
    assert "причина записана" in text_of(told(as_vera, owed, outcome="given_up", why="Не берут трубку неделю."))
    owed.refresh_from_db()
    assert owed.state == "given_up"


def test_nonsense_is_told_and_a_task_that_is_over_stays_as_it_ended(as_vera, owed):
    assert told(as_vera, owed, outcome="dance").status_code == 422
    told(as_vera, owed, outcome="said")
    assert "закрыто" in text_of(told(as_vera, owed, outcome="not_reached"))


def test_a_refusal_by_call_has_its_ground_and_reasons_in_the_script(as_vera, anna, vera):
    ticket = phone_request.place("k", vera, Heard(ANNA, "Добавьте голосовой ввод.", "suggestion", person_id=anna.pk))
    why = "Голосовой ввод невозможен без связи с чужим облаком, а сеть у вас закрыта."
    refusal.refuse(ticket.pk, vera, RefusalGround.IMPOSSIBLE, why)
    page = shown(as_vera, "console-calls-task", CallTask.objects.get().pk)
    assert "Отказ звонком" in page
    assert why in page
    assert RefusalGround.IMPOSSIBLE.sentence.ru in page
    ticket.refresh_from_db()
    assert ticket.state != "refused"  # until it was said


@pytest.mark.parametrize("count", [1, 12])
def test_the_tasks_cost_the_same_however_many(as_vera, owed, vera, count, django_assert_max_num_queries):
    for index in range(count):
        ticket = phone_request.place(f"t{index}", vera, Heard(ANNA, "Ещё.", kind="incident"))
        reply.reply(ticket.pk, vera, "Ответ.")
    shown(as_vera, TASKS)
    with django_assert_max_num_queries(9):
        shown(as_vera, TASKS)


def test_the_calls_of_a_request_stand_on_its_timeline(as_vera, owed, oleg):
    rang(direction="out", state="ended", answered_by=oleg, answered_at=now(), talk_seconds=61, ticket=owed.ticket)
    page = shown(as_vera, "console-ticket", owed.ticket.number)
    assert "Исходящий звонок" in page
    assert "1:01" in page
    assert "Oleg Lesin" in page


def test_a_request_that_never_rang_pays_nothing_for_it(as_vera, anna, django_assert_num_queries):
    ticket = Ticket(channel="email")
    with django_assert_num_queries(0):
        assert with_calls([], ticket, []) == []


def test_the_section_counts_the_calls_that_are_due(as_vera, owed):
    CallTask.objects.update(next_try_at=now() - timedelta(minutes=1))
    nav = shown(as_vera, "console-counts")
    assert "<span>Звонки</span><b>1</b>" in nav


# ---------------------------------------------------------------- where nothing can ring


def test_no_page_asks_whether_it_rings_where_nothing_can(as_vera, settings, tmp_path):
    asked = f'hx-get="{reverse(POP)}"'
    assert asked not in shown(as_vera, LIST)
    exchanges.configure(settings, tmp_path, exchanges.account("cti"))
    assert asked in shown(as_vera, LIST)


def test_voice_mail_alone_can_ring_and_a_broken_file_hides_nothing(settings, tmp_path):
    assert not is_connected()
    settings.OKIBI_SIP_INLET = "127.0.0.1:5060"
    assert is_connected()
    settings.OKIBI_SIP_INLET = ""
    exchanges.configure(settings, tmp_path, '[[exchange]]\nkind = "unknown"\n')
    assert is_connected()
