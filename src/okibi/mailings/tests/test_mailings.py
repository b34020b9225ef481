"""Mailings of a mobile version: who gets a letter, exactly one each, at a pace, and what becomes of it."""

from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.channels.models import Outbound
from okibi.customers import services as cards
from okibi.customers.models import EmailAddress, Licence
from okibi.journal.selectors import of_subject
from okibi.kernel import clock
from okibi.kernel.errors import ConflictError, NotAllowedError
from okibi.mailings import audience, progress, selectors, services
from okibi.mailings.kinds import LeftOut, LineState, MailingState
from okibi.mailings.models import Line, Link, Mailing
from okibi.mailings.services import MailingError
from okibi.mailings.tests.cast import GLEB, MOSCOW, device_of, flagged, published
from okibi.releases import services as releases
from tests.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def release(cast):
    return published()


@pytest.fixture
def both(cast):
    """Anna's and Boris's addresses are in the registry."""
    return [flagged("anna@example.org"), flagged("boris@example.org")]


class Written:
    """A writer that keeps what it wrote."""

    def __init__(self):
        self.letters = []

    def __call__(self, line, tokens):
        self.letters.append((line.address, tokens))


def begun(release, per_minute=3000):
    mailing = services.plan(release, MOSCOW, GLEB)
    return services.start(mailing.pk, per_minute, MOSCOW, GLEB)


def waited(mailing, written):
    """Let letters go after some seconds in which nothing did."""
    Mailing.objects.filter(pk=mailing.pk).update(next_at=clock.now() - timedelta(seconds=5))
    return progress.let_go(mailing.pk, written)


def sent(line):
    """The outbox says that the letter of a line has left."""
    progress.note_outbox(
        Outbound(subject_kind=progress.SUBJECT, subject_id=line.pk, state=Outbound.State.SENT, sent_at=clock.now())
    )


def arrived(release):
    """A mailing whose letters have all left."""
    mailing, written = begun(release), Written()
    waited(mailing, written)
    for line in mailing.lines.all():
        sent(line)
    return mailing, dict(written.letters)


def states(mailing):
    return dict(Line.objects.filter(mailing=mailing).values_list("address", "state"))


# ---------------------------------------------------------------- who gets it


def test_only_addresses_with_the_flag_get_a_letter_even_of_one_card(release, both, cast):
    cards.add_email(cast.anna.pk, "anna.home@example.org", actor=GLEB)
    mailing = services.plan(release, MOSCOW, GLEB)
    assert set(states(mailing)) == {"anna@example.org", "boris@example.org"}


@pytest.mark.parametrize(
    ("why", "make"),
    [
        (LeftOut.BOUNCED, lambda cast: cards.mark_bounced("anna@example.org", "5.1.1 no such user", clock.now())),
        (LeftOut.NO_RIGHT, lambda cast: Licence.objects.filter(organisation=cast.ryabina).update(products=["desktop"])),
        (
            LeftOut.MAINTENANCE_ENDED,
            lambda cast: Licence.objects.filter(organisation=cast.ryabina).update(maintenance_until=date(2024, 6, 1)),
        ),
        (LeftOut.HAS_IT, lambda cast: device_of(cast.anna, "4.3.0")),
        (LeftOut.HAS_IT, lambda cast: device_of(cast.anna, "4.10.1")),
        (None, lambda cast: device_of(cast.anna, "4.2.9")),
        (None, lambda cast: device_of(cast.anna, "whatever")),
        (None, lambda cast: device_of(cast.anna, "9.0", product="desktop")),
    ],
)
def test_who_is_left_out_and_why(release, cast, why, make):
    flagged("anna@example.org")
    make(cast)
    found = audience.audience_of(release, clock.now(), MOSCOW)
    assert [(email.address, reason) for email, reason in found.left_out] == ([("anna@example.org", why)] if why else [])
    assert len(found.taken) == (0 if why else 1)


def test_everybody_gets_what_is_free(release, cast):
    flagged("kirill@kedr.example.org")
    assert audience.audience_of(release, clock.now(), MOSCOW).counts == {LeftOut.NO_RIGHT: 1}
    line = releases.line("mobile")
    line.free = True
    line.save()
    assert len(audience.audience_of(release, clock.now(), MOSCOW).taken) == 1


