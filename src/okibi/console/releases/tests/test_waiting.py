"""A version's page says whose requests it fixes, who waits and what it closed; requests are tied by their numbers."""

import html

import pytest
from django.urls import reverse

from okibi.flows import release_told
from okibi.releases import downloads
from okibi.releases import services as releases
from okibi.releases.tests.test_releases import GLEB, shipped
from okibi.tickets.models import Fix, Message, Ticket
from tests.cast import make_cast
from tests.letters import mail, placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket() -> Ticket:
    make_cast()
    found = placed(mail())
    Ticket.objects.filter(pk=found.pk).update(product="desktop")
    return found


@pytest.fixture
def draft(db):
    return releases.draft(releases.Planned("desktop", "4.3.0", notes_ru="Есть."), GLEB)


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def tie(browser, release, numbers):
    return text(browser.post(reverse("console-release-fixes", args=[release.pk]), {"numbers": numbers}, follow=True))


def test_a_version_fixes_a_request_and_its_requester_is_told(as_vera, ticket, draft):
    page = tie(as_vera, draft, f"#{ticket.number}, {ticket.number}")
    assert "Wait: 1" in page or "Ждут: 1" in page
    assert ticket.number in page
    ticket.refresh_from_db()
    assert (ticket.state, ticket.planned_version) == ("planned", "4.3.0")
    assert Message.objects.filter(ticket=ticket, kind=Message.Kind.REPLY).count() == 1
    tie(as_vera, draft, ticket.number)  # a second time says nothing again
    assert Message.objects.filter(ticket=ticket, kind=Message.Kind.REPLY).count() == 1


def test_who_is_tied_to_a_version_that_is_out_hears_so(as_vera, ticket):
    release = shipped("4.3.0")
    tie(as_vera, release, ticket.number)
    assert release_told.tell_all() == 1
    assert Fix.objects.get(ticket=ticket).release_id == release.pk


WRONG = {
    "no number": ("печать", "26-001042"),
    "a number that is none": ("26-999999", "26-999999"),
}


@pytest.mark.parametrize(("numbers", "said"), WRONG.values(), ids=WRONG)
def test_what_is_no_request_is_named(as_vera, draft, numbers, said):
    assert said in tie(as_vera, draft, numbers)
    assert not Fix.objects.exists()


def test_a_request_about_another_product_or_with_its_answer_is_refused_whole(as_vera, ticket, draft):
    Ticket.objects.filter(pk=ticket.pk).update(product="mobile")
    page = tie(as_vera, draft, ticket.number)
    assert ticket.number in page
    assert not Fix.objects.exists()
    Ticket.objects.filter(pk=ticket.pk).update(product="desktop", state="closed")
    assert f"{ticket.number}: " in tie(as_vera, draft, ticket.number)  # which of many it was
    assert not Fix.objects.exists()


def test_planning_offers_the_versions_that_there_are(as_vera, ticket, draft):
    shipped("4.2.0")
    gone = releases.draft(releases.Planned("desktop", "5.0.0", notes_ru="Нет."), GLEB)
    releases.withdraw(gone.pk, "Не будет.", GLEB)
    page = as_vera.get(reverse("console-plan-versions", args=[ticket.number])).content.decode()
    assert page == '<option value="4.3.0"></option><option value="4.2.0"></option>'


def test_the_page_says_how_often_the_version_was_fetched_by_hand(as_vera):
    release = shipped("4.3.0")
    address = reverse("console-release", args=[release.pk])
    assert "Скачали вручную" not in text(as_vera.get(address))
    artefact = release.artefacts.get()
    for ground, times in (("licence", 2), ("trial", 1)):
        for _again in range(times):
            downloads.handed_out(artefact, ground, "Л-2026-0418")
    page = text(as_vera.get(address))
    assert "<dt>по лицензии</dt><dd>2</dd><dt>по пробной версии</dt><dd>1</dd>" in page
    assert "свободно" not in page
