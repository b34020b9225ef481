"""SMS in the console: lines live, messages found, campaigns led by who may, texts counted while they are typed."""

import html
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from okibi.flows import sms_alerts
from okibi.journal.services import Actor
from okibi.kernel import clock
from okibi.policy.sms_words import Wish
from okibi.sms import balance, campaign_progress, campaigns, inward, lines, queue, services, templates, troubles
from okibi.sms.balance_options import BalanceOptions
from okibi.sms.campaigns import Text, Wanted
from okibi.sms.gateways.port import LineNews, Refused, Sent
from okibi.sms.models import Campaign, Line, Sms, SmsTemplate
from okibi.sms.tests.gateways import ANNA, alive, put

pytestmark = pytest.mark.django_db
GLEB = Actor("staff", 1, "Глеб")
BORIS = "+79000000018"


def text_of(answer) -> str:
    return html.unescape(b"".join(answer).decode() if answer.streaming else answer.content.decode())


def campaign():
    wanted = [Wanted(ANNA, "Анна"), Wanted("+74950000000", "Офис")]
    made = campaigns.create(Text("Касса", "{name}, привет", "", is_advert=False), GLEB)
    return campaigns.put_recipients(made.pk, wanted, "файл.csv", GLEB)


def act(who, row, name, **more):
    return who.post(reverse("console-sms-campaign-act", args=[row.pk]), {"act": name, **more}, follow=True)


def test_lines_show_what_they_are_and_do(as_vera):
    first, _ = alive()
    lines.alive(first, LineNews(operator="МТС", number="+79000000031"))
    balance.answered(first, BalanceOptions("*100#"), "Баланс: 512,40 р.")
    put()
    (claim,) = queue.claim([first], 1, {})
    queue.settle(claim.sms, first, Sent("1"))
    page = text_of(as_vera.get(reverse("console-sms")))
    for said in ("goip1", "МТС", "+7 900 000-00-31", "512,40", "-73 дБм", "99", "100 %", "работает"):
        assert said in page, said


def test_a_line_in_trouble_is_on_every_page_and_on_its_own(as_vera, oleg):
    (line, _) = alive()
    Line.objects.filter(pk=line).update(failures=3, last_error="CMS 38")
    sms_alerts.watch()
    page = text_of(as_vera.get(reverse("console-customers")))
    assert '<b class="hot">1</b>' in page
    assert "не отправляет: ошибки подряд" in text_of(as_vera.get(reverse("console-sms")))
    assert "CMS 38" in text_of(as_vera.get(reverse("console-sms-line", args=[line])))


def test_the_link_of_the_letter_leads_to_the_lines_page():
    assert sms_alerts.line_page(7).endswith(reverse("console-sms-line", args=[7]))


def test_a_gateway_shows_its_file_and_never_its_passwords(as_vera):
    alive()
    page = text_of(as_vera.get(reverse("console-sms-gateway", args=["office"])))
    assert "127.0.0.1:44444" in page
    assert "secret" not in page
    assert as_vera.get(reverse("console-sms-gateway", args=["none"])).status_code == 404


def test_without_gateways_the_page_says_how_to_connect_one(as_vera, settings, tmp_path):
    settings.OKIBI_SMS = str(tmp_path / "none.toml")
    assert "sms.toml" in text_of(as_vera.get(reverse("console-sms")))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, [ANNA, BORIS]),
        ({"state": "failed"}, [BORIS]),
        ({"state": "made up"}, [ANNA, BORIS]),
        ({"q": "000-00-17"}, [ANNA]),
        ({"q": "8 900 000-00-18"}, [BORIS]),
        ({"q": "8 900 000-00-99"}, []),
    ],
)
def test_messages_are_found_by_state_and_digits(as_vera, query, shown):
    put(ANNA, key="a")
    row = put(BORIS, key="b")
    Sms.objects.filter(pk=row.pk).update(state="failed")
    page = text_of(as_vera.get(reverse("console-sms-messages"), query))
    found = [
        number for number, said in ((ANNA, "+7 900 000-00-17"), (BORIS, "+7 900 000-00-18")) if f"{said}</a>" in page
    ]
    assert found == shown


def test_messages_of_one_line_and_what_came_in(as_vera):
    first, second = alive()
    put()
    queue.claim([first], 1, {})
    inward.store(second, "1", BORIS, "Касса не печатает")
    address = reverse("console-sms-messages")
    assert "+7 900 000-00-17</a>" in text_of(as_vera.get(address, {"line": first}))
    assert "+7 900 000-00-17</a>" not in text_of(as_vera.get(address, {"line": second}))
    assert "Касса не печатает" in text_of(as_vera.get(address, {"way": "in", "line": second}))


def test_lists_take_few_statements_however_long_they_are(as_oleg, django_assert_max_num_queries):
    first, _ = alive()
    for number in range(60):
        put(key=str(number))
    Sms.objects.update(line=first)
    services.wish(ANNA, Wish.IN, source="desk")
    campaign()
    names = ("console-sms", "console-sms-messages", "console-sms-campaigns", "console-sms-wishes", "console-sms-texts")
    for name in names:
        as_oleg.get(reverse(name))
        with django_assert_max_num_queries(18, info=name):
            as_oleg.get(reverse(name))