def test_the_audience_is_judged_with_as_many_queries_for_two_as_for_one(release, cast, django_assert_num_queries):
    flagged("anna@example.org")
    with django_assert_num_queries(5):
        audience.audience_of(release, clock.now(), MOSCOW)
    flagged("boris@example.org"), flagged("kirill@kedr.example.org")
    with django_assert_num_queries(5):
        audience.audience_of(release, clock.now(), MOSCOW)


# ---------------------------------------------------------------- exactly one each


def test_planned_twice_is_one_mailing_with_one_line_each(release, both):
    assert services.plan(release, MOSCOW, GLEB).pk == services.plan(release, MOSCOW, GLEB).pk
    assert Line.objects.count() == 2


def test_the_registry_is_looked_at_again_at_the_start(release, both, cast):
    services.plan(release, MOSCOW, GLEB)
    cards.set_mobile_mailing(both[0].pk, on=False, actor=GLEB)
    cards.add_email(cast.boris.pk, "boris.home@example.org", actor=GLEB, mobile_mailing=True)
    assert set(states(begun(release))) == {"boris@example.org", "boris.home@example.org"}


def test_each_line_is_handed_over_once_however_often_it_is_tried(release, both):
    mailing, written = begun(release), Written()
    for _ in range(3):
        waited(mailing, written)
    assert sorted(address for address, _ in written.letters) == ["anna@example.org", "boris@example.org"]
    assert set(states(mailing).values()) == {LineState.HANDED.value}


def test_a_writer_that_fails_leaves_everything_as_it_was(release, both):
    mailing = begun(release)

    def broken(line, tokens):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        waited(mailing, broken)
    assert set(states(mailing).values()) == {LineState.QUEUED.value}
    assert not Link.objects.exists()


def test_who_left_the_registry_meanwhile_or_takes_no_mail_gets_none(release, both):
    mailing, written = begun(release), Written()
    cards.set_mobile_mailing(both[0].pk, on=False, actor=GLEB)
    cards.remove_email(both[1].pk, actor=GLEB)
    waited(mailing, written)
    assert written.letters == []
    assert set(states(mailing).values()) == {LineState.DROPPED.value}
    assert selectors.by_id(mailing.pk).state == MailingState.FINISHED


# ---------------------------------------------------------------- the pace


@given(pace=st.integers(1, 600), pauses=st.lists(st.integers(0, 90), min_size=1, max_size=12))
def test_however_often_it_is_called_no_more_leaves_than_the_pace_allows(pace, pauses):
    moment, next_at, gone, start = 0.0, 0.0, 0, 0.0
    for pause in pauses:
        moment += pause
        room, next_at = progress.room_at(moment, next_at, 60 / pace)
        gone += room
        next_at += 60 / pace * room
        assert gone <= (moment - start + progress.BURST.total_seconds()) * pace / 60 + 1


def test_letters_leave_at_the_pace_and_go_on_later(release, both, monkeypatch):
    mailing, written = begun(release, per_minute=1), Written()
    assert progress.let_go(mailing.pk, written)[0] == 1
    handed, more = progress.let_go(mailing.pk, written)
    assert handed == 0
    assert timedelta(seconds=50) < more - clock.now() <= timedelta(minutes=1)
    mailing.refresh_from_db()
    mailing.next_at = clock.now()
    mailing.save()
    assert progress.let_go(mailing.pk, written) == (1, None)


@pytest.mark.parametrize("pace", [0, -1, services.FASTEST + 1])
def test_an_impossible_pace_is_refused(release, both, pace):
    mailing = services.plan(release, MOSCOW, GLEB)
    with pytest.raises(MailingError, match=r"1 to 6000"):
        services.start(mailing.pk, pace, MOSCOW, GLEB)


# ---------------------------------------------------------------- steering


