"""Personal links: one request and nothing else, nothing changes by opening, nobody learns what is not theirs."""

import re

import pytest
import time_machine

from okibi.channels.models import Outbound
from okibi.flows import reply, site_request, work
from okibi.flows.links import say_who, where_is
from okibi.tickets import services
from okibi.tickets.models import Message, Ticket
from okibi.website.limits_in_use import ASK_BY_ADDRESS, GUESS_BY_LINK
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
FRIDAY = "2026-11-20T09:41:00Z"


@pytest.fixture
def clock():
    with time_machine.travel(FRIDAY, tick=False) as moving:
        yield moving


@pytest.fixture
def cast():
    return make_cast()


def placed(key="one", address="anna@example.org", text="Не печатает счета"):
    found = site_request.place(key, "Анна Вольская", address, "", text, {"kind": "incident", "language": "ru"})
    return Ticket.objects.get(number=found.number)


def path(link):
    return "/" + link.split("/", 3)[3]


def hidden(client, clock, address):
    html = client.get(address).content.decode()
    clock.shift(10)
    return {name: re.search(rf'name="{name}" value="([^"]+)"', html)[1] for name in ("form_id", "opened")}


class TestWhere:
    def test_shows_number_state_term_working_and_conversation(self, client, clock, cast):
        ticket = placed()
        reply.reply(ticket.pk, cast.oleg, "Заново выберите принтер.")
        html = client.get(path(where_is(ticket))).content.decode()
        for words in (
            ticket.number,
            "В работе",
            "24 ноября, 20:00",
            "ГК, ст. 191",
            "Не печатает счета",
            "Заново выберите принтер.",
        ):
            assert words in html, words

    def test_never_shows_a_note_or_what_staff_sees(self, client, clock, cast):
        ticket = placed()
        services.add_message(
            ticket, Message.Kind.NOTE, ticket.placed_at, staff=cast.oleg, text="Клиент опять путает принтеры"
        )
        html = client.get(path(where_is(ticket))).content.decode()
        assert "путает" not in html
        assert "Л-2026-0418" not in html

    def test_another_link_shows_another_request_only(self, client, clock, cast):
        mine, other = placed("one"), placed("two", "boris@example.org", "Пропал отчёт за квартал")
        html = client.get(path(where_is(mine))).content.decode()
        assert other.number not in html
        assert "Пропал отчёт" not in html

    @pytest.mark.parametrize("address", ["/where/ImFiYyI:1vM:zzz/", "/where/x/", "/who/x/"])
    def test_a_forged_link_says_what_to_do(self, client, address):
        answer = client.get(address)
        assert answer.status_code == 404
        assert 'href="/where/"' in answer.content.decode()

    def test_is_kept_by_nobody_and_its_address_goes_nowhere(self, client, clock, cast):
        answer = client.get(path(where_is(placed())))
        assert "no-store" in answer.headers["Cache-Control"]
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Referrer-Policy"] == "same-origin"

    def test_a_message_can_be_added_once(self, client, clock, cast):
        ticket = placed()
        work.assign(ticket.pk, cast.oleg, cast.oleg)
        work.wait(ticket.pk, cast.oleg)
        address = path(where_is(ticket))
        given = {**hidden(client, clock, address), "text": "Модель принтера: Pantum"}
        for _ in range(2):
            answer = client.post(address, given)
            assert answer.status_code == 302
        assert "Ваше сообщение добавлено" in client.get(answer.url).content.decode()
        assert list(ticket.messages.filter(text="Модель принтера: Pantum").values_list("kind", flat=True)) == [
            "incoming"
        ]
        ticket.refresh_from_db()
        assert ticket.state == "open"
        assert Ticket.objects.count() == 1

    def test_an_empty_message_comes_back_with_words(self, client, clock, cast):
        address = path(where_is(placed()))
        answer = client.post(address, {**hidden(client, clock, address), "text": " "})
        assert answer.status_code == 422
        assert "Напишите, что хотите добавить" in answer.content.decode()

    def test_files_of_the_conversation_open_and_those_of_notes_do_not(self, client, clock, cast):
        ticket = placed()
        file = {"name": "a.html", "type": "text/html", "content": b"<script>1</script>"}
        services.add_message(ticket, Message.Kind.REPLY, ticket.placed_at, [file], text="см. файл")
        services.add_message(ticket, Message.Kind.NOTE, ticket.placed_at, [file], text="для своих")
        shown, kept = (m.attachments.get() for m in ticket.messages.filter(kind__in=["reply", "note"]).order_by("id"))
        answer = client.get(f"{path(where_is(ticket))}files/{shown.pk}/")
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert "attachment" in answer.headers["Content-Disposition"]
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert client.get(f"{path(where_is(ticket))}files/{kept.pk}/").status_code == 404
        assert client.get(f"{path(where_is(placed('two')))}files/{shown.pk}/").status_code == 404


