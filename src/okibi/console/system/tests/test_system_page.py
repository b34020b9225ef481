"""The system page: one look says whether all is well; each trouble is in words, with what to do."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation

from okibi.channels import outbox
from okibi.channels.models import Cursor, Inbound, Outbound
from okibi.channels.port import Party
from okibi.console.system import parts, stores
from okibi.console.system.lines import Line, Section, State, troubles, worst
from okibi.flows import journal_check
from okibi.journal.models import Entry
from okibi.journal.services import SETTLED, Actor, record, seal
from okibi.kernel import blobs, clock, signs
from okibi.kernel.clock import now
from okibi.kernel.models import Chore, SignOfLife

pytestmark = pytest.mark.django_db
SYSTEM = reverse("console-system")
CHECK = reverse("console-system-check")


@pytest.fixture(autouse=True)
def _mail(settings):
    settings.OKIBI_SMTP_OUT_HOST = "127.0.0.1"
    settings.OKIBI_MAIL_FROM = "support@ryabina.test"
    settings.OKIBI_SMTP_INLET_ENABLED = True
    settings.OKIBI_IMAP_HOST = ""
    with translation.override("en"):
        yield


def text_of(answer) -> str:
    return answer.content.decode()


def work(seconds_ago: float = 1) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second')",
            [seconds_ago],
        )


def well() -> None:
    """Everything as it is on a good day."""
    work()
    signs.give("inlets@desk")
    record("system.backed_up", ("system", 0), data={"name": "night.tar", "files": 3, "rows": 100})


def letter(state: str, key: str = "k", error: str = "") -> Outbound:
    row = outbox.put(kind="email", key=key, to=Party("anna@example.org", "Anna"), subject="Счёт", text="…")
    Outbound.objects.filter(pk=row.pk).update(state=state, error=error)
    return row


def arrived(state: str, minutes_ago: float) -> None:
    moment = now() - timedelta(minutes=minutes_ago)
    raw = blobs.put(b"From: anna@example.org\n\n")
    Inbound.objects.create(
        channel="email", external_id=f"{state}{minutes_ago}", source="smtp", raw=raw,
        received_at=moment, next_attempt_at=moment, state=state,
    )  # fmt: skip


def everything() -> list[Line]:
    lines = [parts.parts, stores.queues, parts.ways_of_mail_in, parts.ways_of_mail_out, stores.kept]
    return [line for make in lines for line in make()]


def only_trouble() -> Line:
    (line,) = troubles([Section("", everything())])
    return line


def test_a_good_day_has_no_trouble():
    well()
    assert worst([Section("", everything())]) is State.GOOD


def resting() -> None:
    Cursor.objects.create(name="rest:email", value={"until": (now() + timedelta(minutes=1)).isoformat()})


def old_backup() -> None:
    SignOfLife.objects.filter(name="unused").delete()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE okibi_journal_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE okibi_journal_entry SET at = at - interval '3 days' WHERE code = 'system.backed_up'")
        cursor.execute("ALTER TABLE okibi_journal_entry ENABLE TRIGGER USER")
    seal()


def silent_inlets() -> None:
    SignOfLife.objects.update(at=now() - timedelta(minutes=5))


def no_workers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")


TROUBLES = {
    "a worker that gives no sign": (no_workers, State.BAD, "Worker of the queue", "okibi worker"),
    "inlets that give no sign": (silent_inlets, State.BAD, "Inlets of mail", "your mail server keeps it"),
    "a way out that is away": (resting, State.BAD, "E-mail", "Nothing is lost"),
    "a letter given up": (lambda: letter("failed"), State.BAD, "Could not be sent", "try again"),
    "a letter of unknown fate": (lambda: letter("uncertain"), State.WARN, "May have been sent", "twice"),
    "mail that nobody reads": (lambda: arrived("received", 20), State.BAD, "Waiting to be read", "worker"),
    "mail in the tray": (lambda: arrived("unreadable", 1), State.WARN, "In the unreadable tray", "by hand"),
    "mail whose reading failed": (lambda: arrived("failed", 1), State.WARN, "Could not be read, tried again", "log"),
    "a backup of three days ago": (old_backup, State.WARN, "Last backup", "every night"),
}


@pytest.mark.parametrize(("bring_about", "state", "name", "advice"), TROUBLES.values(), ids=TROUBLES.keys())
def test_is_told_with_what_to_do(bring_about, state, name, advice):
    well()
    bring_about()
    line = only_trouble()
    said = line.name if isinstance(line.name, str) else line.name.en
    assert (line.state, said) == (state, name)
    assert advice in line.advice


def test_mail_that_has_just_come_is_no_trouble():
    well()
    arrived("received", 1)
    assert worst([Section("", everything())]) is State.GOOD


def test_no_backup_at_all_is_told():
    work()
    signs.give("inlets@desk")
    assert (only_trouble().name, only_trouble().value) == ("Last backup", "there is none")


def test_a_mailbox_that_can_not_be_read_says_so_in_the_servers_words(settings):
    well()
    settings.OKIBI_IMAP_HOST, settings.OKIBI_IMAP_PORT = "mail.example.org", 993
    settings.OKIBI_IMAP_USER, settings.OKIBI_IMAP_FOLDER = "support", "INBOX"
    name = "imap:support@mail.example.org:993/INBOX"
    assert only_trouble().value == "was not read lately"
    signs.give(name)
    assert worst([Section("", everything())]) is State.GOOD
    signs.give(name, "ImapError: AUTHENTICATIONFAILED")
    line = only_trouble()
    assert (line.name, line.detail) == ("imap://mail.example.org:993/INBOX", "ImapError: AUTHENTICATIONFAILED")
    assert line.at is not None


def test_a_second_machine_that_was_taken_away_is_forgotten_after_a_day():
    well()
    signs.give("inlets@old")
    SignOfLife.objects.filter(name="inlets@old").update(at=now() - timedelta(hours=2))
    assert only_trouble().detail == "old"
    SignOfLife.objects.filter(name="inlets@old").update(at=now() - timedelta(days=2))
    assert worst([Section("", everything())]) is State.GOOD


def test_the_page_begins_with_its_verdict_and_names_versions(as_vera):
    well()
    answer = as_vera.get(SYSTEM)
    page = text_of(answer)
    assert [line.value for line in answer.context["troubles"]] == []
    assert "PostgreSQL" in page
    assert page.index("Всё в порядке") < page.index("Работник очереди")


@pytest.mark.parametrize("more", [0, 30])
def test_the_page_costs_the_same_however_much_went_wrong(as_vera, django_assert_max_num_queries, more):
    for number in range(more):
        letter("failed", key=f"k{number}")
        arrived("unreadable", number + 1)
    as_vera.get(SYSTEM)
    with django_assert_max_num_queries(40):
        as_vera.get(SYSTEM)


def test_a_message_is_tried_again_once_and_the_journal_says_by_whom(as_vera, vera):
    row = letter("failed", error="550 no such user")
    assert "550 no such user" in text_of(as_vera.get(SYSTEM))
    address = reverse("console-system-send-again", args=[row.pk])
    for _ in range(2):
        assert as_vera.post(address).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.error) == ("queued", "")
    assert [entry.actor_id for entry in Entry.objects.filter(code="message.again")] == [vera.pk]


def test_trying_again_is_a_post(as_vera):
    assert as_vera.get(reverse("console-system-send-again", args=[1])).status_code == 405


@pytest.fixture
def sealed():
    long_ago = now() - SETTLED - timedelta(minutes=1)
    for number in range(5):
        record("organisation.created", ("organisation", number), Actor("staff", 1, "Vera"), at=long_ago)
    assert seal() >= 5


def walk_to_the_end() -> Chore:
    chore = journal_check.latest()
    while journal_check.step(chore.pk, size=2):
        pass
    chore.refresh_from_db()
    return chore


def test_only_leading_specialists_and_administrators_have_the_journal_checked(as_vera):
    assert as_vera.post(CHECK).status_code == 403
    assert CHECK not in text_of(as_vera.get(SYSTEM)).replace(reverse("console-system-check-progress"), "")


def test_the_journal_is_checked_by_a_job_and_found_whole(as_oleg, sealed):
    assert as_oleg.post(CHECK).status_code == 302
    assert "hx-get" in text_of(as_oleg.get(reverse("console-system-check-progress")))
    chore = walk_to_the_end()
    assert (chore.done, chore.total, chore.problem) == (chore.total, chore.done, None)
    assert str(chore.done) in text_of(as_oleg.get(SYSTEM))
    assert "hx-get" not in text_of(as_oleg.get(reverse("console-system-check-progress")))


def test_a_second_wish_while_one_goes_on_begins_no_second_walk(as_oleg, sealed):
    as_oleg.post(CHECK)
    as_oleg.post(CHECK)
    assert Chore.objects.filter(kind=journal_check.KIND).count() == 1


def test_an_entry_changed_behind_our_back_is_named(as_oleg, sealed):
    entry = Entry.objects.filter(code="organisation.created").order_by("id")[2]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE okibi_journal_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE okibi_journal_entry SET actor_name = 'Boris' WHERE id = %s", [entry.pk])
        cursor.execute("ALTER TABLE okibi_journal_entry ENABLE TRIGGER USER")
    as_oleg.post(CHECK)
    chore = walk_to_the_end()
    assert str(entry.pk) in chore.problem["en"]
    assert str(entry.pk) in text_of(as_oleg.get(SYSTEM))


def test_mails_that_were_left_in_a_mailbox_are_told_beside_it(settings):
    settings.OKIBI_IMAP_HOST, settings.OKIBI_IMAP_USER, settings.OKIBI_IMAP_PORT = "mail.example.org", "support", 993
    settings.OKIBI_IMAP_FOLDER = "INBOX"
    signs.give("imap:support@mail.example.org:993/INBOX")
    signs.give("left-imap:support@mail.example.org:993/INBOX#17", "NO [SERVERBUG]")
    lines = [line for line in parts.ways_of_mail_in() if line.name == "imap://mail.example.org:993/INBOX"]
    assert [(line.state, line.detail) for line in lines if line.detail] == [(State.WARN, "UID 17")]


SIGNATURES = {
    "there are no release keys": (None, 0, None),
    "they hold": ("", 0, (State.GOOD, "hold", "")),
    "some end within a month": ("root, desktop", 0, (State.WARN, "end soon", "root, desktop")),
    "nobody renews them": ("", 7, (State.BAD, "are not renewed", "")),
}


@pytest.mark.parametrize("said", SIGNATURES)
def test_the_page_says_how_signatures_of_versions_stand(said):
    problem, hours, expected = SIGNATURES[said]
    if problem is not None:
        with clock.at(now() - timedelta(hours=hours)):
            signs.give("updates:metadata", problem)
    found = [line for line in parts.parts() if line.name == "Signatures of versions"]
    assert [(line.state, line.value, line.detail) for line in found] == ([expected] if expected else [])