def test_nothing_leaves_a_paused_mailing_until_it_is_resumed(release, both):
    mailing, written = begun(release), Written()
    services.pause(mailing.pk, GLEB)
    assert progress.due() == []
    assert waited(mailing, written) == (0, None)
    services.resume(mailing.pk, GLEB)
    assert waited(mailing, written)[0] == 2


def test_a_halted_version_pauses_its_mailing(release, both):
    mailing = begun(release)
    releases.halt(release.pk, "Падает при запуске", GLEB)
    assert waited(mailing, Written()) == (0, None)
    mailing = selectors.by_id(mailing.pk)
    assert (mailing.state, mailing.reason) == (MailingState.PAUSED, "выпуск версии остановлен")
    with pytest.raises(MailingError):
        services.resume(mailing.pk, GLEB)


def test_a_stopped_mailing_cancels_what_is_queued_and_stays_so(release, both):
    mailing = begun(release, per_minute=1)
    progress.let_go(mailing.pk, Written())
    with pytest.raises(MailingError):
        services.stop(mailing.pk, " ", GLEB)
    services.stop(mailing.pk, "Ошибка в описании", GLEB)
    assert sorted(states(mailing).values()) == [LineState.DROPPED.value, LineState.HANDED.value]
    for act in (lambda: services.resume(mailing.pk, GLEB), lambda: services.pause(mailing.pk, GLEB)):
        with pytest.raises(ConflictError):
            act()


def test_a_mailing_whose_letters_have_left_is_finished(release, both):
    mailing, _ = arrived(release)
    assert selectors.by_id(mailing.pk).state == MailingState.FINISHED
    assert set(states(mailing).values()) == {LineState.SENT.value}
    codes = [entry.code for entry in of_subject("mailing", mailing.pk)]
    assert codes == ["mailing.planned", "mailing.started", "mailing.finished"]


def test_a_mailing_to_nobody_is_finished_at_once(release):
    assert selectors.by_id(begun(release).pk).state == MailingState.FINISHED


def test_who_has_not_installed_is_reminded_with_a_link_of_its_own(release, both, cast):
    mailing, first = arrived(release)
    progress.note_version([cast.boris.pk], "mobile", "4.3.0")
    progress.note_opened(progress.link_of(first["anna@example.org"].page))
    assert services.remind(mailing.pk, GLEB) == 1
    written = Written()
    waited(mailing, written)
    ((address, second),) = written.letters
    assert address == "anna@example.org"
    assert second != first[address]
    sent(Line.objects.get(address=address))
    assert states(mailing) == {"anna@example.org": LineState.OPENED.value, "boris@example.org": "installed"}
    assert progress.link_of(first[address].page).line == progress.link_of(second.page).line


def test_who_joins_later_gets_a_letter_of_the_same_mailing(release, both, cast):
    mailing, _ = arrived(release)
    assert services.add_late(mailing.pk, MOSCOW, GLEB) == 0
    cards.add_email(cast.anna.pk, "anna.home@example.org", actor=GLEB, mobile_mailing=True)
    assert services.add_late(mailing.pk, MOSCOW, GLEB) == 1
    written = Written()
    waited(mailing, written)
    assert [address for address, _ in written.letters] == ["anna.home@example.org"]


# ---------------------------------------------------------------- what becomes of a letter


def test_a_line_shows_the_furthest_that_happened_in_whatever_order_it_is_told(release, both, cast):
    mailing, letters = arrived(release)
    link = progress.link_of(letters["anna@example.org"].page)
    Line.objects.filter(address="anna@example.org").update(state=LineState.HANDED.value, sent_at=None)
    progress.note_opened(link)
    progress.take_download(link)
    assert states(mailing)["anna@example.org"] == LineState.DOWNLOADED.value
    progress.note_opened(link)
    assert states(mailing)["anna@example.org"] == LineState.DOWNLOADED.value
    progress.note_version([cast.anna.pk], "mobile", "4.3.1")
    sent(Line.objects.get(address="anna@example.org"))
    assert states(mailing)["anna@example.org"] == LineState.INSTALLED.value


