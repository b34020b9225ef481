"""Whom a campaign is for: user cards, a file, the registry; and what administrators are written of lines."""

from datetime import UTC, date, datetime, timedelta

import pytest

from okibi.accounts.roles import Role
from okibi.accounts.services import create_staff
from okibi.channels.models import Outbound
from okibi.customers import services as cards
from okibi.customers.errors import ImportFileError
from okibi.customers.models import Licence, Organisation, Person
from okibi.flows import sms_alerts, sms_audience, sms_campaigns
from okibi.flows.sms_audience import Filter
from okibi.journal.models import Entry
from okibi.journal.services import SYSTEM, Actor
from okibi.kernel import clock
from okibi.kernel.errors import NotAllowedError
from okibi.policy.sms_words import Wish
from okibi.sms import balance, campaigns, lines, services, troubles
from okibi.sms.balance_options import BalanceOptions
from okibi.sms.campaigns import CampaignError, Text
from okibi.sms.gateways.port import LineNews
from okibi.sms.models import BalanceOfDay, Line, Sms, Trouble
from okibi.sms.tests.gateways import alive, write
from tests.two_of_the_desk import _desk

__all__ = ["_desk"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
GLEB = Actor("staff", 1, "Глеб")
NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)
ANNA, BORIS, KIRILL = "+79000000017", "+79000000018", "+79000000019"


@pytest.fixture
def office(settings, tmp_path):
    settings.OKIBI_SMS = write(tmp_path / "sms.toml", more='balance = "*100#"\nbalance_low = 50', count=1)


def person(name, number, organisation=None, language="ru"):
    found = Person.objects.create(name=name, organisation=organisation, language=language)
    if number:
        cards.add_phone(found.pk, number, actor=GLEB)
    return found


@pytest.fixture
def people(db):
    ryabina = Organisation.objects.create(name="ООО «Рябина»")
    Licence.objects.create(number="Л-1", organisation=ryabina, products=["desktop"], valid_from=date(2024, 1, 1))
    anna = person("Анна Вольская", ANNA, ryabina)
    cards.add_phone(anna.pk, "+74950000000", actor=GLEB)
    boris = person("Boris Lapin", BORIS, language="en")
    person("Виктор Без Номера", "", ryabina)
    kirill = person("Кирилл Орлов", KIRILL)
    cards.add_email(kirill.pk, "kirill@example.org", actor=GLEB, mobile_mailing=True)
    services.wish(BORIS, Wish.IN, source="file")
    return {"anna": anna, "boris": boris, "kirill": kirill}


@pytest.fixture
def campaign(db):
    return campaigns.create(Text("Касса", "{name}: {number}", "Hello", is_advert=False), GLEB)


def numbers(campaign):
    return sorted(campaign.recipients.values_list("number", flat=True))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(), [ANNA, BORIS, KIRILL]),
        (Filter(organisation="Рябина ООО"), [ANNA]),
        (Filter(product="desktop"), [ANNA]),
        (Filter(product="server"), []),
        (Filter(language="en"), [BORIS]),
        (Filter(with_consent=True), [BORIS]),
    ],
)
def test_people_of_user_cards_by_a_filter(people, campaign, wanted, expected):
    assert numbers(sms_audience.from_cards(campaign.pk, wanted, GLEB)) == expected


def test_a_person_brings_their_organisation_and_the_licence_in_force(people, campaign):
    sms_audience.from_cards(campaign.pk, Filter(organisation="Рябина ООО"), GLEB)
    row = campaign.recipients.get()
    assert (row.name, row.organisation, row.values) == ("Анна Вольская", "ООО «Рябина»", {"number": "Л-1"})


def test_an_organisation_that_is_not_there_is_said(people, campaign):
    with pytest.raises(CampaignError) as refused:
        sms_audience.from_cards(campaign.pk, Filter(organisation="Нет такой"), GLEB)
    assert refused.value.field == "organisation"


def test_the_registry_of_the_mobile_mailing(people, campaign):
    assert numbers(sms_audience.from_registry(campaign.pk, GLEB)) == [KIRILL]


FILE = """Телефон;Имя;Номер;Язык;Лишнее
8 900 000-00-17;Анна;26-001042;;x
+7 495 000-00-00;Офис;1;ru;
не номер;Боб;2;ru;
;Пусто;3;ru;
+79000000018;Boris;4;fr;
"""


def test_a_file_is_looked_at_first_and_each_bad_line_has_its_number_and_reason(campaign):
    looked = sms_audience.look(FILE.encode("cp1251"), "клиенты.csv")
    assert [(each.number, each.why.ru) for each in looked.bad] == [
        (3, "городской номер: SMS не примет"),
        (4, "не номер телефона"),
        (5, "нет номера телефона"),
        (6, "нужно ru или en"),
    ]
    assert looked.ignored == ("Лишнее",)
    assert campaign.recipients.count() == 0
    sms_audience.from_file(campaign.pk, looked.token, GLEB)
    row = campaign.recipients.get()
    assert (row.number, row.name, row.values, row.line) == (ANNA, "Анна", {"number": "26-001042"}, 2)


