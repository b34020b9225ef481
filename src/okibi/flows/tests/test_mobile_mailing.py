"""From a flag to an installed version: letters, their headers, bounces, reminders, who leaves."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from okibi.channels import outbox
from okibi.channels.email.compose import Features, compose
from okibi.channels.email.options import mail_options
from okibi.channels.models import Outbound
from okibi.channels.outbox import _outgoing
from okibi.channels.port import Bounce
from okibi.customers import services as cards
from okibi.customers.models import EmailAddress, Person
from okibi.flows import delivery_report, erasure, installation_report, mobile_mailing
from okibi.kernel.clock import now
from okibi.mailings import services
from okibi.mailings.kinds import LineState
from okibi.mailings.models import Line, Mailing
from okibi.mailings.progress import BATCH, BURST
from okibi.mailings.tests.cast import APK, GLEB, MOSCOW, device_of, flagged, published
from okibi.releases.models import ProductLine
from okibi.schemes.services import in_force
from tests.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    found = make_cast()
    flagged("anna@example.org")
    return found


@pytest.fixture
def letter(cast):
    """The letter to Anna, in the outbox."""
    mailing = services.plan(published(), MOSCOW, GLEB)
    mobile_mailing.start(mailing.pk, 60, GLEB)
    assert mobile_mailing.send_due() == 1
    return Outbound.objects.get()


def ended(row, state, error=""):
    row.state, row.error, row.sent_at, row.attempts = state, error, now(), 1
    row.save()
    delivery_report.on_sent(row)


def test_only_products_of_mobile_devices_are_mailed():
    assert mobile_mailing.mobile_products(in_force(now()).scheme) == ["mobile"]


def test_a_published_mobile_version_has_a_draft_and_a_desktop_version_has_none(cast):
    release = published()
    mobile_mailing.plan_on_publication(release, GLEB)
    mobile_mailing.plan_on_publication(release, GLEB)
    release.product = "desktop"
    mobile_mailing.plan_on_publication(release, GLEB)
    assert [line.address for line in Line.objects.all()] == ["anna@example.org"]
    assert not Outbound.objects.exists()


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("ru", "ОКИБИ Моб 4.3.0 — новая версия", "Быстрее ищет."),
        ("en", "OKIBI Mob 4.3.0, a new version", "Searches faster."),
    ],
)
def test_the_letter_is_in_the_persons_language(cast, language, subject, words):
    cast.anna.language = language
    cast.anna.save()
    mailing = services.plan(published(), MOSCOW, GLEB)
    mobile_mailing.start(mailing.pk, 60, GLEB)
    mobile_mailing.send_due()
    row = Outbound.objects.get()
    assert row.subject == subject
    assert words in row.text
    assert words in row.html


def test_the_letter_says_by_its_headers_how_to_leave(letter):
    mail = compose(_outgoing(letter), mail_options(), now(), Features(eight_bit=True))
    message = message_from_bytes(mail.as_bytes(), policy=default)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = message["List-Unsubscribe"].strip("<>")
    assert address in letter.text
    assert b"List-Unsubscribe: <" + address.encode() + b">\r\n" in mail.as_bytes()  # on one line
    assert message["List-Id"].startswith("<mobile.versions.")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Precedence"] == "list"


def test_an_answer_to_a_request_has_no_header_of_a_list():
    row = Outbound(
        channel="email", key="1", recipient="anna@example.org", external_id="<1@example.org>", automatic=True
    )
    message = message_from_bytes(compose(_outgoing(row), mail_options(), now(), Features()).as_bytes(), policy=default)
    assert not [name for name in message.keys() if name.startswith("List-")]  # noqa: SIM118  headers repeat
    assert message["Auto-Submitted"] == "auto-replied"


@pytest.mark.parametrize(
    ("asked", "most", "attached"),
    [(True, 18_000_000, True), (False, 18_000_000, False), (True, 10, False)],
    ids=["asked for", "by default", "too large for a letter"],
)
def test_the_file_goes_with_the_letter_only_where_the_address_asks_for_it(cast, monkeypatch, asked, most, attached):
    monkeypatch.setattr(mobile_mailing, "MOST_ATTACHED", most)
    cards.set_mobile_attached(EmailAddress.objects.get(address="anna@example.org").pk, on=asked, actor=GLEB)
    mailing = services.plan(published(), MOSCOW, GLEB)
    mobile_mailing.start(mailing.pk, 60, GLEB)
    mobile_mailing.send_due()
    row = Outbound.objects.get()
    composed = compose(_outgoing(row), mail_options(), now(), Features())
    mail = message_from_bytes(composed.as_bytes(), policy=default)
    files = [(each.get_filename(), each.get_content_type(), each.get_content()) for each in mail.iter_attachments()]
    whole = [("okibi-mob-4.3.0.apk", "application/vnd.android.package-archive", APK)]
    assert files == (whole if attached else [])
    assert ("Сам файл приложен" in row.text) is attached
    assert "/d/" in row.text, "the link is there all the same"


def test_a_second_run_queues_nothing(letter):
    assert mobile_mailing.send_due() == 0
    assert Outbound.objects.count() == 1


@pytest.fixture
def crowd(cast):
    """Three times as many addresses as leave with one batch, at the highest pace, which was not used for a while."""
    people = Person.objects.bulk_create([Person(name=f"Анна {n}").derive() for n in range(3 * BATCH)])
    names = {f"anna{person.pk}@example.org": person for person in people}
    EmailAddress.objects.bulk_create(
        [EmailAddress(person=each, address=name, key=name, mobile_mailing=True) for name, each in names.items()]
    )
    ProductLine.objects.update_or_create(product="mobile", defaults={"free": True})
    mailing = services.plan(published(), MOSCOW, GLEB)
    mobile_mailing.start(mailing.pk, services.FASTEST, GLEB)
    Mailing.objects.update(next_at=now() - BURST)
    return mailing


def test_the_highest_pace_is_reached_whatever_the_size_of_a_batch(crowd):
    assert mobile_mailing.send_due() > 3 * BATCH


def test_a_mailing_never_puts_a_crowd_before_an_answer_that_somebody_waits_for(crowd, monkeypatch):
    monkeypatch.setattr(mobile_mailing, "MOST_WAITING", BATCH + 5)
    assert mobile_mailing.send_due() == BATCH + 5
    assert mobile_mailing.send_due() == 0
    Outbound.objects.update(next_attempt_at=now() + timedelta(hours=1))  # greylisted: nobody waits behind these
    assert mobile_mailing.send_due() == BATCH + 5


def test_a_letter_takes_few_statements(crowd, django_assert_max_num_queries):
    batches = 4
    with django_assert_max_num_queries(3 * BATCH + 1 + 12 * batches):
        assert mobile_mailing.send_due() > 3 * BATCH


def test_what_the_outbox_says_reaches_the_line(letter):
    ended(letter, Outbound.State.SENT)
    line = Line.objects.get()
    assert (line.state, line.mailing.state) == (LineState.SENT, "finished")


def test_a_refused_address_fails_its_line_and_is_marked(letter):
    ended(letter, Outbound.State.FAILED, "550 5.1.1 no such user")
    assert (Line.objects.get().state, Line.objects.get().error) == (LineState.FAILED, "550 5.1.1 no such user")
    assert EmailAddress.objects.get(address="anna@example.org").bounced_at


def test_a_bounce_finds_its_line_and_marks_its_address(letter):
    ended(letter, Outbound.State.SENT)
    bounce = Bounce(("anna@example.org",), permanent=True, reason="5.1.1", external_id=letter.external_id)
    delivery_report.take_bounce(bounce, now())
    assert Line.objects.get().state == LineState.BOUNCED
    assert EmailAddress.objects.get(address="anna@example.org").bounced_at
    assert outbox.by_id(letter.pk).state == Outbound.State.BOUNCED


def test_a_delay_is_no_bounce(letter):
    ended(letter, Outbound.State.SENT)
    delayed = Bounce(("anna@example.org",), permanent=False, reason="4.2.2", external_id=letter.external_id)
    delivery_report.take_bounce(delayed, now())
    assert Line.objects.get().state == LineState.SENT


def test_a_device_that_reports_the_version_ends_the_line(letter, cast):
    ended(letter, Outbound.State.SENT)
    device = device_of(cast.anna, "4.2.0")
    installation_report.reported(device.pk, product="mobile", version="4.2.0", report={})
    assert Line.objects.get().state == LineState.SENT
    installation_report.reported(device.pk, product="mobile", version="4.3.0", report={})
    assert (Line.objects.get().state, Line.objects.get().installed_version) == (LineState.INSTALLED, "4.3.0")


def test_erasure_leaves_that_a_letter_was_sent_and_not_to_whom(letter, cast):
    ended(letter, Outbound.State.SENT)
    erasure.erase(cast.anna.pk, GLEB)
    line = Line.objects.get()
    assert (line.state, line.address, line.person, line.email) == (LineState.SENT, "", None, None)
    assert "Анна" not in f"{line.name} {line.key}"
    assert not line.links.filter(revoked_at=None).exists()


def test_a_reminder_is_a_letter_of_its_own_that_says_so(letter):
    ended(letter, Outbound.State.SENT)
    assert mobile_mailing.remind(Line.objects.get().mailing_id, GLEB) == 1
    assert mobile_mailing.send_due() == 1
    again = Outbound.objects.latest("pk")
    assert again.subject.startswith("Напоминание: ")
    assert again.key != letter.key
    assert again.external_id != letter.external_id