def test_older_messages_are_on_the_next_page(as_vera):
    for number in range(51):
        put(key=str(number), text=f"Заявка {number:03d}")
    page = text_of(as_vera.get(reverse("console-sms-messages")))
    assert "Заявка 000" not in page
    oldest = Sms.objects.order_by("-pk")[49]
    assert f"?before={oldest.pk}" in page
    assert "Заявка 000" in text_of(as_vera.get(reverse("console-sms-messages"), {"before": oldest.pk}))


def test_one_sms_has_its_history_and_is_sent_again_once(as_oleg):
    row, first = put(), alive()[0]
    (claim,) = queue.claim([first], 1, {})
    queue.hand(claim.sms, 1)
    queue.settle(row.pk, first, Refused("CMS 1: unassigned number", permanent=True))
    address = reverse("console-sms-message", args=[row.pk])
    page = text_of(as_oleg.get(address))
    assert "CMS 1: номер не существует" in page
    assert "office/goip1" in page
    as_oleg.post(reverse("console-sms-message-act", args=[row.pk]), {"act": "again"})
    as_oleg.post(reverse("console-sms-message-act", args=[row.pk]), {"act": "again"})
    assert Sms.objects.filter(source="hand").count() == 1


def test_what_waits_is_taken_back(as_oleg):
    row = put()
    as_oleg.post(reverse("console-sms-message-act", args=[row.pk]), {"act": "back"})
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_one_sms_by_hand_is_one_however_often_its_form_is_sent(as_oleg):
    sent = {"number": "8 900 000-00-17", "text": "Касса готова", "key": "k1"}
    for _ in range(2):
        as_oleg.post(reverse("console-sms-send"), sent)
    assert Sms.objects.filter(source="hand").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("number", "+7 495 000-00-00", "нужен мобильный номер"),
        ("text", "я" * 700, "длиннее 10 частей"),
        ("text", "{name}, касса готова", "вместо {name}"),  # of a template that was taken
    ],
)
def test_what_is_wrong_with_an_sms_stands_beside_its_field_and_what_was_typed_stays(as_oleg, field, value, said):
    sent = {"number": ANNA, "text": "Касса готова", "key": "k1", field: value}
    answer = as_oleg.post(reverse("console-sms-send"), sent)
    assert said in " ".join(answer.context["form"].errors[field])
    assert value in text_of(answer)
    assert not Sms.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Invoice 5", ["1 часть", "2,50", "GSM-7", "151"]),
        ("Заявка " * 11, ["2 части", "5,00", "UCS-2", "67", "русские буквы"]),
        ("“Invoice”" + "x" * 100, ["2 части", "<kbd>“</kbd>", "на 1 часть"]),
        ("я" * 700, ["11 частей", "Больше 10"]),
        ("x" * 158 + "\r\ny", ["1 часть", "осталось 0 знаков"]),
        (" ", []),
    ],
)
def test_segments_are_counted_while_one_types(as_vera, text, said):
    page = text_of(as_vera.post(reverse("console-sms-count"), {"field": "text", "text": text}))
    assert [word for word in said if word not in page] == []
    assert bool(page.strip()) == bool(said)


def test_a_field_that_nobody_knows_is_said_while_one_types(as_vera):
    page = text_of(as_vera.post(reverse("console-sms-count"), {"field": "text_ru", "text_ru": "{nome}, привет"}))
    assert "поля {nome} нет" in page


