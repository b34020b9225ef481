"""What must hold when processes die at the worst moment, when numbers are bad and when lines are not alike."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from okibi.flows import sms_in
from okibi.kernel import clock
from okibi.sms import inward, lines, pieces, queue, reports, usage
from okibi.sms.gateways.port import LineNews, Piece, Refused, Sent, Trouble, Unknown
from okibi.sms.models import Consent, Line, LineEvent, Sms, SmsIn
from okibi.sms.options import sms_options
from okibi.sms.tests.gateways import ANNA, alive, put

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
EVENING = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)  # 21:30 in Moscow
BORIS = "+79000000018"


def state_of(row):
    row.refresh_from_db()
    return str(row.state)


def claimed(line, holder=1, alive=None):
    (claim,) = queue.claim([line], holder, alive or {})
    return claim


# ---------------------------------------------------------------- whose SMS it is


def test_what_was_taken_away_and_claimed_anew_by_the_same_process_leaves_by_the_second_claim_only():
    row, (first, second) = put(), alive()
    before = claimed(first)
    queue.free_the_dead()  # the process lives, its connection to the database was lost
    after = claimed(second)
    assert not queue.hand(before.sms, 1, before.attempt)
    assert queue.hand(after.sms, 1, after.attempt)
    assert queue.settle(row.pk, first, Trouble("taken back"), before.attempt) is None
    assert state_of(row) == "sending"


def test_an_old_claim_of_the_same_line_changes_nothing_of_the_new_one():
    row, line = put(), alive()[0]
    before = claimed(line)
    queue.free_the_dead()
    after = claimed(line)
    assert queue.hand(after.sms, 1, after.attempt)
    assert queue.settle(row.pk, line, Trouble("taken back"), before.attempt) is None
    assert state_of(row) == "sending"
    assert queue.settle(row.pk, line, Sent("7"), after.attempt) == "sent"


def test_news_of_a_hand_over_that_its_process_was_thought_dead_of_settles_it():
    row, line = put(), alive()[0]
    claim = claimed(line)
    queue.hand(claim.sms, 1, claim.attempt)
    queue.free_the_dead()
    assert state_of(row) == "uncertain"
    assert queue.settle(row.pk, line, Sent("7"), claim.attempt) == "sent"


# ---------------------------------------------------------------- which line


def test_numbers_that_do_not_exist_are_no_fault_of_the_line():
    line = alive()[0]
    for number in range(lines.FAILING_AFTER + 1):
        row = put(key=str(number))
        claim = claimed(line)
        queue.hand(claim.sms, 1, claim.attempt)
        queue.settle(row.pk, line, Refused("CMS 1: unassigned number", permanent=True), claim.attempt)
    found = Line.objects.get(pk=line)
    assert (found.failures, found.parked_until) == (0, None)


def test_what_every_line_of_its_operator_refused_goes_by_another_operators(office):
    groups = '[[group]]\nname = "mts"\nprefixes = "+7900"\n[[group]]\nname = "t2"\nprefixes = "+7910"'
    office(count=2, sending=groups)
    row, (mts, other) = put(), alive()
    Line.objects.filter(pk=mts).update(group="mts")
    Line.objects.filter(pk=other).update(group="t2")
    living = {mts: "mts", other: "t2"}
    assert queue.claim([other], 1, living) == []
    claim = claimed(mts, alive=living)
    queue.settle(row.pk, mts, Refused("CMS 38"), claim.attempt)
    assert [each.sms for each in queue.claim([other], 1, living)] == [row.pk]


def test_a_line_that_was_never_heard_is_nobodys_hope():
    row, (first, second) = put(), alive()
    Line.objects.filter(pk=second).update(seen_at=None)
    claim = claimed(first)
    assert queue.settle(row.pk, first, Refused("CMS 38"), claim.attempt) == "failed"


def test_an_operators_sims_that_have_nothing_left_make_nobody_wait(office, django_assert_num_queries):
    office(count=2, more="day_limit = 1")
    found = alive()
    put()
    claimed(found[0])
    rows = list(Line.objects.filter(pk__in=found))
    with django_assert_num_queries(1):
        assert usage.spent(rows, usage.today()) == {found[0]}
    with clock.at(clock.now() + timedelta(days=1)):
        assert usage.spent(rows, usage.today()) == set()


# ---------------------------------------------------------------- quiet hours


@pytest.fixture
def quiet(office):
    office(sending='[sending]\nquiet = "22:00-08:00"')


@pytest.mark.usefixtures("quiet")
def test_what_waited_for_a_line_into_the_night_waits_for_the_morning():
    with clock.at(EVENING):
        row, urgent = put(key="a"), put(BORIS, key="b", at_once=True, priority=-1)
    with clock.at(EVENING + timedelta(hours=1)):
        assert [each.sms for each in queue.claim(alive(), 1, {}, sms_options().quiet)] == [urgent.pk]
    row.refresh_from_db()
    assert row.not_before.isoformat() == "2026-11-24T05:00:00+00:00"


@pytest.mark.usefixtures("quiet")
def test_the_night_is_that_of_whoever_gets_it():
    with clock.at(EVENING - timedelta(hours=12)):  # 09:30 in Moscow, 16:30 in Vladivostok
        far = put(key="far", zone=ZoneInfo("Asia/Vladivostok"), priority=5)
        near = put(BORIS, key="near")
    with clock.at(EVENING - timedelta(hours=6)):  # 22:30 there
        assert [each.sms for each in queue.claim(alive(), 1, {}, sms_options().quiet)] == [near.pk]
    far.refresh_from_db()
    assert far.not_before.isoformat() == "2026-11-23T22:00:00+00:00"


# ---------------------------------------------------------------- SIM cards


def test_a_sim_that_says_its_name_later_has_the_same_limit(office):
    office(count=1, more="day_limit = 1")
    (line,) = lines.listed(sms_options().gateways).values()
    lines.alive(line, LineNews(has_network=True, imsi="250011"))
    first = put(key="a")
    claim = claimed(line)
    queue.hand(claim.sms, 1, claim.attempt)
    queue.settle(first.pk, line, Sent(), claim.attempt)
    lines.alive(line, LineNews(iccid="8970101"))
    put(key="b")
    assert queue.claim([line], 1, {}) == []
    assert usage.used("8970101", usage.today()) == (1, 1)


def test_another_card_is_known_by_its_own_number_too(office):
    office(count=1, more="day_limit = 1")
    (line,) = lines.listed(sms_options().gateways).values()
    lines.alive(line, LineNews(has_network=True, iccid="8970101", number="+79000000031"))
    lines.alive(line, LineNews(iccid="8970202"))
    found = Line.objects.get(pk=line)
    assert (found.number, found.iccid) == ("", "8970202")


# ---------------------------------------------------------------- reports


def test_a_report_with_a_number_is_never_of_another_number(office):
    line = alive()[0]
    for key, number in (("a", ANNA), ("b", BORIS)):
        row = put(number, key=key)
        claim = claimed(line)
        queue.hand(claim.sms, 1, claim.attempt)
        queue.settle(row.pk, line, Sent("32"), claim.attempt)  # the modem's counter came round
    assert queue.delivered(line, "32", "8" + ANNA[2:], 0)
    assert not queue.delivered(line, "32", "+79000000019", 0)
    assert dict(Sms.objects.values_list("number", "state")) == {ANNA: "delivered", BORIS: "sent"}


def test_a_report_that_came_early_is_that_of_its_number(office):
    row, line = put(), alive()[0]
    claim = claimed(line)
    queue.hand(claim.sms, 1, claim.attempt)
    lines.keep_event(line, "DELIVER", "1", {"sms_no": "32", "num": BORIS, "state": "0"}, waits=True)
    assert queue.settle(row.pk, line, Sent("32"), claim.attempt) == "sent"


@pytest.mark.parametrize(("told", "state"), [("0", "delivered"), ("70", "failed"), ("48", "uncertain")])
def test_a_report_that_came_while_the_gateways_answer_was_waited_for_says_what_the_answer_would_have(told, state):
    row, line = put(), alive()[0]
    claim = claimed(line)
    queue.hand(claim.sms, 1, claim.attempt)
    reports.told(line, "1", "7", BORIS, 0)
    reports.told(line, "2", "32", "8" + ANNA[2:], int(told))
    assert queue.settle(row.pk, line, Unknown("no final answer"), claim.attempt) == state
    assert Line.objects.get(pk=line).failures == (state == "uncertain")
    assert LineEvent.objects.filter(waits=True).count() == (1 if state != "uncertain" else 2)


def test_so_it_does_where_the_process_died_meanwhile():
    row, line = put(), alive()[0]
    claim = claimed(line)
    queue.hand(claim.sms, 1, claim.attempt)
    reports.told(line, "1", "32", ANNA, 0)
    queue.free_the_dead()
    assert (state_of(row), row.reference) == ("delivered", "32")


def test_a_report_of_an_sms_that_left_long_ago_is_not_that_of_the_one_on_its_way():
    """The telephone was off for hours; then both come to it."""
    line = alive()[0]
    with clock.at(clock.now() - timedelta(hours=5)):
        old = put(key="old")
        claim = claimed(line)
        queue.hand(claim.sms, 1, claim.attempt)
        queue.settle(old.pk, line, Sent("7"), claim.attempt)
    new = put(key="new")
    claim = claimed(line)
    queue.hand(claim.sms, 1, claim.attempt)
    reports.told(line, "1", "7", ANNA, 0)
    assert queue.settle(new.pk, line, Unknown("no final answer"), claim.attempt) == "uncertain"
    assert state_of(old) == "delivered"


# ---------------------------------------------------------------- what comes in


@pytest.mark.parametrize("sender", ["+74950000017", "+78005553535", "+79000000017"])
def test_stop_is_obeyed_whoever_says_it_and_holds_up_nobody(sender):
    line = alive()[0]
    inward.store(line, "1", sender, "СТОП")
    inward.store(line, "2", "900", "баланс")
    assert inward.take(sms_in.take) == 2
    assert Consent.objects.get().kind == "out"


def test_one_that_can_not_be_taken_now_holds_up_no_other():
    line = alive()[0]
    for number in range(3):
        inward.store(line, str(number), "900", f"№{number}")
    seen = []

    def take(row):
        seen.append(row.text)
        if row.text == "№0":
            raise ValueError("like no other")

    assert inward.take(take) == 2
    assert seen == ["№0", "№1", "№2"]
    assert inward.take(lambda row: None) == 1  # and it is tried again


# ---------------------------------------------------------------- what a gateway may say


def test_whatever_a_line_says_of_itself_it_is_heard():
    line = alive()[0]
    long = "я\x00" * 500
    news = LineNews(
        has_network=True, signal=31, operator=long, number=long, imei=long, imsi=long, iccid=long, model=long,
        facts={"a\x00": long},
    )  # fmt: skip
    before = clock.now() + timedelta(seconds=1)
    with clock.at(before):
        lines.alive(line, news)
    assert Line.objects.get(pk=line).seen_at == before


def test_whatever_a_line_tells_is_kept():
    line = alive()[0]
    lines.keep_event(line, "STATE\x00", "1\x00", {"x\x00": "\x00" * 9, "y": "z" * 70_000}, waits=False)
    assert len(LineEvent.objects.get().fields["y"]) < 70_000
    lines.keep_event(line, "STATE", "1", {"x": "", "y": "z" * 70_000})  # our answer was lost
    assert LineEvent.objects.count() == 1
    inward.store(line, "1\x00", "x\x00", "\x00" * 5)
    inward.store(line, "2", "x\ud83d", "половина знака: \ud83d")  # a telephone cut it there
    assert SmsIn.objects.count() == 2
    reports.told(line, "1\x00", "32\x00", "\x00\ud83d", 10**30, ("\x00",))
    piece = Piece("sar:1", 1, 2, "половина \ud83d\x00")
    assert not pieces.store(line, "3\x00", "x\x00\ud83d", piece)