def test_a_file_without_telephones_and_a_forged_token_are_refused(campaign):
    with pytest.raises(ImportFileError):
        sms_audience.look("Имя\nАнна\n".encode(), "a.csv")
    with pytest.raises(NotAllowedError):
        sms_audience.from_file(campaign.pk, "forged", GLEB)


def test_the_job_queues_what_is_due(people, campaign):
    sms_audience.from_cards(campaign.pk, Filter(organisation="Рябина ООО"), GLEB)
    sms_campaigns.start(campaign.pk, 60, GLEB)
    assert sms_campaigns.send_due() == 1
    assert Sms.objects.get(source="campaign").text == "Анна Вольская: Л-1"


# ---------------------------------------------------------------- lines


@pytest.fixture
def admin(db):
    create_staff("vera@example.org", "Вера Синицына", [Role.SPECIALIST], SYSTEM)
    return create_staff("nina@example.org", "Нина Арсеньева", [Role.ADMIN], SYSTEM)


def letters_sent():
    return list(Outbound.objects.filter(channel="email").order_by("pk").values_list("recipient", "subject"))


def silenced(line):
    lines.alive(line, LineNews(has_network=True))


def no_network(line):
    lines.alive(line, LineNews(has_network=False))


def dry(line):
    balance.answered(line, BalanceOptions("*100#", low=50), "Баланс: 12,40 р.")


def failing(line):
    Line.objects.filter(pk=line).update(failures=lines.FAILING_AFTER, last_error="CMS 38")


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (silenced, "молчит больше 92 секунд"),
        (no_network, "потеряла сеть"),
        (dry, "остаётся без денег"),
        (failing, "не отправляет: ошибки подряд"),
    ],
)
def test_each_trouble_is_told_once_and_once_more_when_it_is_over(admin, trouble, said):
    with clock.at(NOON):
        (line,) = alive()
        trouble(line)
    with clock.at(NOON + timedelta(minutes=6)):
        if trouble is not silenced:
            lines.alive(line, LineNews())
        for _ in range(3):
            sms_alerts.watch()
        assert letters_sent() == [("nina@example.org", f"SMS: линия office/goip1 {said}")]
        lines.alive(line, LineNews(has_network=True))
        balance.answered(line, BalanceOptions("*100#"), "Баланс: 512,40 р.")
        lines.did_well(line, clock.now())
        sms_alerts.watch()
        assert len(letters_sent()) == 1  # it may come back in a minute
    with clock.at(NOON + timedelta(minutes=12)):
        lines.alive(line, LineNews())
        for _ in range(2):
            sms_alerts.watch()
    assert len(letters_sent()) == 2
    assert troubles.running_count() == 0
    assert Entry.objects.filter(code="sms.line_well").count() == 1


def test_what_comes_back_soon_is_the_same_trouble(admin):
    (line,) = alive()
    for minute in range(6):
        with clock.at(NOON + timedelta(minutes=minute)):
            lines.alive(line, LineNews())
            failing(line) if minute % 2 == 0 else lines.did_well(line, clock.now())
            sms_alerts.watch()
    assert Trouble.objects.count() == 1
    assert len(letters_sent()) == 1


def test_a_line_that_was_never_heard_is_in_no_trouble(admin):
    lines.listed(services.sms_options().gateways)
    assert sms_alerts.watch() == {"changed": 0, "told": 0}


def test_a_line_that_left_the_file_is_in_trouble_no_more(admin, settings, tmp_path):
    with clock.at(NOON):
        (line,) = alive()
        failing(line)
        sms_alerts.watch()
        Line.objects.update(is_listed=False)
        sms_alerts.watch()
    assert troubles.running_count() == 0


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("Баланс: 57.20 р.", "57.20"),
        ("Ваш баланс -1 057,2 руб", "-1057.20"),
        ("Balance 300", "300.00"),
        ("Услуга недоступна", "None"),
    ],
)
def test_the_figure_in_an_operators_answer_is_kept_with_its_day(words, amount):
    (line,) = alive()
    options = BalanceOptions("*100#")
    balance.answered(line, options, "Баланс: 1 р.")
    balance.answered(line, options, words)
    row = Line.objects.get(pk=line)
    assert (row.balance, str(row.balance_amount)) == (words, amount)
    assert [str(day.amount) for day in BalanceOfDay.objects.all()] == [amount]


def test_an_operator_is_asked_when_it_is_time_and_marked_before():
    with clock.at(NOON):
        (line,) = alive()
        wanted = {line: BalanceOptions("*100#", every=timedelta(hours=6))}
        assert balance.to_ask(wanted) == [line]
        assert balance.to_ask(wanted) == []
    with clock.at(NOON + timedelta(hours=6)):
        assert balance.to_ask(wanted) == [line]
        no_network(line)
    with clock.at(NOON + timedelta(hours=13)):
        assert balance.to_ask(wanted) == []  # who has no network can ask nobody
