"""Whatever becomes of an access for automatic updates is heard at once where its request is shown."""

from datetime import timedelta

import pytest

from okibi.customers.services import verify_email
from okibi.flows import ipv_conversation, update_agreement
from okibi.flows.visitor import Visitor
from okibi.kernel.clock import now
from okibi.updates.kinds import Answered
from okibi.updates.models import Agreement
from okibi.updates.terms import HostWish, Wish
from tests.cast import make_cast
from tests.letters import mail, placed

pytestmark = pytest.mark.django_db


def _over(agreement):
    Agreement.objects.filter(pk=agreement.pk).update(
        valid_from=now() - timedelta(days=2), valid_until=now() - timedelta(seconds=1)
    )
    assert update_agreement.expire_due() == 1


ACTS = {
    "confirmed": lambda row, cast, me: update_agreement.answer(me, row.pk, Answered.PORTAL, yes=True),
    "declined": lambda row, cast, me: update_agreement.answer(me, row.pk, Answered.PORTAL, yes=False),
    "withdrawn": lambda row, cast, me: update_agreement.withdraw_by_desk(row.pk, cast.vera),
    "expired": lambda row, cast, me: _over(row),
}


@pytest.mark.parametrize("what", ACTS)
def test_it_is_news_of_its_request(what):
    cast = make_cast()
    verify_email(cast.anna.emails.get().pk)
    ticket = placed(mail(subject="Автоматическое обновление", text="Прошу настроить автоматическое обновление."))
    me = Visitor(0, "", cast.anna.pk, cast.ryabina.pk, is_admin=False, language="ru")
    last = now().date() + timedelta(days=365)
    wish = Wish(["desktop"], [HostWish("Касса-1")], last, "Europe/Moscow", {}, "")
    row = update_agreement.propose(ticket.pk, cast.vera, wish)
    before = ipv_conversation.news(me, 0)
    assert [(each.name, each.number) for each in before if each.code == "agreement.proposed"] == [
        ("state", ticket.number)
    ]
    ACTS[what](row, cast, me)
    after = ipv_conversation.news(me, before[-1].id)
    assert [(each.name, each.number) for each in after if each.code == f"agreement.{what}"] == [
        ("state", ticket.number)
    ]