class TestAskAgain:
    def ask(self, client, clock, number, address):
        return client.post("/where/", {**hidden(client, clock, "/where/"), "number": number, "address": address})

    @pytest.mark.parametrize("written", ["{}", " №{} ", "заявка [{}]"])
    def test_a_letter_goes_to_the_address_of_the_request(self, client, clock, cast, written):
        ticket = placed()
        self.ask(client, clock, written.format(ticket.number), "Anna@Example.org")
        letter = Outbound.objects.order_by("-id").first()
        assert letter.recipient == "anna@example.org"
        assert where_is(ticket) in letter.text

    @pytest.mark.parametrize("number", ["26-000001", "26-999999", "вздор"])
    def test_everybody_else_gets_the_same_answer_and_no_letter(self, client, clock, cast, number):
        ticket = placed()
        before = Outbound.objects.count()
        right = self.ask(client, clock, ticket.number, "anna@example.org")
        wrong = self.ask(client, clock, number, "vera@stranger.example.org")
        assert right.url == wrong.url
        assert Outbound.objects.count() == before + 1

    def test_an_address_is_not_flooded(self, client, clock, cast):
        ticket = placed()
        before = Outbound.objects.count()
        answers = [
            self.ask(client, clock, ticket.number, "anna@example.org").status_code
            for _ in range(ASK_BY_ADDRESS.count + 2)
        ]
        assert answers == [302] * ASK_BY_ADDRESS.count + [422] * 2
        assert Outbound.objects.count() == before + ASK_BY_ADDRESS.count


class TestWho:
    def stranger(self):
        return placed("vera", "vera@stranger.example.org", "Не открывается программа")

    def test_opening_the_link_changes_nothing(self, client, clock, cast):
        ticket = self.stranger()
        for method in (client.get, client.head):
            assert method(path(say_who(ticket))).status_code == 200
        ticket.refresh_from_db()
        assert ticket.requester is None

    def test_a_licence_number_makes_the_requester_known(self, client, clock, cast):
        ticket = self.stranger()
        answer = client.post(path(say_who(ticket)), {"name": "Вера Орлова", "licence_number": "Л-2026-0418"})
        assert "теперь мы вас знаем" in answer.content.decode()
        assert "Рябина" not in answer.content.decode()
        ticket.refresh_from_db()
        assert ticket.organisation == cast.ryabina

    def test_the_name_of_an_organisation_is_only_passed_on(self, client, clock, cast):
        ticket = self.stranger()
        answer = client.post(path(say_who(ticket)), {"name": "Вера", "organisation": "ООО «Рябина»"})
        assert "специалист посмотрит" in answer.content.decode()
        ticket.refresh_from_db()
        assert ticket.organisation is None

    def test_licence_numbers_cannot_be_guessed_at_length(self, client, clock, cast):
        ticket = self.stranger()
        for number in range(GUESS_BY_LINK.count):
            answer = client.post(path(say_who(ticket)), {"licence_number": f"Л-{number}"})
            assert "не нашли" in answer.content.decode()
        answer = client.post(path(say_who(ticket)), {"licence_number": "Л-2026-0418"})
        assert answer.status_code == 422
        assert "отправьте ещё раз после" in answer.content.decode()
        ticket.refresh_from_db()
        assert ticket.requester is None
