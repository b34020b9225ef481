"""The registry and the mailings in the console: seen, searched, exported, steered by who may."""

import html
from datetime import date

import pytest
from django.urls import reverse

from okibi.customers import services as cards
from okibi.customers.models import EmailAddress, Licence, Organisation, Person
from okibi.kernel.clock import now
from okibi.mailings import progress, selectors, services
from okibi.mailings.kinds import MailingState
from okibi.mailings.models import Line, Mailing
from okibi.mailings.tests.cast import GLEB, MOSCOW, device_of, flagged, published

pytestmark = pytest.mark.django_db
REGISTRY = "console-mailings-registry"


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


def person(name, address, organisation, *, on=True):
    found = Person.objects.create(name=name, organisation=organisation)
    cards.add_email(found.pk, address, actor=GLEB, mobile_mailing=on)
    return found


@pytest.fixture
def people(db):
    ryabina = Organisation.objects.create(name="ООО «Рябина»")
    kedr = Organisation.objects.create(name="ООО «Кедр»")
    Licence.objects.create(
        number="Л-1", organisation=ryabina, products=["desktop", "mobile"], valid_from=date(2024, 1, 1)
    )
    anna = person("Анна Вольская", "anna@example.org", ryabina)
    boris = person("Борис Лапин", "boris@example.org", ryabina, on=False)
    kirill = person("Кирилл Орлов", "kirill@kedr.example.org", kedr)
    device_of(anna, "4.2.0")
    device_of(kirill, "4.1.0")
    return {"anna": anna, "boris": boris, "kirill": kirill}


@pytest.fixture
def mailing(people):
    return services.plan(published(), MOSCOW, GLEB)


def shown(as_who, **query):
    page = text_of(as_who.get(reverse(REGISTRY), query))
    return [each for each in ("anna@", "boris@", "kirill@") if each in page]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["anna@", "kirill@"]),
        ({"q": "вольская"}, ["anna@"]),
        ({"q": "Вольскую"}, ["anna@"]),
        ({"q": "рябина"}, ["anna@"]),
        ({"q": "kirill@kedr"}, ["kirill@"]),
        ({"q": "нет такого"}, []),
        ({"organisation": "ООО «Кедр»"}, ["kirill@"]),
        ({"organisation": "кедр ООО"}, ["kirill@"]),
        ({"organisation": "Нет такой"}, []),
        ({"organisation": "кедра"}, ["kirill@"]),
        ({"organisation": "рябины", "q": "Кирилл"}, []),
        ({"version": "4.2.0"}, ["anna@"]),
        ({"standing": "out"}, ["boris@"]),
        ({"standing": "unproved", "q": "Кирилл"}, ["kirill@"]),
        ({"standing": "bounced"}, []),
        ({"after": "made up"}, ["anna@", "kirill@"]),
    ],
)
def test_the_registry_is_searched_and_filtered(as_vera, people, query, expected):
    assert shown(as_vera, **query) == expected


def test_a_row_says_who_entered_the_address_and_what_runs_there(as_vera, people):
    page = text_of(as_vera.get(reverse(REGISTRY), {"q": "Анна"}))
    assert "Глеб Маслов" in page
    assert "4.2.0" in page


def test_an_address_that_takes_no_mail_is_seen_with_the_reason(as_vera, people):
    cards.mark_bounced("anna@example.org", "5.1.1 no such user", now())
    page = text_of(as_vera.get(reverse(REGISTRY), {"standing": "bounced"}))
    assert "5.1.1 no such user" in page
    assert "kirill@" not in page