@pytest.mark.parametrize(
    ("product", "version", "settled"),
    [("mobile", "4.3.0", 1), ("mobile", "4.4", 1), ("mobile", "4.2.9", 0), ("desktop", "9.9", 0), ("mobile", "?", 0)],
)
def test_a_report_of_that_version_or_a_later_one_is_an_installation(release, both, cast, product, version, settled):
    arrived(release)
    assert progress.note_version([cast.anna.pk], product, version) == settled


def test_a_bounce_marks_a_letter_that_nobody_opened(release, both):
    mailing, letters = arrived(release)
    progress.note_opened(progress.link_of(letters["anna@example.org"].page))
    for line in mailing.lines.all():
        progress.note_bounced(line.pk, "5.1.1")
    assert states(mailing) == {"anna@example.org": "opened", "boris@example.org": "bounced"}
    assert [line.address for line in selectors.lines(mailing.pk)][0] == "boris@example.org"  # noqa: RUF015


# ---------------------------------------------------------------- links


def test_only_the_hash_of_a_link_is_kept(release, both):
    _, letters = arrived(release)
    kept = str(list(Link.objects.values()))
    assert all(token.page not in kept and token.leave not in kept for token in letters.values())
    assert len({token.page for token in letters.values()}) == 2
    assert all(len(token.page) == 22 for token in letters.values())  # 128 bits


@pytest.mark.parametrize("way", ["expired", "revoked", "halted", "withdrawn", "made up"])
def test_a_link_that_leads_nowhere(release, both, way):
    _, letters = arrived(release)
    token = letters["anna@example.org"].page
    if way == "expired":
        Link.objects.update(expires_at=clock.now())
    elif way == "revoked":
        services.revoke(Line.objects.get(address="anna@example.org").pk, GLEB)
    elif way == "halted":
        releases.halt(release.pk, "Падает", GLEB)
    elif way == "withdrawn":
        releases.withdraw(release.pk, "Падает", GLEB)
    else:
        token = "A" * 22
    with pytest.raises(NotAllowedError):
        progress.link_of(token)


def test_a_file_is_fetched_ten_times_by_one_link_and_no_more(release, both):
    _, letters = arrived(release)
    link = progress.link_of(letters["anna@example.org"].page)
    for _ in range(10):
        progress.take_download(link)
    with pytest.raises(NotAllowedError):
        progress.take_download(link)


# what is asked for: [(thousandths, whether it begins the file), …], how many downloads that is, the last refused
PARTS = {
    "a broken download goes on": ([(1000, True), (600, False), (200, False)], 1, False),
    "a part of what nobody began": ([(999, False)], 1, False),
    "all but the first byte, over and over": ([(1000, True)] + [(999, False)] * 30, 1, True),
    "little parts of one file": ([(2, True)] + [(2, False)] * 800, 1, False),
    "the beginning alone, over and over": ([(1, True)] * 11, 10, True),
}


@pytest.mark.parametrize(("parts", "downloads", "refused"), PARTS.values(), ids=PARTS)
def test_what_a_download_is(release, both, parts, downloads, refused):
    _, letters = arrived(release)
    link = progress.link_of(letters["anna@example.org"].page)
    for share, begins in parts[:-1]:
        progress.take_download(link, share, begins=begins)
    with pytest.raises(NotAllowedError) if refused else nullcontext():
        progress.take_download(link, parts[-1][0], begins=parts[-1][1])
    assert Link.objects.get(pk=link.pk).downloads == downloads


def test_a_program_that_follows_every_link_of_the_page_has_downloaded_nothing(release, both):
    mailing, letters = arrived(release)
    progress.take_download(progress.link_of(letters["anna@example.org"].page))
    assert states(mailing)["anna@example.org"] == LineState.SENT.value


def test_the_link_out_of_the_registry_works_after_the_other_has_expired(release, both):
    _, letters = arrived(release)
    Link.objects.update(expires_at=clock.now())
    assert progress.leaving(letters["anna@example.org"].leave).line.address == "anna@example.org"
    assert EmailAddress.objects.get(address="anna@example.org").mobile_mailing
    with pytest.raises(NotAllowedError):
        progress.leaving(letters["anna@example.org"].page)
