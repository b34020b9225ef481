"""The pure part of messengers: the window, progress that never runs back, cutting, templates."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.channels.messenger import conversations
from okibi.channels.messenger.parts import cut
from okibi.channels.messenger.progress import after
from okibi.channels.messenger.templates import MessageTemplate, TemplateError
from okibi.channels.messenger.values import DeliveryState, MessageType, Place, Wordless
from okibi.channels.messenger.window import Window
from okibi.channels.messenger.words import words_of
from okibi.channels.states import OutboundState
from okibi.kernel.sentence import Sentence

FRIDAY = datetime(2026, 11, 20, 9, 41, tzinfo=UTC)
DAY = timedelta(hours=24)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("says", "window", "at", "is_open", "left"),
    [
        ("nobody wrote yet", Window(None, DAY), FRIDAY, False, timedelta()),
        ("just now", Window(FRIDAY, DAY), FRIDAY, True, DAY),
        ("the last second", Window(FRIDAY, DAY), FRIDAY + DAY - SECOND, True, SECOND),
        ("24 hours exactly", Window(FRIDAY, DAY), FRIDAY + DAY, False, timedelta()),
        ("a messenger without windows", Window(FRIDAY, None), FRIDAY + 99 * DAY, True, timedelta()),
        ("a messenger without windows, and nobody wrote", Window(None, None), FRIDAY, True, timedelta()),
    ],
)
def test_the_window(says, window, at, is_open, left):
    assert (window.is_open(at), window.left(at)) == (is_open, left), says


@pytest.mark.django_db
@pytest.mark.parametrize("order", list(permutations([0, 60, 3600])))
def test_the_window_runs_from_the_latest_message_whatever_order_they_come_in(order):
    assert conversations.window_of("whatsapp", "main", "+79000000011").opened_by is None
    for seconds in order:
        conversations.wrote("whatsapp", "main", "+79000000011", FRIDAY + timedelta(seconds=seconds), f"wamid.{seconds}")
    assert conversations.window_of("whatsapp", "main", "+79000000011").opened_by == FRIDAY + timedelta(seconds=3600)
    assert conversations.last_message_of("whatsapp", "main", "+79000000011") == "wamid.3600"


RANK = [OutboundState.SENDING, OutboundState.SENT, OutboundState.DELIVERED, OutboundState.READ]


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "read"])))
def test_statuses_in_any_order_end_with_read_and_never_go_back(order):
    state, ranks = OutboundState.SENDING, []
    for news in order:
        state = after(state, DeliveryState(news))
        ranks.append(RANK.index(state))
    assert ranks == sorted(ranks)
    assert state is OutboundState.READ


@given(st.sampled_from(OutboundState), st.lists(st.sampled_from(DeliveryState)))
def test_no_news_twice_changes_anything_and_a_delivered_message_never_fails(state, news):
    for each in news:
        once = after(state, each)
        assert after(once, each) is once
        if state in {OutboundState.DELIVERED, OutboundState.READ}:
            assert once in {OutboundState.DELIVERED, OutboundState.READ}
        state = once


def test_a_failure_because_of_the_window_is_a_state_of_its_own():
    assert after(OutboundState.SENT, DeliveryState.FAILED, window_closed=True) is OutboundState.NO_WINDOW
    assert after(OutboundState.SENT, DeliveryState.FAILED) is OutboundState.FAILED


@given(st.text(alphabet="абв .\n!", max_size=400), st.integers(10, 60))
def test_a_text_is_cut_and_nothing_of_it_lost(text, longest):
    pieces = cut(text, longest)
    assert all(0 < len(piece) <= longest for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_text_is_cut_where_people_would():
    assert cut("Первый абзац.\n\nВторой абзац.", 20) == ["Первый абзац.", "Второй абзац."]
    assert cut("", 20) == []


TEMPLATE = MessageTemplate("news", "ru", Sentence("Новости", "News"), "Заявка {{1}}: {{2}}.", ("number", "text"))


def test_a_template_is_filled():
    assert TEMPLATE.filled(["26-001042", "готово"]) == "Заявка 26-001042: готово."


@pytest.mark.parametrize("values", [[], ["1"], ["1", "2", "3"], ["1", " "], ["1", "a\nb"], ["1", "x" * 1025]])
def test_a_template_with_wrong_values_is_refused(values):
    with pytest.raises(TemplateError):
        TEMPLATE.filled(values)


VOICE = Wordless(MessageType.AUDIO, voice=True).to_json()
HOUSE = Wordless(MessageType.LOCATION, place=Place(55.75, 37.61, "Офис", "")).to_json()


@pytest.mark.parametrize(
    ("says", "text", "kept", "ru", "en"),
    [
        ("words", "Не печатает", {}, "Не печатает", "Не печатает"),
        ("a voice", "Голосовое сообщение", {"parts": [VOICE], "body": ""}, "Голосовое сообщение", "Voice message"),
        ("a file with words", "Вот", {"parts": [VOICE], "body": "Вот"}, "Вот", "Вот"),
        ("words and a place", "Тут\nМесто: Офис (55.75, 37.61)", {"parts": [HOUSE], "body": "Тут"},
         "Тут\nМесто: Офис (55.75, 37.61)", "Тут\nLocation: Офис (55.75, 37.61)"),
        ("forwarded", "Переслано:\nПривет", {"forwarded": True}, "Переслано:\nПривет", "Forwarded:\nПривет"),
    ],
)  # fmt: skip
def test_what_a_messenger_said_reads_in_the_reader_s_language(says, text, kept, ru, en):
    said = words_of(text, kept)
    assert (said.ru, said.en) == (ru, en), says
