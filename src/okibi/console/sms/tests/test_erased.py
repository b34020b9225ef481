"""Who asked to be forgotten is in no campaign any more; that an SMS was sent stays."""

import pytest

from okibi.customers.models import Person
from okibi.flows.erasure import erase
from okibi.journal.services import Actor
from okibi.sms import campaigns
from okibi.sms.campaigns import Text, Wanted
from okibi.sms.tests.gateways import ANNA

pytestmark = pytest.mark.django_db
GLEB = Actor("staff", 1, "Глеб")


def test_a_forgotten_person_leaves_campaigns():
    anna = Person.objects.create(name="Анна Вольская")
    made = campaigns.create(Text("Касса", "{name}", "", is_advert=False), GLEB)
    campaigns.put_recipients(
        made.pk, [Wanted(ANNA, anna.name, "Рябина", values={"code": "A"}, person=anna.pk)], "", GLEB
    )
    erase(anna.pk, GLEB)
    row = made.recipients.get()
    assert (row.number, row.written, row.organisation, row.values, row.person) == ("", "", "", {}, None)
    assert "Анна" not in row.name
