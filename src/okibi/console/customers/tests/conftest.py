"""Who looks at the pages, and how a page is read."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from okibi.accounts.models import Role, Staff
from okibi.customers import services
from okibi.customers.models import Licence
from okibi.customers.services import Holder
from okibi.customers.tests.cast import OLEG, Cast, cast


def staff_client(*roles: str) -> Client:
    person = Staff.objects.create(email="oleg@example.org", name="Олег Лесин", roles=list(roles))
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def leading() -> Client:
    return staff_client(Role.LEADING)


@pytest.fixture
def specialist() -> Client:
    return staff_client(Role.SPECIALIST)


@pytest.fixture
def people() -> Cast:
    return cast()


def licence_of(people: Cast, number: str = "Л-1", until: date | None = None) -> Licence:
    return services.create_licence(
        holder=Holder(organisation_id=people.ryabina.pk),
        products=["desktop"],
        modules=["sms-module"],
        seats=12,
        number=number,
        valid_from=date(2020, 1, 1),
        valid_until=until,
        actor=OLEG,
    )


def text(client: Client, name: str, *args: object, status: int = 200, **query: str) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == status
    return response.content.decode() if hasattr(response, "content") else response.getvalue().decode()
