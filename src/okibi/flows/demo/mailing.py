"""The mailing of the demo's mobile version: sent to the registry, opened by some, installed where a device says so."""

from datetime import datetime, timedelta

from okibi.environments.models import Device
from okibi.flows import mobile_mailing
from okibi.journal.services import Actor
from okibi.kernel.clock import at
from okibi.mailings import progress, selectors
from okibi.mailings.models import Line, Link

MAKER = Actor("system", name="okibi demo")
BEGAN = timedelta(days=3, hours=22)  # ago
PACE = 60  # letters per minute
MOST_MINUTES = 60


def make_mailing(begin: datetime) -> None:
    """Start the mailing that the publication prepared; its letters wait in the outbox for the product to start."""
    mailings = [mailing for mailing, _ in selectors.all_mailings()]
    if not mailings:
        return
    with at(begin - BEGAN):
        mobile_mailing.start(mailings[0].pk, PACE, MAKER)
    for minute in range(MOST_MINUTES):
        with at(begin - BEGAN + timedelta(minutes=minute)):
            mobile_mailing.send_due()
    links = list(Link.objects.select_related("line").order_by("pk"))
    with at(begin - BEGAN + timedelta(hours=3)):
        for link in links[::2]:
            progress.note_opened(link)
        for link in links[::4]:
            progress.take_download(link)


def tell_devices() -> None:
    """The demo's devices say what runs on them, as they would by themselves."""
    lines = Line.objects.values_list("person_id", flat=True)
    for device in Device.objects.filter(product="mobile", person_id__in=lines, revoked_at__isnull=True):
        with at(device.created_at):
            mobile_mailing.told_version(device)