SENDERS_ONLY = [
    ("console-sms-send", []), ("console-sms-campaign-new", []), ("console-sms-text-new", []),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args"), SENDERS_ONLY)
def test_only_leading_specialists_and_administrators_send(as_vera, name, args):
    assert as_vera.get(reverse(name, args=args)).status_code == 403


def test_a_specialist_sees_campaigns_and_leads_none(as_vera):
    row = campaign()
    page = text_of(as_vera.get(reverse("console-sms-campaign", args=[row.pk])))
    assert "Касса" in page
    assert "sms-start" not in page
    assert act(as_vera, row, "start", per_minute="60").status_code == 403


def test_a_draft_shows_who_gets_it_who_does_not_and_what_it_costs(as_oleg):
    page = text_of(as_oleg.get(reverse("console-sms-campaign", args=[campaign().pk])))
    for said in ("Анна, привет", "городской номер: SMS не примет", "2,50", "файл.csv"):
        assert said in page, said


def test_a_campaign_from_its_words_to_its_report(as_oleg):
    words = {"name": "Версия 5", "text_ru": "{name}: {code}", "text_en": ""}
    as_oleg.post(reverse("console-sms-campaign-new"), words)
    row = Campaign.objects.get()
    file = SimpleUploadedFile("люди.csv", f"Телефон;Имя;Код\n{ANNA};Анна;A-1\nx;Боб;B\n".encode())
    answer = as_oleg.post(reverse("console-sms-recipients", args=[row.pk]), {"source": "file", "file": file})
    assert "не номер телефона" in text_of(answer)
    token = answer.context["looked"].token
    bad = text_of(as_oleg.post(reverse("console-sms-bad-lines"), {"token": token}))
    assert "3,Телефон,x,не номер телефона" in bad.replace(";", ",").replace('"', "")
    as_oleg.post(reverse("console-sms-take", args=[row.pk]), {"token": token})
    act(as_oleg, row, "test", number=BORIS, language="ru", key="k")
    act(as_oleg, row, "start", per_minute="60")
    assert Sms.objects.get(source="hand").text == "Анна: A-1"
    row.refresh_from_db()
    assert row.state == "sending"
    for name, state in (("pause", "paused"), ("resume", "sending"), ("pace", "sending"), ("stop", "stopped")):
        act(as_oleg, row, name, per_minute="5", reason="хватит")
        row.refresh_from_db()
        assert row.state == state
    assert "хватит" in text_of(as_oleg.get(reverse("console-sms-course", args=[row.pk])))
    assert ANNA in text_of(as_oleg.get(reverse("console-sms-campaign-file", args=[row.pk])))


def test_a_campaigns_file_says_why_in_the_readers_language_and_its_page_counts_what_left(as_oleg):
    row = campaign()
    campaigns.start(row.pk, 60, GLEB)
    with clock.at(clock.now() + timedelta(seconds=1)):
        campaign_progress.let_go(row.pk)
    Sms.objects.filter(source="campaign").update(state="failed", error="CMS 1: unassigned number")
    assert "CMS 1: номер не существует" in text_of(as_oleg.get(reverse("console-sms-campaign-file", args=[row.pk])))
    row.recipients.filter(sms__isnull=False).update(sms=None, state="dropped")
    campaigns.stop(row.pk, "хватит", GLEB)
    assert "0 из 1" in text_of(as_oleg.get(reverse("console-sms-course", args=[row.pk])))


def test_a_campaign_is_scheduled_by_the_desks_clock_and_taken_back(as_oleg):
    row = campaign()
    tomorrow = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT10:00")
    act(as_oleg, row, "schedule", starts_at=tomorrow, per_minute="60")
    row.refresh_from_db()
    assert (row.state, row.starts_at.strftime("%H:%M")) == ("scheduled", "07:00")  # UTC
    assert "Касса" in text_of(as_oleg.get(reverse("console-sms-campaign", args=[row.pk])))
    act(as_oleg, row, "unschedule")
    act(as_oleg, row, "schedule", starts_at="вчера", per_minute="60")
    row.refresh_from_db()
    assert row.state == "draft"
    act(as_oleg, row, "discard")
    assert not Campaign.objects.exists()


def test_recipients_of_a_campaign_are_found(as_oleg):
    row = campaign()
    campaigns.start(row.pk, 60, GLEB)
    address = reverse("console-sms-campaign", args=[row.pk])
    assert "Анна" in text_of(as_oleg.get(address, {"q": "анна"}))
    assert ">Анна<" not in text_of(as_oleg.get(address, {"state": "left_out"}))
    assert "Офис" in text_of(as_oleg.get(address, {"state": "left_out"}))


def test_texts_are_kept_in_both_languages_and_begin_a_message(as_oleg):
    as_oleg.post(reverse("console-sms-text-new"), {"name": "Готово", "text_ru": "Заявка решена", "text_en": "Solved"})
    row = SmsTemplate.objects.get()
    assert "Solved" in text_of(as_oleg.get(reverse("console-sms-texts")))
    assert "Заявка решена" in text_of(as_oleg.get(reverse("console-sms-send"), {"template": row.pk}))
    typed = {"act": "take", "template": row.pk, "key": "k1", "number": "8 900 000-00-17", "text": "x", "at_once": "on"}
    taken = as_oleg.post(reverse("console-sms-send"), typed)
    assert taken.status_code == 200
    assert "Заявка решена" in text_of(taken)
    assert {name: taken.context["form"][name].value() for name in ("key", "number")} == {
        "key": "k1", "number": "8 900 000-00-17",
    }  # fmt: skip
    assert "checked" in str(taken.context["form"]["at_once"])
    assert not Sms.objects.exists()
    answer = as_oleg.post(reverse("console-sms-text-new"), {"name": "Готово", "text_ru": "{x}"})
    assert answer.context["form"].errors
    as_oleg.post(reverse("console-sms-text-delete", args=[row.pk]))
    assert templates.all_templates() == []


def test_wishes_have_their_source_and_a_specialist_writes_one_down(as_vera):
    services.wish(ANNA, Wish.OUT, source="sms", words="СТОП")
    address = reverse("console-sms-wishes")
    as_vera.post(address, {"number": "8 900 000-00-18", "kind": "in", "words": "звонок 23.11"})
    page = text_of(as_vera.get(address))
    for said in ("СТОП", "звонок 23.11", "SMS от абонента"):
        assert said in page
    assert "звонок 23.11" not in text_of(as_vera.get(address, {"kind": "out"}))
    assert as_vera.post(address, {"number": "900", "kind": "in", "words": "x"}).context["form"].errors
    assert troubles.running_count() == 0
