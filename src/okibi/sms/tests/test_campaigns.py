"""Campaigns: who gets them and who does not, at which pace, and nobody twice."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from okibi.journal.models import Entry
from okibi.journal.services import Actor
from okibi.kernel import clock
from okibi.kernel.errors import ConflictError
from okibi.policy.sms_words import Wish
from okibi.sms import campaign_progress as progress
from okibi.sms import campaign_selectors as selectors
from okibi.sms import campaigns, queue, services
from okibi.sms.campaigns import CampaignError, Text, Wanted
from okibi.sms.gateways.port import Refused, Sent, Unknown
from okibi.sms.models import Recipient, Sms
from okibi.sms.tests.gateways import ANNA, alive

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)
GLEB = Actor("staff", 1, "Глеб")
BORIS, KIRILL, LANDLINE = "+79000000018", "+79000000019", "+74950000000"
HELLO = Text("Касса", "{name}, выходит версия 5", "{name}, version 5 is out", is_advert=False)
THREE = [Wanted(ANNA, "Анна"), Wanted(BORIS, "Boris", language="en"), Wanted(KIRILL, "Кирилл")]


def draft(wanted=THREE, text=HELLO):
    made = campaigns.create(text, GLEB)
    return campaigns.put_recipients(made.pk, wanted, "файл", GLEB)


def started(wanted=THREE, text=HELLO, per_minute=600):
    return campaigns.start(draft(wanted, text).pk, per_minute, GLEB)


def texts():
    return dict(Sms.objects.filter(source="campaign").values_list("number", "text"))


def whys(campaign):
    return [row.why for row in campaign.recipients.order_by("pk")]


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (Wanted("8 (900) 000-00-17", "Анна"), ""),
        (Wanted("Анна", "Анна"), "bad_number"),
        (Wanted(LANDLINE, "Анна"), "landline"),
        (Wanted("900", "Банк"), "no_sms"),
        (Wanted("8 800 000-00-00", "Линия"), "no_sms"),
        (Wanted(ANNA, ""), "no_value"),
        (Wanted(ANNA, "Ы" * 700), ""),  # a name is cut, a text is not
    ],
)
def test_who_does_not_get_it_and_why(wanted, why):
    assert whys(draft([wanted])) == [why]


def test_a_number_that_comes_twice_gets_it_once_and_the_second_says_so():
    assert whys(draft([Wanted(ANNA, "Анна"), Wanted("89000000017", "Она же")])) == ["", "duplicate"]


@pytest.mark.parametrize(
    ("wish", "advert", "why"),
    [
        (None, False, ""),
        (None, True, "no_consent"),
        (Wish.IN, True, ""),
        (Wish.OUT, False, "opted_out"),
        (Wish.OUT, True, "opted_out"),
    ],
)
def test_adverts_need_consent_and_nobody_who_wants_none_gets_any(wish, advert, why):
    if wish:
        services.wish(ANNA, wish, source="desk")
    assert whys(draft(THREE[:1], HELLO._replace(is_advert=advert))) == [why]


@pytest.mark.parametrize(
    ("text", "field", "said"),
    [
        (HELLO._replace(name=" "), "name", "Назовите"),
        (HELLO._replace(ru="", en=" "), "text_ru", "хотя бы на одном"),
        (HELLO._replace(ru="Раз\n{nome}"), "text_ru", "Строка 2: поля {nome} нет"),
        (HELLO._replace(en="{name"), "text_en", "Строка 1: скобка без пары"),
    ],
)
def test_a_text_is_checked_before_it_is_kept(text, field, said):
    with pytest.raises(CampaignError) as refused:
        campaigns.create(text, GLEB)
    assert refused.value.field == field
    assert said in refused.value.sentence.ru


def test_each_gets_the_text_of_their_language_with_their_values():
    campaign = started()
    assert progress.let_go(campaign.pk)[0] >= 1
    with clock.at(clock.now() + timedelta(minutes=1)):
        progress.let_go(campaign.pk)
    assert texts() == {
        ANNA: "Анна, выходит версия 5",
        BORIS: "Boris, version 5 is out",
        KIRILL: "Кирилл, выходит версия 5",
    }


def test_where_one_language_has_no_text_the_other_stands_in():
    campaign = started(text=HELLO._replace(en=""))
    with clock.at(clock.now() + timedelta(minutes=1)):
        progress.let_go(campaign.pk)
    assert texts()[BORIS] == "Boris, выходит версия 5"


def test_values_with_braces_are_put_in_as_they_are():
    campaign = started([Wanted(ANNA, "{code}")])
    progress.let_go(campaign.pk)
    assert texts() == {ANNA: "{code}, выходит версия 5"}


def test_the_preview_counts_segments_costs_and_says_who_sleeps(office):
    office(sending='[sending]\nquiet = "22:00-08:00"\nprice = "2,50"')
    campaign = draft([*THREE, Wanted(LANDLINE, "Офис")])
    with clock.at(NOON + timedelta(hours=11)):  # 23:00 in Moscow
        found = selectors.preview(campaign)
    assert (found.taken, found.segments, found.cost) == (3, 3, Decimal("7.50"))
    assert [(why.value, count) for why, count in found.counts] == [("landline", 1)]
    assert (found.asleep, found.wakes) == (3, NOON + timedelta(hours=20))


def test_at_night_nobody_is_queued_and_in_the_morning_it_goes_on(office):
    office(sending='[sending]\nquiet = "22:00-08:00"')
    with clock.at(NOON + timedelta(hours=11)):
        campaign = started()
        handed, look = progress.let_go(campaign.pk)
        while look == clock.now():
            handed, look = progress.let_go(campaign.pk)
    assert (handed, look, texts()) == (0, NOON + timedelta(hours=20), {})
    with clock.at(look + timedelta(minutes=1)):
        progress.let_go(campaign.pk)
    assert len(texts()) == 3


def test_the_pace_is_kept():
    with clock.at(NOON):
        campaign = started(per_minute=1)
        assert progress.let_go(campaign.pk) == (1, NOON + timedelta(minutes=1))
        assert progress.let_go(campaign.pk)[0] == 0
    with clock.at(NOON + timedelta(minutes=1)):
        assert progress.let_go(campaign.pk)[0] == 1


def test_a_worker_that_dies_between_two_commits_sends_nobody_twice(monkeypatch):
    campaign = started()
    real, calls = services.submit, []

    def dying(*args, **more):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **more)

    with clock.at(clock.now() + timedelta(minutes=1)):
        monkeypatch.setattr(services, "submit", dying)
        with pytest.raises(KeyboardInterrupt):
            progress.let_go(campaign.pk)
        assert texts() == {}  # its batch is whole or not at all
        monkeypatch.setattr(services, "submit", real)
        progress.let_go(campaign.pk)
        progress.let_go(campaign.pk)
    assert Sms.objects.filter(source="campaign").count() == 3


def test_a_recipient_whose_mark_was_lost_is_not_sent_a_second_one():
    campaign = started(THREE[:1])
    progress.let_go(campaign.pk)
    Recipient.objects.update(state="planned", sms=None)  # as if the SMS were committed and its mark were not
    with clock.at(clock.now() + timedelta(minutes=1)):
        progress.let_go(campaign.pk)
    assert Sms.objects.filter(source="campaign").count() == 1


def test_a_pause_takes_back_what_waits_and_going_on_sends_each_once():
    campaign = started()
    with clock.at(clock.now() + timedelta(minutes=1)):
        progress.let_go(campaign.pk)
        first = alive()[0]
        (claim,) = queue.claim([first], 1, {})
        queue.hand(claim.sms, 1)
        queue.settle(claim.sms, first, Sent("1"))
        campaigns.pause(campaign.pk, GLEB)
        assert sorted(Sms.objects.values_list("state", flat=True)) == ["cancelled", "cancelled", "sent"]
        assert progress.let_go(campaign.pk) == (0, None)
        campaigns.resume(campaign.pk, GLEB)
    with clock.at(clock.now() + timedelta(minutes=2)):
        progress.let_go(campaign.pk)
    live = Sms.objects.filter(source="campaign").exclude(state="cancelled")
    assert sorted(live.values_list("number", flat=True)) == [ANNA, BORIS, KIRILL]


def test_a_second_line_of_a_number_stays_left_out_after_a_pause():
    campaign = started([Wanted(ANNA, "Анна"), Wanted(ANNA, "Она же")])
    progress.let_go(campaign.pk)
    queue.claim(alive(), 1, {})
    campaigns.pause(campaign.pk, GLEB)
    campaigns.resume(campaign.pk, GLEB)
    assert whys(campaign) == ["", "duplicate"]


def test_who_opts_out_meanwhile_gets_nothing_more():
    campaign = started(THREE[:1])
    services.wish(ANNA, Wish.OUT, source="sms")
    progress.let_go(campaign.pk)
    assert Sms.objects.get(source="campaign").state == "blocked"


def test_stopping_ends_it_for_good():
    campaign = started(per_minute=1)
    progress.let_go(campaign.pk)
    with pytest.raises(CampaignError):
        campaigns.stop(campaign.pk, " ", GLEB)
    campaigns.stop(campaign.pk, "ошибка в тексте", GLEB)
    assert set(campaign.recipients.values_list("state", flat=True)) == {"dropped"}
    with pytest.raises(ConflictError):
        campaigns.resume(campaign.pk, GLEB)


def test_one_that_is_scheduled_begins_by_itself_and_looks_at_everybody_anew():
    with clock.at(NOON):
        campaign = draft()
        with pytest.raises(CampaignError):
            campaigns.schedule(campaign.pk, NOON, 60, GLEB)
        campaigns.schedule(campaign.pk, NOON + timedelta(hours=1), 60, GLEB)
        assert progress.due() == []
        services.wish(ANNA, Wish.OUT, source="sms")
    with clock.at(NOON + timedelta(hours=1)):
        assert progress.due() == [campaign.pk]
        assert whys(campaign) == ["opted_out", "", ""]


def test_one_whose_recipients_all_left_stops_with_the_reason():
    with clock.at(NOON):
        campaign = draft(THREE[:1])
        campaigns.schedule(campaign.pk, NOON + timedelta(hours=1), 60, GLEB)
        services.wish(ANNA, Wish.OUT, source="sms")
    with clock.at(NOON + timedelta(hours=1)):
        assert progress.due() == []
    campaign.refresh_from_db()
    assert (campaign.state, campaign.reason) == ("stopped", campaigns.NOBODY.ru)


def test_nobody_to_send_to_is_no_campaign():
    with pytest.raises(CampaignError):
        campaigns.start(draft([Wanted(LANDLINE, "Офис")]).pk, 60, GLEB)


def test_a_test_goes_to_one_number_with_the_first_recipients_values_and_once():
    campaign = draft()
    for _ in range(2):
        campaigns.send_test(campaign.pk, "+79000000099", "ru", "f1", GLEB)
    sent = Sms.objects.get(source="hand")
    assert (sent.number, sent.text) == ("+79000000099", "Анна, выходит версия 5")


def test_the_report_is_live_and_counts_what_it_costs(office, django_assert_num_queries):
    office(sending='[sending]\nprice = "3"')
    campaign = started([*THREE, Wanted(LANDLINE, "Офис")])
    with clock.at(clock.now() + timedelta(minutes=1)):
        progress.let_go(campaign.pk)
        line = alive()[0]
        for fate in (Sent("1"), Refused("CMS 1", permanent=True), Unknown("silent")):
            (claim,) = queue.claim([line], 1, {})
            queue.hand(claim.sms, 1)
            queue.settle(claim.sms, line, fate)
        assert progress.let_go(campaign.pk) == (0, None)
    campaign.refresh_from_db()
    with django_assert_num_queries(1):
        course = selectors.course(campaign)
    assert course.states == {"sent": 1, "failed": 1, "uncertain": 1}
    assert (course.total, course.left_out, course.over) == (4, 1, 3)
    assert course.reasons == [("CMS 1", 1)]
    assert course.cost == Decimal(6)  # what may have left
    assert campaign.state == "finished"


def test_every_act_is_on_record():
    campaign = started()
    campaigns.pause(campaign.pk, GLEB)
    campaigns.change_pace(campaign.pk, 5, GLEB)
    campaigns.resume(campaign.pk, GLEB)
    campaigns.stop(campaign.pk, "хватит", GLEB)
    codes = Entry.objects.filter(subject_kind="sms_campaign").order_by("id").values_list("code", flat=True)
    assert [code.removeprefix("sms.campaign_") for code in codes] == [
        "made", "recipients", "started", "paused", "pace", "resumed", "stopped",
    ]  # fmt: skip