def test_the_flag_is_set_and_cleared_and_the_reader_stays_where_they_were(as_vera, people):
    boris = EmailAddress.objects.get(address="boris@example.org")
    back = reverse(REGISTRY) + "?standing=out"
    answer = as_vera.post(reverse("console-mailings-flag", args=[boris.pk]), {"on": "1", "back": back})
    assert answer.url == back
    boris.refresh_from_db()
    assert boris.mobile_mailing
    evil = {"on": "0", "back": "//evil.example.com/console/mailings/"}
    assert as_vera.post(reverse("console-mailings-flag", args=[boris.pk]), evil).url == reverse(REGISTRY)
    boris.refresh_from_db()
    assert not boris.mobile_mailing


def test_the_file_has_what_the_filter_shows(as_vera, people):
    answer = as_vera.get(reverse("console-mailings-file"), {"organisation": "ООО «Кедр»"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "kirill@kedr.example.org" in lines[1]
    assert "4.1.0" in lines[1]


def test_the_registry_costs_the_same_for_many(as_vera, people, django_assert_max_num_queries):
    as_vera.get(reverse(REGISTRY))
    for number in range(30):
        person(f"Человек {number:02}", f"p{number}@example.org", people["anna"].organisation)
    with django_assert_max_num_queries(15):
        as_vera.get(reverse(REGISTRY))


def test_a_page_ends_and_the_next_one_goes_on(as_vera, people, monkeypatch):
    for number in range(60):
        person(f"Человек {number:02}", f"p{number}@example.org", people["anna"].organisation)
    first = text_of(as_vera.get(reverse(REGISTRY)))
    assert "p59@" not in first
    following = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    if not following.startswith("?"):
        following = first.partition("after=")[2].partition('"')[0].join(["?after=", ""])
    assert "p59@" in text_of(as_vera.get(reverse(REGISTRY) + following))


# ---------------------------------------------------------------- mailings


def test_a_draft_shows_who_gets_it_and_who_does_not_and_why(as_oleg, mailing):
    page = text_of(as_oleg.get(reverse("console-mailing", args=[mailing.pk])))
    assert "kirill@kedr.example.org" in page
    assert "нет действующей лицензии или пробной версии" in page
    assert "Начать рассылку" in page


def test_a_specialist_watches_and_does_not_steer(as_vera, mailing):
    assert "Начать рассылку" not in text_of(as_vera.get(reverse("console-mailing", args=[mailing.pk])))
    assert as_vera.post(reverse("console-mailing-act", args=[mailing.pk]), {"act": "start"}).status_code == 403
    assert as_vera.post(reverse("console-mailings-prepare", args=[mailing.release_id])).status_code == 403


def acted(as_who, mailing, **fields):
    page = text_of(as_who.post(reverse("console-mailing-act", args=[mailing.pk]), fields, follow=True))
    mailing.refresh_from_db()
    return page


def test_a_mailing_is_started_paused_resumed_slowed_and_stopped(as_oleg, mailing):
    assert "от 1 до 6000" in acted(as_oleg, mailing, act="start", per_minute="много")
    assert "Рассылка начата." in acted(as_oleg, mailing, act="start", per_minute="30")
    assert (mailing.state, mailing.per_minute) == (MailingState.SENDING, 30)
    assert "обновите страницу" in acted(as_oleg, mailing, act="start", per_minute="30")
    acted(as_oleg, mailing, act="pause")
    acted(as_oleg, mailing, act="pace", per_minute="5")
    acted(as_oleg, mailing, act="resume")
    assert (mailing.state, mailing.per_minute) == (MailingState.SENDING, 5)
    assert "Назовите причину." in acted(as_oleg, mailing, act="stop", reason="")
    assert "Опечатка" in acted(as_oleg, mailing, act="stop", reason="Опечатка")
    assert mailing.state == MailingState.STOPPED
    acted(as_oleg, mailing, act="made up")


def test_the_course_is_asked_again_while_letters_leave_and_not_after(as_oleg, mailing):
    acted(as_oleg, mailing, act="start", per_minute="30")
    address = reverse("console-mailing-course", args=[mailing.pk])
    assert "hx-get" in text_of(as_oleg.get(address))
    progress.let_go(mailing.pk, lambda line, tokens: None)
    Line.objects.update(state="sent", sent_at=now())
    services.settle(mailing.pk)
    assert "hx-get" not in text_of(as_oleg.get(address))


def test_failures_come_first_and_lines_are_narrowed(as_oleg, mailing):
    release = mailing.release
    Line.objects.bulk_create(
        Line(mailing=mailing, key=f"p{n}@example.org", address=f"p{n}@example.org", name=f"Человек {n}", state="sent")
        for n in range(120)
    )
    Line.objects.filter(key="p119@example.org").update(state="bounced", error="5.1.1")
    Mailing.objects.update(state=MailingState.SENDING)
    page = text_of(as_oleg.get(reverse("console-mailing", args=[mailing.pk])))
    assert page.index("p119@") < page.index("p0@")
    assert "after=100" in page
    narrowed = text_of(as_oleg.get(reverse("console-mailing", args=[mailing.pk]), {"state": "bounced"}))
    assert "p119@" in narrowed
    assert "p0@" not in narrowed
    assert "p7@" in text_of(as_oleg.get(reverse("console-mailing", args=[mailing.pk]), {"q": "человек 7"}))
    assert selectors.of_release(release.pk).pk == mailing.pk


def test_lines_cost_the_same_for_many(as_oleg, mailing, django_assert_max_num_queries):
    Mailing.objects.update(state=MailingState.SENDING)
    Line.objects.bulk_create(
        Line(mailing=mailing, key=f"p{n}@example.org", address=f"p{n}@example.org", state="sent") for n in range(90)
    )
    as_oleg.get(reverse("console-mailing", args=[mailing.pk]))
    with django_assert_max_num_queries(13):
        as_oleg.get(reverse("console-mailing", args=[mailing.pk]))


def test_a_version_that_was_published_without_a_mailing_can_have_one(as_oleg, people):
    release = published()
    assert "ещё никому не разослана" in text_of(as_oleg.get(reverse("console-mailings")))
    as_oleg.post(reverse("console-mailings-prepare", args=[release.pk]))
    page = text_of(as_oleg.get(reverse("console-mailings")))
    assert "ещё никому не разослана" not in page
    assert "не начата" in page


def test_a_link_is_taken_back(as_oleg, mailing):
    acted(as_oleg, mailing, act="start", per_minute="30")
    found = []
    progress.let_go(mailing.pk, lambda line, tokens: found.append(tokens.page))
    as_oleg.post(reverse("console-mailing-revoke", args=[Line.objects.get(address="anna@example.org").pk]))
    with pytest.raises(Exception, match=r"срок|time"):
        progress.link_of(found[0])
    page = text_of(as_oleg.get(reverse("console-mailing", args=[mailing.pk])))
    assert (page.count("Ссылка отозвана"), page.count("Отозвать ссылку")) == (1, len(found) - 1)


def test_what_is_not_there_is_404(as_oleg, people):
    assert as_oleg.get(reverse("console-mailing", args=[999])).status_code == 404
    assert as_oleg.post(reverse("console-mailings-flag", args=[999]), {"on": "1"}).status_code == 404
    assert flagged("boris@example.org").mobile_mailing


def test_an_address_that_takes_no_mail_is_a_task_until_somebody_mends_it(as_oleg, people):
    told = "1 адрес не принимает письма"
    assert told not in text_of(as_oleg.get(reverse("console-mailings")))
    email = flagged("boris@example.org")
    cards.mark_bounced(email.address, "5.1.1", now())
    page = as_oleg.get(reverse("console-mailings"))
    assert told in text_of(page)
    (section,) = [item for group in page.context["nav"] for item in group["items"] if item["label"] == "Рассылка"]
    assert (section["count"], section["hot"]) == ("1", True)
    cards.clear_bounce(email.pk)
    assert told not in text_of(as_oleg.get(reverse("console-mailings")))
