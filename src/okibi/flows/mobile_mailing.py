"""Letters of a mobile version: written in the person's language, queued at the mailing's pace (scheme.md §3).

One-click unsubscribing: RFC 2369 and RFC 8058. What becomes of a letter is told by the outbox, by bounces, by the page
behind its link and by the device on which the version runs.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.db import transaction

from okibi.channels import outbox
from okibi.channels.port import Party
from okibi.channels.tasks import wake_task
from okibi.customers import services as cards
from okibi.customers.models import EmailAddress
from okibi.customers.selectors import card_ids
from okibi.environments.models import Device
from okibi.flows import letters
from okibi.flows.answers import desk_name
from okibi.flows.links import leave_mailing, mobile_version
from okibi.journal.services import Actor
from okibi.kernel import stopping
from okibi.kernel.clock import now
from okibi.mailings import progress, services
from okibi.mailings.models import Line, Link, Mailing
from okibi.mailings.progress import SUBJECT, Tokens
from okibi.policy.platforms import Place
from okibi.policy.scheme import Scheme
from okibi.policy.wording import day
from okibi.releases.kinds import media_type_of
from okibi.releases.models import Release
from okibi.schemes.services import in_force

T = TypeVar("T")
TASK = "okibi.flows.mailing_tasks.send_mailings"
MOST_ATTACHED = 18_000_000  # bytes: base64 makes a third more of it, and letters of 25 MB are taken by most servers
MOST_WAITING = 500  # letters: a mailing never puts more than so many before an answer that somebody waits for
SOON = timedelta(seconds=2)  # the least between two looks at the pace


def mobile_products(scheme: Scheme) -> list[str]:
    """Codes of the products that run on mobile devices: their versions are mailed."""
    return [each.code for each in scheme.products if each.place is Place.MOBILE]


def plan_on_publication(release: Release, actor: Actor) -> None:
    """A published mobile version has its mailing prepared; a release manager looks at it and starts it."""
    scheme = in_force(now()).scheme
    if release.product in mobile_products(scheme):
        services.plan(release, scheme.zone, actor)


def start(mailing_id: int, per_minute: int, actor: Actor) -> Mailing:
    """Begin a mailing at a pace of letters per minute. Raises MailingError, ConflictError."""
    return _then_send(lambda: services.start(mailing_id, per_minute, in_force(now()).scheme.zone, actor))


def resume(mailing_id: int, actor: Actor) -> Mailing:
    """Go on. Raises MailingError, ConflictError."""
    return _then_send(lambda: services.resume(mailing_id, actor))


def remind(mailing_id: int, actor: Actor) -> int:
    """Write once more to whoever has not installed. Raises MailingError, ConflictError."""
    return _then_send(lambda: services.remind(mailing_id, actor))


def add_late(mailing_id: int, actor: Actor) -> int:
    """Write to whoever joined the registry since. Raises MailingError, ConflictError."""
    return _then_send(lambda: services.add_late(mailing_id, in_force(now()).scheme.zone, actor))


def _then_send(act: Callable[[], T]) -> T:
    with transaction.atomic():
        given = act()
        wake_task(TASK, "mailings")
    return given


def send_due() -> int:
    """Queue the letters that the pace of each mailing allows now; gives how many. May run twice at once."""
    count, later = 0, list[datetime]()
    for mailing_id in progress.due():
        handed, more = _send_due_of(mailing_id)
        count += handed
        later += [more] if more else []
    if later:
        wake_task(TASK, "mailings-later", max(min(later), now() + SOON))
    return count


def _send_due_of(mailing_id: int) -> tuple[int, datetime | None]:
    """Batch by batch until the pace says to wait; gives how many letters, and when there will be more to do."""
    count, more = 0, now()
    writer = partial(write, scheme=in_force(more).scheme)
    while more <= now() and not stopping.asked():
        room = MOST_WAITING - outbox.backlog("email", MOST_WAITING)
        if room <= 0:
            break
        handed, then = progress.let_go(mailing_id, writer, room)
        count += handed
        if then is None:
            return count, None
        more = then
    return count, more


def write(line: Line, tokens: Tokens, scheme: Scheme) -> None:
    """Put the letter of one line into the outbox; ``line.round`` makes a reminder another one."""
    release, language = line.mailing.release, line.language
    product = scheme.product(release.product)
    until = day((now() + timedelta(days=progress.LINK_DAYS)).astimezone(scheme.zone).date(), 0)
    leave, files = leave_mailing(tokens.leave), _attached(line)
    letter = letters.write(
        "mobile_version",
        language,
        {
            "name": line.name,
            "app": product.name.in_language(language) if product else release.product,
            "version": release.version,
            "notes": release.notes(language),
            "link": mobile_version(tokens.page),
            "leave": leave,
            "until": until.in_language(language),
            "again": line.round > 1,
            "attached": bool(files),
            "vendor": desk_name(scheme).in_language(language),
        },
    )
    outbox.put(
        kind="email",
        key=f"mailing:{line.pk}:{line.round}",
        to=Party(line.address, line.name),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        headers={
            "List-Id": list_id(release.product),
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        files=files,
        automatic=True,
        about=(SUBJECT, line.pk),
    )


def _attached(line: Line) -> list[dict[str, str]]:
    """The package for every processor, where the address asks for it in the letter and it is small enough for one."""
    email: EmailAddress | None = line.email
    if email is None or not email.mobile_attached:
        return []
    fits = [each for each in progress.files_of(line.mailing.release) if each.size <= MOST_ATTACHED]
    return [{"name": e.name, "type": media_type_of(e.kind), "sha256": e.sha256} for e in fits[:1]]


def list_id(product: str) -> str:
    """The name under which mail programs keep a product's letters together (RFC 2919)."""
    domain = parseaddr(settings.OKIBI_MAIL_FROM)[1].rpartition("@")[2] or "localhost"
    return f"<{product}.versions.{domain}>"


@transaction.atomic
def leave(token: str) -> Link:
    """Take the address of a letter out of the registry, on record as its person's act. Raises NotAllowedError.

    Nothing happens the second time, nor where the address is in no card any more.
    """
    link = progress.leaving(token)
    email: EmailAddress | None = link.line.email
    if email is not None:
        cards.set_mobile_mailing(email.pk, on=False, actor=Actor("person", email.person_id, link.line.name))
    return link


def told_version(device: Device) -> None:
    """A device reported what runs on it: letters about that version or an earlier one have done their work."""
    if device.person_id is not None and device.product and device.version:
        progress.note_version(card_ids(device.person_id), device.product, device.version)
