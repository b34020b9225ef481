"""What the desk does for customers of the portal, from their cards."""

import pytest
from django.urls import reverse

from okibi.channels.models import Outbound
from okibi.customers.models import Person
from okibi.environments import services as devices
from okibi.environments.invitations import is_living
from okibi.environments.models import Device, EnrolledBy, Invitation
from okibi.flows.organisation_admin import send_invitation
from okibi.journal.models import Entry
from okibi.journal.services import SYSTEM
from okibi.kernel.clock import now
from okibi.schemes.services import ensure_loaded

from .conftest import staff_client, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def scheme():
    ensure_loaded()


@pytest.fixture
def device(people):
    return devices.create_device(
        secret="s" * 43, kind="desktop", enrolled_by=EnrolledBy.EMAIL, name="ПК-7", person=people.anna
    )


def test_an_administrator_is_named_and_no_longer_one(specialist, people):
    path = reverse("console-customers-admin", args=[people.anna.pk])
    specialist.post(path, {"on": "1"})
    assert Person.objects.get(pk=people.anna.pk).organisation_admin
    specialist.post(path)
    assert not Person.objects.get(pk=people.anna.pk).organisation_admin
    assert Entry.objects.filter(code="person.admin").count() == 2


def test_devices_stand_on_the_card_and_are_cut_off(specialist, people, device):
    assert "ПК-7" in text(specialist, "console-customers-person", people.anna.pk)
    assert "ПК-7" in text(specialist, "console-customers-organisation", people.ryabina.pk)
    other = reverse("console-customers-device", args=[people.boris.pk, device.public_id])
    assert specialist.post(other).status_code == 404
    specialist.post(reverse("console-customers-device", args=[people.anna.pk, device.public_id]))
    assert Device.objects.get().revoked_at is not None


def test_somebody_is_invited_and_the_invitation_taken_back(specialist, people):
    specialist.post(reverse("console-customers-invite", args=[people.ryabina.pk]), {"address": "nina@example.org"})
    assert "/portal/invitation/" in Outbound.objects.get(recipient="nina@example.org").text
    invitation = Invitation.objects.get()
    assert "nina@example.org" in text(specialist, "console-customers-organisation", people.ryabina.pk)
    specialist.post(reverse("console-customers-invitation", args=[people.ryabina.pk, invitation.pk]))
    invitation.refresh_from_db()
    assert not is_living(invitation, now())


def test_another_organisation_s_invitation_is_not_there(specialist, people):
    invitation = send_invitation(people.ryabina, "nina@example.org", SYSTEM, "ru")
    path = reverse("console-customers-invitation", args=[people.ryabina.pk + 1000, invitation.pk])
    assert specialist.post(path).status_code == 404


def test_a_card_is_anonymised_by_a_leading_specialist_who_types_its_name(leading, people, device):
    path = reverse("console-customers-erase", args=[people.anna.pk])
    name = people.anna.name
    assert leading.post(path, {"name": "кто-то"}).status_code == 422
    assert Person.objects.get(pk=people.anna.pk).name == name
    leading.post(path, {"name": name})
    assert name not in Person.objects.get(pk=people.anna.pk).name
    assert Device.objects.get().name == ""


def test_a_specialist_can_not_anonymise(people):
    answer = staff_client("specialist").post(reverse("console-customers-erase", args=[people.anna.pk]), {"name": "x"})
    assert answer.status_code == 403
