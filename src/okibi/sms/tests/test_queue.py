"""Which line gets which SMS, and what every fate makes of both."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from okibi.journal.models import Entry
from okibi.kernel import clock
from okibi.sms import inward, lines, queue, selectors, usage
from okibi.sms.gateways.port import LineNews, Refused, Sent, Trouble, Unknown
from okibi.sms.holding import Holder
from okibi.sms.models import Line, SimUse, Sms, SmsIn
from okibi.sms.tests.gateways import ANNA, alive, put

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)


def state_of(row):
    row.refresh_from_db()
    return str(row.state)


def carried(line, fate, holder=1):
    """One SMS claimed, handed over and settled."""
    (claim,) = queue.claim([line], holder, {})
    assert queue.hand(claim.sms, holder)
    return claim, queue.settle(claim.sms, line, fate)


def codes():
    return list(Entry.objects.order_by("id").values_list("code", flat=True))


@pytest.mark.parametrize(
    ("fate", "state", "counted"),
    [
        (Sent("32"), "sent", 1),
        (Refused("CMS 1", permanent=True), "failed", 0),
        (Refused("CMS 38"), "queued", 0),
        (Trouble("GSM_LOGOUT"), "queued", 0),
        (Unknown("no final answer"), "uncertain", 1),
    ],
)
def test_each_fate_makes_its_state_and_only_what_may_have_left_counts(fate, state, counted):
    row, line = put(), alive()[0]
    carried(line, fate)
    assert state_of(row) == state
    assert usage.used(Line.objects.get(pk=line).sim, usage.today()) == (counted, counted)


def test_the_more_urgent_leaves_first_then_the_older():
    keys = [put(key=key, priority=priority).pk for key, priority in (("a", 0), ("b", 5), ("c", 0))]
    line = alive()[0]
    order = [carried(line, Sent())[0].sms for _ in keys]
    assert order == [keys[1], keys[0], keys[2]]


def test_what_one_line_could_not_another_does_and_the_same_does_not_try_again():
    row, (first, second) = put(), alive()
    carried(first, Refused("CMS 38"))
    assert queue.claim([first], 1, {}) == []
    carried(second, Sent())
    assert state_of(row) == "sent"


def test_what_no_line_can_send_fails_with_the_last_reason():
    row = put()
    for line in alive():
        carried(line, Refused("CMS 38: network out of order"))
    assert (state_of(row), row.error) == ("failed", "CMS 38: network out of order")


def test_an_sms_for_an_operators_number_waits_for_its_lines_while_one_lives(office):
    office(
        count=1,
        more='group = "mts"',
        sending='[[group]]\nname = "mts"\nprefixes = "+7910"\n[[group]]\nname = "t2"\nprefixes = "+7900"',
    )
    put()
    (line,) = alive()
    assert queue.claim([line], 1, {line: "mts", 999: "t2"}) == []
    assert len(queue.claim([line], 1, {line: "mts"})) == 1


def test_limits_are_segments_of_the_sim_and_are_never_passed(office):
    office(count=1, more="day_limit = 3")
    (line,) = alive()
    with clock.at(NOON):
        rows = [put(key=str(number), text="я" * 100) for number in range(3)]  # two segments each
        carried(line, Sent())
        assert queue.claim([line], 1, {}) == []
        single = put(key="short", priority=-1)
        assert [claim.sms for claim in queue.claim([line], 1, {})] == [single.pk]
    with clock.at(NOON + timedelta(hours=13)):  # past midnight by the desk's clock
        lines.alive(line, LineNews())
        assert [claim.sms for claim in queue.claim([line], 1, {})] == [rows[1].pk]


def test_another_sim_in_the_slot_has_its_own_limit_and_no_number(office):
    office(count=1, more="day_limit = 1")
    (line,) = alive()
    lines.alive(line, LineNews(number="+79000000031"))
    carried_one = put(key="a")
    carried(line, Sent())
    put(key="b")
    assert queue.claim([line], 1, {}) == []
    lines.alive(line, LineNews(imsi="999", iccid="8999"))
    assert Line.objects.get(pk=line).number == ""
    assert len(queue.claim([line], 1, {})) == 1
    assert "sms.sim_swapped" in codes()
    assert state_of(carried_one) == "sent"


def test_a_line_that_fails_in_a_row_rests_longer_each_time_and_one_success_forgives():
    line = alive()[0]
    with clock.at(NOON):
        for number in range(lines.FAILING_AFTER):
            put(key=str(number))
            carried(line, Unknown("silent"))
        parked = Line.objects.get(pk=line).parked_until
        assert parked == NOON + lines.PARKED_FOR[0]
        put(key="next")
        assert queue.claim([line], 1, {}) == []
    with clock.at(parked):
        carried(line, Sent())
        assert Line.objects.get(pk=line).failures == 0
    assert codes().count("sms.line_failing") == 1


def test_a_silent_line_is_told_of_once_and_again_when_it_is_back():
    line = alive()[0]
    later = clock.now() + timedelta(seconds=93)
    with clock.at(later):
        assert lines.silent() == 2
        assert lines.silent() == 0
        lines.alive(line, LineNews())
    assert codes().count("sms.line_silent") == 2
    assert codes().count("sms.line_back") == 1


def test_a_report_settles_the_newest_sms_of_its_number_within_an_hour():
    line = alive()[0]
    with clock.at(NOON - timedelta(hours=2)):
        old = put(key="old")
        carried(line, Sent("32"))
    with clock.at(NOON):
        assert not queue.delivered(line, "32", "", 0)
        new = put(key="new")
        carried(line, Sent("32"))
        assert queue.delivered(line, "32", ANNA, 0)
    assert (state_of(old), state_of(new)) == ("sent", "delivered")


def test_a_report_before_the_sms_was_known_as_sent_is_not_lost():
    row, line = put(), alive()[0]
    (claim,) = queue.claim([line], 1, {})
    queue.hand(claim.sms, 1)
    assert not queue.delivered(line, "32", "", 0)
    lines.keep_event(line, "DELIVER", "1", {"sms_no": "32", "state": "0"}, waits=True)
    queue.settle(claim.sms, line, Sent("32"))
    assert state_of(row) == "delivered"


@pytest.mark.parametrize(("status", "state"), [(0, "delivered"), (1, "sent"), (32, "sent"), (70, "failed")])
def test_statuses_of_a_report(status, state):
    row, line = put(), alive()[0]
    carried(line, Sent("5"))
    queue.delivered(line, "5", "", status)
    assert state_of(row) == state


def test_a_report_settles_one_of_unknown_fate_by_its_number():
    row, line = put(), alive()[0]
    carried(line, Unknown("no final answer"))
    assert queue.delivered(line, "9", "+79000000017", 0)
    assert state_of(row) == "delivered"


def test_late_news_settles_one_of_unknown_fate_and_a_late_refusal_never_sends_again():
    line = alive()[0]
    for fate, state in ((Sent("4"), "sent"), (Refused("CMS 38"), "failed"), (Trouble("busy"), "uncertain")):
        row = put(key=state)
        carried(line, Unknown("no final answer"))
        Line.objects.update(parked_until=None)
        queue.settle(row.pk, line, fate)
        assert state_of(row) == state


def test_of_a_dead_process_what_was_not_handed_over_goes_back_and_the_rest_is_uncertain():
    first, second = put(key="a"), put(key="b")
    claims = queue.claim(alive(), 4711, {})
    queue.hand(claims[0].sms, 4711)
    assert queue.free_the_dead() == (1, 1)
    assert {state_of(first), state_of(second)} == {"queued", "uncertain"}
    assert sum(SimUse.objects.values_list("segments", flat=True)) == 1


def test_what_a_living_process_has_is_left_alone():
    holder = Holder()
    holder.keep()
    put()
    queue.claim(alive(), holder.number, {})
    assert queue.free_the_dead() == (0, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
    assert queue.free_the_dead() == (1, 0)


def test_what_was_taken_from_a_process_can_not_be_handed_over_by_it():
    put()
    (claim, *_) = queue.claim(alive(), 4711, {})
    queue.free_the_dead()
    assert not queue.hand(claim.sms, 4711)


@pytest.mark.parametrize(
    ("second", "new"),
    [
        (("7", ANNA, "привет"), False),
        (("7", ANNA, "другое"), True),  # after a reboot ids come again
        (("7", "+79000000018", "привет"), True),
        (("8", ANNA, "привет"), True),
    ],
)
def test_a_repeat_is_known_by_its_id_and_its_words(second, new):
    line = alive()[0]
    assert inward.store(line, "7", ANNA, "привет")
    assert inward.store(line, *second) is new


def test_an_old_id_is_another_sms():
    line = alive()[0]
    with clock.at(NOON):
        inward.store(line, "7", ANNA, "привет")
    with clock.at(NOON + inward.REPEATS_FOR + timedelta(seconds=1)):
        assert inward.store(line, "7", ANNA, "привет")


@pytest.mark.parametrize(("sender", "number"), [("+79000000017", ANNA), ("900", ""), ("Beeline", ""), ("", "")])
def test_any_sender_is_kept_as_it_came(sender, number):
    inward.store(alive()[0], "1", sender, "текст\x00")
    row = SmsIn.objects.get()
    assert (row.sender, row.number, row.text) == (sender, number, "текст")


def test_lines_are_listed_by_few_statements_however_many_there_are(office, django_assert_num_queries):
    office(count=12)
    alive()
    put()
    with django_assert_num_queries(4):
        shown = selectors.lines()
    assert (len(shown), shown[0].is_alive, shown[0].dbm) == (12, True, -73)


def test_a_line_that_the_file_has_no_more_gets_nothing(office):
    first, second = alive()
    office(count=1)
    alive()
    put()
    assert queue.claim([second], 1, {}) == []
    assert Sms.objects.get().state == "queued"
    assert len(queue.claim([first], 1, {})) == 1
