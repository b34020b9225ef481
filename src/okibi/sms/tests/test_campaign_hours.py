"""A campaign that sends between two hours of the day alone, beside quiet hours."""

from datetime import UTC, datetime, time, timedelta

import pytest

from okibi.journal.models import Entry
from okibi.kernel import clock
from okibi.kernel.errors import ConflictError
from okibi.sms import campaign_hours, campaigns, queue
from okibi.sms import campaign_progress as progress
from okibi.sms import campaign_selectors as selectors
from okibi.sms.campaigns import CampaignError, Wanted
from okibi.sms.models import Sms
from okibi.sms.tests.gateways import ANNA, alive
from okibi.sms.tests.test_campaigns import GLEB, THREE, draft, started, texts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)  # in Moscow
TEN, SIX = time(10), time(18)


def hours(campaign, begin=TEN, end=SIX):
    return campaign_hours.set_hours(campaign.pk, begin, end, GLEB)


def run(campaign):
    """All that the pace allows within a minute; when there is more to do."""
    base = clock.now()
    for second in range(5):
        with clock.at(base + timedelta(seconds=second)):
            look = progress.let_go(campaign.pk)[1]
    return look


@pytest.mark.parametrize(
    ("at", "leaves", "look"),
    [
        (NOON, 3, None),
        (NOON + timedelta(hours=6), 0, NOON + timedelta(hours=22)),  # 18:00 is over: tomorrow at 10
        (NOON - timedelta(hours=3), 0, NOON - timedelta(hours=2)),  # 9:00: an hour yet
    ],
)
def test_outside_its_hours_nothing_leaves(at, leaves, look):
    with clock.at(at):
        campaign = started()
        hours(campaign)
        found = run(campaign)
        assert len(texts()) == leaves
        assert look is None or found == look


def test_a_morning_is_the_recipients_own():
    with clock.at(NOON - timedelta(hours=1)):  # 11:00 in Moscow, 9:00 in Berlin
        campaign = started([Wanted(ANNA, "Анна"), Wanted("+4915100000000", "Анна")])
        hours(campaign)
        run(campaign)
        assert list(texts()) == [ANNA]


def test_quiet_hours_stand_beside(office):
    office(sending='[sending]\nquiet = "17:00-09:00"')
    with clock.at(NOON + timedelta(hours=5, minutes=30)):  # 17:30: within its hours, and quiet
        campaign = started()
        hours(campaign)
        assert run(campaign) == NOON + timedelta(hours=22)
        assert texts() == {}


def test_what_waits_for_a_line_when_they_end_goes_on_another_day():
    with clock.at(NOON):
        campaign = started()
        hours(campaign)
        run(campaign)
    evening = NOON + timedelta(hours=7)
    with clock.at(evening):
        run(campaign)
        assert not Sms.objects.filter(source="campaign", state="queued").exists()
        assert queue.claim(alive(), 1, {}) == []
        course = selectors.course(selectors.by_id(campaign.pk))
        assert (course.planned, course.states.get("cancelled", 0)) == (3, 0)
    with clock.at(NOON + timedelta(hours=23)):
        run(campaign)
        waiting = Sms.objects.filter(source="campaign", state="queued")
        assert sorted(waiting.values_list("number", flat=True)) == sorted(each.number for each in THREE)


def test_the_preview_says_who_waits_for_them():
    with clock.at(NOON + timedelta(hours=8)):
        campaign = draft()
        hours(campaign)
        found = selectors.preview(selectors.by_id(campaign.pk))
    assert (found.asleep, found.wakes) == (3, NOON + timedelta(hours=22))


def test_they_can_be_changed_and_taken_away_and_it_is_on_record():
    with clock.at(NOON + timedelta(hours=8)):
        campaign = started()
        hours(campaign)
        assert run(campaign) is not None
        campaign_hours.set_hours(campaign.pk, None, None, GLEB)
        run(campaign)
        assert len(texts()) == 3
    codes = list(Entry.objects.filter(code__contains="hours").order_by("id").values_list("code", flat=True))
    assert codes == ["sms.campaign_hours", "sms.campaign_any_hours"]


@pytest.mark.parametrize(
    ("begin", "end", "field"), [(TEN, None, "hours_until"), (None, TEN, "hours_from"), (TEN, TEN, "hours_until")]
)
def test_half_a_pair_is_refused(begin, end, field):
    with pytest.raises(CampaignError) as refused:
        hours(draft(), begin, end)
    assert refused.value.field == field


def test_hours_that_are_all_quiet_are_refused(office):
    office(sending='[sending]\nquiet = "22:00-08:00"')
    with pytest.raises(CampaignError):
        hours(draft(), time(23), time(7))


def test_an_ended_campaign_has_no_hours_to_change():
    campaign = started()
    campaigns.stop(campaign.pk, "ошибка", GLEB)
    with pytest.raises(ConflictError):
        hours(campaign)
