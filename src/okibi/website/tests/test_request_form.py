"""The request form: taken once, never lost, braked, and silent about what belongs to others."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from okibi.channels.models import Outbound
from okibi.kernel.clock import now
from okibi.policy.platforms import environment_from_report
from okibi.schemes.services import in_force
from okibi.tickets.models import Attachment, Ticket
from okibi.website import files as limits
from okibi.website.environment import environment_facts
from okibi.website.limits_in_use import PLACE_BY_ADDRESS
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
FRIDAY = "2026-11-20T09:41:00Z"  # 12:41 in Moscow
FILLED = {
    "kind": "incident",
    "text": "Не печатает счета, ошибка E-17",
    "product": "desktop",
    "version": "4.2.1",
    "environment": "Windows 7 SP1 x64, .NET 4.8, 4 ГБ",
    "name": "Анна Вольская",
    "address": "anna@example.org",
}


@pytest.fixture
def clock():
    with time_machine.travel(FRIDAY, tick=False) as moving:
        yield moving


@pytest.fixture
def cast():
    return make_cast()


def opened(client, clock, seconds=10, address="/request/"):
    """The hidden fields of a page that was opened ``seconds`` ago."""
    html = client.get(address).content.decode()
    clock.shift(seconds)
    return {name: re.search(rf'name="{name}" value="([^"]+)"', html)[1] for name in ("form_id", "opened")}


def send(client, clock, **given):
    return client.post("/request/", {**FILLED, **opened(client, clock), **given})


class TestPlacing:
    def test_number_verdict_and_term_are_on_the_page_and_in_a_letter(self, client, clock, cast):
        answer = send(client, clock)
        assert answer.status_code == 302
        html = client.get(answer.url).content.decode()
        ticket = Ticket.objects.get()
        assert ticket.number in html
        assert "24 ноября, 20:00" in html
        assert "Право на поддержку есть" in html
        assert "Операционная система подходит" in html
        assert "ГК, ст. 191" in html
        assert "anna@example.org ушло письмо" in html
        assert Outbound.objects.get().recipient == "anna@example.org"

    def test_what_was_filled_in_is_on_the_ticket(self, client, clock, cast):
        send(client, clock, organisation="ООО «Рябина»", licence="Л-2026-0418", kind="suggestion")
        ticket = Ticket.objects.get()
        assert (ticket.kind, ticket.kind_by, ticket.product, ticket.product_version) == (
            "suggestion",
            "requester",
            "desktop",
            "4.2.1",
        )
        assert "Номер лицензии: Л-2026-0418" in ticket.messages.get(kind="incoming").text

    def test_the_same_form_twice_is_one_request(self, client, clock, cast):
        hidden = opened(client, clock)
        first, second = (client.post("/request/", {**FILLED, **hidden}) for _ in range(2))
        assert Ticket.objects.count() == 1
        number = Ticket.objects.get().number
        assert all(number in client.get(answer.url).content.decode() for answer in (first, second))

    def test_no_worker_is_woken_that_could_hold_the_request_while_the_page_wants_its_number(
        self, client, clock, cast, django_capture_on_commit_callbacks
    ):
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(id), 0) FROM procrastinate_jobs")
            (before,) = cursor.fetchone()  # what other tests left is not of this one
        with django_capture_on_commit_callbacks(execute=True):
            send(client, clock)
        with connection.cursor() as cursor:
            cursor.execute("SELECT task_name FROM procrastinate_jobs WHERE id > %s", [before])
            woken = {name for (name,) in cursor.fetchall()}
        assert [name for name in woken if "outbox" in name]
        assert [name for name in woken if "intake" in name] == []

    def test_files_come_along(self, client, clock, cast):
        send(
            client,
            clock,
            attachments=[
                SimpleUploadedFile("журнал.log", b"E-17", "text/plain"),
                SimpleUploadedFile("a.png", b"\x89PNG"),
            ],
        )
        assert sorted(Attachment.objects.values_list("name", "size")) == [("a.png", 4), ("журнал.log", 4)]


class TestSilence:
    def test_a_stranger_who_types_a_right_licence_number_and_address_learns_nothing(self, client, clock, cast):
        answer = send(client, clock, name="Вера", licence="Л-2026-0418")
        html = client.get(answer.url).content.decode()
        for secret in ("Рябина", "Л-2026-0418", "2030", "/where/Im", "Вольская", "/who/"):
            assert secret not in html, secret
        assert Ticket.objects.get().requester_sure is False

    def test_an_address_without_cover_is_told_the_schemes_sentence_and_no_licence(self, client, clock, cast):
        html = client.get(send(client, clock, address="kirill@kedr.example.org").url).content.decode()
        assert Ticket.objects.get().state == "uncovered"
        assert "Поддержка сейчас на вас не распространяется" in html
        for secret in ("Кедр", "Л-2025-0007", "3 ноября 2025"):
            assert secret not in html

    def test_the_page_after_placing_is_kept_by_nobody_and_dies(self, client, clock, cast):
        url = send(client, clock).url
        answer = client.get(url)
        assert "no-store" in answer.headers["Cache-Control"]
        assert "noindex" in answer.headers["X-Robots-Tag"]
        clock.shift(timedelta(days=2))
        assert client.get(url).status_code == 404

    def test_a_forged_address_of_the_page_shows_nothing(self, client):
        assert client.get("/request/WyIyNi0wMDAwMDEiXQ:1v:x/").status_code == 404


class TestMistakes:
    def test_what_was_typed_stays_and_each_mistake_has_words(self, client, clock):
        answer = send(client, clock, address="не адрес", text="")
        html = answer.content.decode()
        assert answer.status_code == 422
        assert "Опишите, что случилось" in html
        assert "не похоже на адрес" in html
        assert "Анна Вольская" in html
        assert "Windows 7 SP1 x64" in html

    @pytest.mark.parametrize(
        ("files", "words"),
        [
            ([SimpleUploadedFile(f"{n}.txt", b"x") for n in range(limits.MOST_FILES + 1)], "не больше 10"),
            (
                [SimpleUploadedFile(f"{n}.bin", b"x" * (limits.TOGETHER // 2 + 1)) for n in range(2)],
                "Вместе файлы занимают больше 25",
            ),
        ],
    )
    def test_files_beyond_the_limits_are_refused_by_name_and_figure(self, client, clock, files, words):
        answer = send(client, clock, attachments=files)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not Ticket.objects.exists()

    def test_the_limits_are_said_before(self, client):
        assert "До 10 файлов, вместе до 25 МБ" in client.get("/request/").content.decode()

    def test_a_body_that_is_far_too_large_is_not_read(self, client):
        answer = client.post(
            "/request/", b"", content_type="multipart/form-data; boundary=x", headers={"content-length": str(10**9)}
        )
        assert answer.status_code == 413
        assert "Файлы слишком большие" in answer.content.decode()


class TestFlood:
    def test_a_trapped_machine_sees_success_and_nothing_happens(self, client, clock):
        assert send(client, clock, website="http://buy.example.org").status_code == 302
        assert not Ticket.objects.exists()

    @pytest.mark.parametrize("seconds", [0, 25 * 3600])
    def test_a_form_sent_at_once_or_a_day_later_comes_back_filled_in_and_can_be_sent(
        self, client, clock, cast, seconds
    ):
        answer = client.post("/request/", {**FILLED, **opened(client, clock, seconds)})
        html = answer.content.decode()
        assert answer.status_code == 422
        assert "отправьте, пожалуйста, ещё раз" in html
        again = {name: re.search(rf'name="{name}" value="([^"]+)"', html)[1] for name in ("form_id", "opened")}
        clock.shift(5)
        assert client.post("/request/", {**FILLED, **again}).status_code == 302
        assert Ticket.objects.count() == 1

    def test_a_token_of_one_form_does_not_open_another(self, client, clock):
        hidden = opened(client, clock) | {"form_id": "00000000-0000-4000-8000-000000000000"}
        assert client.post("/request/", {**FILLED, **hidden}).status_code == 422

    def test_beyond_the_limit_the_sentence_says_when_to_try_again_and_keeps_everything(self, client, clock, cast):
        for _ in range(PLACE_BY_ADDRESS.count):
            assert send(client, clock).status_code == 302
        answer = send(client, clock)
        html = answer.content.decode()
        assert answer.status_code == 429
        assert "сегодня 13:4" in html
        assert "Не печатает счета" in html
        assert Ticket.objects.count() == PLACE_BY_ADDRESS.count


@pytest.mark.parametrize(
    ("text", "product", "facts"),
    [
        ("", "desktop", {}),
        ("Windows 10 x64, .NET 4.8, 4 ГБ памяти", "desktop", {"env_arch": "x64", "env_ram_mb": "4096"}),
        ("не знаю", "", {"env_os": "не знаю"}),
        ("12", "mobile", {"env_os": "Android 12"}),
    ],
)
def test_free_words_about_a_machine_become_facts_and_stay_as_they_were(text, product, facts):
    found = environment_facts(text, product, in_force(now()).scheme)
    assert facts.items() <= found.items()
    assert text in found.get("env_os", "")


def test_the_facts_are_read_back_by_the_policy():
    found = environment_facts("Windows 10 x64, .NET 4.8, 4 ГБ памяти", "desktop", in_force(now()).scheme)
    read = environment_from_report({key[4:]: value for key, value in found.items()})
    assert (read.dotnet[0].version, read.ram_mb[0].value, read.arch) == ("4.8", 4096, ("x64",))
    assert "Windows 10" in repr(read.systems)
