"""The circle as its requester walks it: told, fetched by hand or by the mailed link, reported, "does it work now?"."""

import html
import re

import pytest
from django.test import Client

from okibi.channels.models import Outbound
from okibi.customers.models import Licence
from okibi.environments.services import create_device
from okibi.flows import mobile_mailing, release_told, work
from okibi.flows.installation_report import reported
from okibi.flows.links import where_is
from okibi.kernel.clock import now
from okibi.kernel.signing import sign
from okibi.mailings import services as mailings
from okibi.mailings.models import Line, Mailing
from okibi.mailings.tests.cast import APK, MOSCOW, flagged, published
from okibi.releases.models import Download
from okibi.releases.tests.test_releases import GLEB, shipped
from okibi.tickets.models import Ticket
from tests.cast import make_cast
from tests.letters import mail, placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


def planned(cast, product, version="4.3.0"):
    ticket = placed(mail())
    Ticket.objects.filter(pk=ticket.pk).update(product=product)
    work.plan(ticket.pk, cast.vera, version)
    return ticket


def device_of(cast, product):
    kind = "mobile" if product == "mobile" else "desktop"
    return create_device(
        secret="s", kind=kind, enrolled_by="email", name="PC-7", product=product, version="4.2.0", person=cast.anna
    )


def runs(device, version="4.3.0"):
    reported(device.pk, product=device.product, version=version, report={})


def state(ticket):
    return Ticket.objects.get(pk=ticket.pk).state


def path(link):
    return "/" + link.split("/", 3)[3]


def seen(client, address):
    return html.unescape(client.get(address).content.decode())


@pytest.fixture
def asked(cast):
    """Anna's request, whose version runs on her device: she was asked whether it works."""
    ticket = planned(cast, "desktop")
    shipped("4.3.0")
    release_told.tell_all()
    runs(device_of(cast, "desktop"))
    assert state(ticket) == "solved"
    return ticket


class Reader:
    """Somebody with a browser and no JavaScript: presses the buttons of the page's own forms, its token with them."""

    def __init__(self):
        self.client = Client(enforce_csrf_checks=True)

    def buttons(self, ticket):
        page = self.client.get(path(where_is(ticket))).content.decode()
        form = re.search(r'<form[^>]*method="post"(?:(?!</form>).)*name="works".*?</form>', page, re.DOTALL)
        return form[0] if form else ""

    def press(self, ticket, label, value):
        form = self.buttons(ticket)
        assert re.search(
            rf'<button[^>]*name="works"[^>]*value="{value}"[^>]*>(?:(?!</button>).)*{label}', form, re.DOTALL
        )
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
        given = {"works": value, "csrfmiddlewaretoken": token}
        return self.client.post(path(where_is(ticket)), given, follow=True).content.decode()


def test_yes_closes_the_request_and_the_question_is_gone(asked):
    anna = Reader()
    assert "Заявка закрыта" in anna.press(asked, "Теперь работает", "yes")
    assert state(asked) == "closed"
    assert anna.buttons(asked) == ""


def test_no_opens_it_again_and_asks_for_words(asked):
    anna = Reader()
    assert "Заявка снова открыта" in anna.press(asked, "Нет, всё ещё не работает", "no")
    assert state(asked) == "open"
    assert anna.buttons(asked) == ""


@pytest.mark.parametrize(("first", "second", "stays"), [("yes", "no", "closed"), ("no", "no", "open")])
def test_a_second_press_in_an_old_window_changes_nothing(asked, client, first, second, stays):
    for said in (first, second):
        assert client.post(path(where_is(asked)), {"works": said}).status_code == 302
    assert state(asked) == stays


def test_the_buttons_stand_only_where_somebody_was_asked_and_a_post_without_them_does_nothing(cast, client):
    ticket = planned(cast, "desktop")
    assert Reader().buttons(ticket) == ""
    client.post(path(where_is(ticket)), {"works": "no"})
    assert state(ticket) == "planned"


def test_opening_the_page_answers_nothing_and_another_site_can_t_press(asked, client):
    client.get(f"{path(where_is(asked))}?works=yes")
    assert Client(enforce_csrf_checks=True).post(path(where_is(asked)), {"works": "yes"}).status_code == 403
    assert state(asked) == "solved"


def test_by_hand_from_the_site_to_the_closed_request(cast, client):
    """scheme.md §3, the first way of the desktop."""
    ticket = planned(cast, "desktop")
    shipped("4.3.0")
    release_told.tell_all()
    letter = Outbound.objects.get(key__startswith=f"version_out:{ticket.pk}:").text
    shelf = path(re.search(r"https?://\S+/download/desktop/", letter)[0])
    page = seen(client, shelf)
    fields = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("form_id", "opened")}
    fields["opened"] = sign("site-form", [fields["form_id"], now().timestamp() - 5])
    number = Licence.objects.get(organisation=cast.ryabina).number
    opened = client.post(shelf, {**fields, "number": number, "website": ""}, follow=True).content.decode()
    file = html.unescape(re.search(r'href="(/download/desktop/\d+/[^"]+key=[^"]+)"', opened)[1])
    assert client.get(file).status_code == 200
    assert Download.objects.get().number == number
    runs(device_of(cast, "desktop"))
    assert state(ticket) == "solved"
    Reader().press(ticket, "Теперь работает", "yes")
    assert state(ticket) == "closed"


def test_by_the_mailed_link_to_the_closed_request(cast, client):
    """scheme.md §3, the way of the mobile version."""
    flagged("anna@example.org")
    ticket, telephone = planned(cast, "mobile"), device_of(cast, "mobile")
    mailing = mailings.plan(published("4.3.0"), MOSCOW, GLEB)
    mobile_mailing.start(mailing.pk, 60, GLEB)
    assert (mobile_mailing.send_due(), release_told.tell_all()) == (1, 1)
    letter = Outbound.objects.get(key__startswith="mailing:").text
    page = seen(client, path(re.search(r"https?://\S+/d/[\w-]+/", letter)[0]))
    file = re.search(r'href="(/d/[\w-]+/\d+/[^"]+\.apk)"', page)[1]
    assert client.get(file).getvalue() == APK
    runs(telephone)
    assert (state(ticket), Line.objects.get().state, Mailing.objects.get().state) == ("solved", "installed", "finished")
    Reader().press(ticket, "Теперь работает", "yes")
    assert state(ticket) == "closed"
