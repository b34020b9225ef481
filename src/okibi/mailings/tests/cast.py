"""A published version of Моб and people whose addresses bear the flag."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from okibi.customers import services as cards
from okibi.customers.models import EmailAddress
from okibi.environments.models import Device
from okibi.journal.services import Actor
from okibi.kernel import blobs
from okibi.kernel.clock import now
from okibi.releases import services as releases
from okibi.releases.services import Planned, ReadArtefact

GLEB = Actor("staff", 4, "Глеб Маслов")
MOSCOW = ZoneInfo("Europe/Moscow")
APK = b"PK\x03\x04 not a real package, but its bytes count"
FACTS = {"version": "4.3.0", "package": "org.example.mob", "certificates": ["ab" * 32]}


def published(version="4.3.0", content=APK):
    """A release of the mobile application that is offered to everybody."""
    planned = Planned("mobile", version, notes_ru="Быстрее ищет.", notes_en="Searches faster.")
    release = releases.draft(planned, GLEB)
    found = ReadArtefact(
        f"okibi-mob-{version}.apk", blobs.put(content), "0" * 40, "android", "any", "apk", FACTS
    )  # fmt: skip
    releases.add_artefact(release.pk, found, GLEB)
    releases.check(release.pk, GLEB)
    return releases.publish(release.pk, GLEB)


def flagged(address):
    """Set the flag beside an address that is in a card."""
    return cards.set_mobile_mailing(EmailAddress.objects.get(address=address).pk, on=True, actor=GLEB)


def device_of(person, version, product="mobile"):
    """A device of a person on which a version runs."""
    moment = now()
    return Device.objects.create(
        public_id=f"d{Device.objects.count():011d}", kind="mobile", person=person, token_hash="0" * 64,
        enrolled_by="email", product=product, version=version, created_at=moment, last_seen_at=moment,
    )  # fmt: skip


START = datetime(2026, 11, 23, 9, tzinfo=UTC)
