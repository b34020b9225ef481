"""Everything about one person as a ZIP: ``about-me.json``, the files of their requests, recordings of their calls.

An organisation's administrator may take it for one of its people: then it holds what they did as the organisation's,
and no accounts of messengers and no recordings, which are their own affair.

A small archive is made while its reader waits; a large one is a chore, and its page says when it is ready. An archive
of a chore is kept a day.
"""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction

from okibi.calls import selectors as calls
from okibi.calls.models import Call, Recording
from okibi.channels.messenger import conversations
from okibi.customers import selectors as customers
from okibi.customers.messenger_models import MessengerIdentity
from okibi.customers.models import Person, PhoneNumber
from okibi.environments.selectors import of_people
from okibi.flows import organisation_admin
from okibi.flows.organisation_admin import actor_of
from okibi.flows.own_card import own
from okibi.flows.visitor import Visitor
from okibi.journal.selectors import of_subject, sentence_of
from okibi.journal.services import Actor, record
from okibi.kernel import blobs, chores
from okibi.kernel.clock import now
from okibi.kernel.models import Blob, Chore
from okibi.mailings import selectors as mailings
from okibi.mailings.models import Line
from okibi.tickets.models import Ticket
from okibi.tickets.personal import said_on, size_of, whole_tickets
from okibi.updates import selectors as updates
from okibi.updates.models import Agreement

KIND = "person.data"
TASK = "okibi.flows.ipv_tasks.personal_data"
LARGE_BYTES = 20 * 1024 * 1024  # of files, above which the archive is a chore
LARGE_TICKETS = 300
KEPT_FOR = timedelta(days=1)
PIECE = 1024 * 1024  # bytes copied at a time


@dataclass(frozen=True, slots=True)
class About:
    """Whose archive it is; ``organisation``: only what belongs to that one, for its administrator."""

    person: Person
    organisation: int | None = None


def _about(visitor: Visitor, person_id: int | None) -> About:
    """Oneself, or one of the organisation's people. Raises NotAllowedError, NotFoundError for everybody else."""
    if person_id is None:
        return About(own(visitor))
    return About(organisation_admin.person(visitor, person_id), organisation_admin.organisation(visitor).pk)


def is_large(visitor: Visitor, person_id: int | None = None) -> bool:
    """Whether the archive takes longer than somebody waits for a page."""
    about = _about(visitor, person_id)
    people = customers.card_ids(about.person.pk)
    size = size_of(people, about.organisation)
    heard = calls.recorded_bytes(people, _own_numbers(people)) if about.organisation is None else 0
    return size.bytes + heard > LARGE_BYTES or size.tickets > LARGE_TICKETS


def archive(visitor: Visitor, person_id: int | None = None) -> IO[bytes]:
    """The archive as an unnamed temporary file, at its beginning; on record."""
    about = _about(visitor, person_id)
    handle = tempfile.TemporaryFile()  # noqa: SIM115  whoever sends it closes it
    _write(handle, about)
    _record(about.person, actor_of(visitor))
    handle.seek(0)
    return handle


@transaction.atomic
def begin(visitor: Visitor, person_id: int | None = None) -> Chore:
    """Begin to make a large archive; an unfinished one of the same kind is gone on with."""
    whose = _about(visitor, person_id)
    known = {"person": whose.person.pk, "organisation": whose.organisation, "for": visitor.person_id}
    for chore in Chore.objects.filter(kind=KIND, finished_at__isnull=True, about__contains=known)[:1]:
        return chore
    actor = actor_of(visitor)
    about = {**known, "sha256": ""}
    return chores.begin(KIND, TASK, {"kind": actor.kind, "id": actor.id, "name": actor.name}, 1, about)


def find(visitor: Visitor, chore_id: int) -> Chore | None:
    """An archive that the visitor asked for and may still have; nobody else's."""
    chore = chores.find(KIND, chore_id)
    if chore is None or visitor.person_id is None or chore.about["for"] != visitor.person_id:
        return None
    organisation = chore.about["organisation"]
    if organisation is None:
        return chore if chore.about["person"] == visitor.person_id else None
    return chore if visitor.is_admin and visitor.organisation_id == organisation else None


def ready(chore: Chore) -> IO[bytes] | None:
    """The finished archive, or None while it is made and once its day is over."""
    over = chore.finished_at is None or now() - chore.finished_at > KEPT_FOR
    return None if over or not chore.about["sha256"] else blobs.stream(blobs.stored(chore.about["sha256"]))


def make(chore_id: int) -> None:
    """Make the archive of a chore; harmless to repeat."""
    with transaction.atomic():
        chore = chores.held(chore_id)
        if chore.finished_at is not None:
            return
        person = customers.card(chore.about["person"])
        path = _to_file(About(person, chore.about["organisation"]))
        try:
            digest, size = _digest(path)
            blobs.take_file(path, digest, size)
        finally:
            path.unlink(missing_ok=True)
        chore.about = {**chore.about, "sha256": digest}
        chore.done = 1
        chores.finish(chore)
        _record(person, Actor(**chore.by))


def forget_old() -> int:
    """Archives whose day is over are deleted; gives how many."""
    gone = 0
    for chore in Chore.objects.filter(kind=KIND, finished_at__lt=now() - KEPT_FOR).exclude(about__sha256=""):
        blobs.forget(chore.about["sha256"])
        chore.about = {**chore.about, "sha256": ""}
        chore.save(update_fields=["about"])
        gone += 1
    return gone


def _to_file(about: About) -> Path:
    """A synced file on the disk of the files folder, as the blobs want it."""
    folder = Path(settings.OKIBI_FILES) / "incoming"  # beside the uploads that are not whole yet
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=folder, suffix=".zip")
    with os.fdopen(descriptor, "wb") as handle:
        _write(handle, about)
        handle.flush()
        os.fsync(handle.fileno())
    return Path(name)


def _write(handle: IO[bytes], about: About) -> None:
    people = list(customers.card_ids(about.person.pk))
    with zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as packed:
        requests = [_request(packed, ticket) for ticket in whole_tickets(people, about.organisation)]
        told = {**_card(about.person, people, about.organisation), "requests": requests}
        if about.organisation is not None:
            del told["messengers"]
        else:
            told["recordings"] = [_recording(packed, row) for row in calls.recorded(people, _own_numbers(people))]
        packed.writestr("about-me.json", json.dumps(told, ensure_ascii=False, indent=2))


def _is_theirs(call: Call, organisation: int | None) -> bool:
    """An organisation's administrator has the calls about its requests only; one's own archive has them all."""
    return organisation is None or (call.ticket is not None and call.ticket.organisation_id == organisation)


def _call(call: Call) -> dict[str, Any]:
    return {
        "at": _at(call.started_at),
        "direction": call.direction,
        "number": call.number,
        "state": call.state,
        "talk_seconds": call.talk_seconds,
        "request": call.ticket.number if call.ticket else None,
    }


def _mailing(line: Line) -> dict[str, Any]:
    """One letter with a version that went to them."""
    release = line.mailing.release
    return {
        "product": release.product,
        "version": release.version,
        "address": line.address,
        "state": line.state,
        "sent_at": _at(line.sent_at),
        "opened_at": _at(line.opened_at),
        "downloaded_at": _at(line.downloaded_at),
        "installed_at": _at(line.installed_at),
        "installed_version": line.installed_version,
    }


def _card(person: Person, people: list[int], organisation: int | None = None) -> dict[str, Any]:
    rows = customers.cards(people)
    return {
        "made_at": _at(now()),
        "name": person.name,
        "organisation": person.organisation.name if person.organisation else "",
        "organisation_admin": person.organisation_admin,
        "position": person.position,
        "language": person.language,
        "remark": person.note,
        "addresses": [
            {"address": email.address, "verified_at": _at(email.verified_at), "mobile_mailing": email.mobile_mailing}
            for row in rows
            for email in row.emails.all()
        ],
        "numbers": [_number(phone) for row in rows for phone in row.phones.all()],
        "messengers": [_messenger(row) for each in people for row in customers.messengers_of(each)],
        "licences": [row.number for row in customers.licences_of(person_id=person.pk)],
        "trials": [row.number for row in customers.trials_of(person_id=person.pk)],
        "devices": [
            {
                "id": row.public_id,
                "kind": row.kind,
                "name": row.name,
                "product": row.product,
                "version": row.version,
                "environment": row.report,
                "enrolled_at": _at(row.created_at),
                "last_seen_at": _at(row.last_seen_at),
                "revoked_at": _at(row.revoked_at),
            }
            for row in of_people(people)
        ],
        "calls": [_call(call) for call in calls.of_people(people) if _is_theirs(call, organisation)],
        "mailings": [_mailing(line) for line in mailings.of_people(people)],
        "agreements": [_agreement(row) for row in updates.of_people(people)],
        "journal": [
            {"at": _at(entry.at), "act": sentence_of(entry).in_language(person.language)}
            for each in people
            for entry in of_subject("person", each)
        ],
    }


def _number(phone: PhoneNumber) -> dict[str, Any]:
    """``sms``: what they said about SMS on their requests ("yes", "no", "" for nothing), and when."""
    return {
        "number": phone.e164,
        "extension": phone.extension,
        "sms": phone.sms_wish,
        "sms_said_at": _at(phone.sms_wish_at),
    }


def _agreement(row: Agreement) -> dict[str, Any]:
    """Access for automatic updates that they asked for, or gave or refused."""
    return {
        "number": row.pk,
        "organisation": row.organisation.name if row.organisation else "",
        "state": row.state,
        "products": row.products,
        "windows": row.windows,
        "zone": row.zone,
        "valid_from": _at(row.valid_from),
        "valid_until": _at(row.valid_until),
        "answered_by": row.granted_name,
        "answered_at": _at(row.answered_at),
        "withdrawn_at": _at(row.withdrawn_at),
        "request": row.ticket.number if row.ticket else None,
    }


def _messenger(row: MessengerIdentity) -> dict[str, Any]:
    """An account of a messenger. What only the number ties to the card may be another's: then no more than that."""
    if row.verified_at is None:
        return {"network": row.network, "number": row.e164, "verified_at": None}
    return {
        "network": row.network,
        "user_id": row.user_id,
        "number": row.e164,
        "name": row.name,
        "verified_at": _at(row.verified_at),
        "first_seen_at": _at(row.first_seen_at),
        "conversations": [
            {"channel": known.channel, "with": known.account, "last_wrote_at": _at(known.last_in_at)}
            for known in conversations.conversations_of(row.network, (row.user_id, row.e164))
        ],
    }


def _request(packed: zipfile.ZipFile, ticket: Ticket) -> dict[str, Any]:
    rating = getattr(ticket, "rating", None)
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "kind": ticket.kind,
        "state": ticket.state,
        "product": ticket.product,
        "version": ticket.product_version,
        "placed_at": _at(ticket.placed_at),
        "due_at": _at(ticket.due_at),
        "verdict": ticket.verdict,
        "environment": ticket.environment,
        "rating": {"score": rating.score, "text": rating.text} if rating else None,
        "messages": [
            {
                "at": _at(message.at),
                "kind": message.kind,
                "author": message.author_name,
                "text": message.text,
                "files": list(_files(packed, ticket, message.attachments.all())),
            }
            for message in said_on(ticket)
        ],
    }


def _files(packed: zipfile.ZipFile, ticket: Ticket, files: Any) -> Iterator[Mapping[str, Any]]:
    """Each file is copied into the archive under a name that no file system stumbles over."""
    for file in files:
        safe = "".join(char if char.isalnum() or char in "._-" else "_" for char in file.name)[-100:].lstrip(".")
        name = _copied(packed, file.blob, f"files/{ticket.number}/{file.pk}-{safe or 'file'}")
        yield {"name": file.name, "type": file.type, "size": file.size, "in_archive": name}


def _own_numbers(people: Collection[int]) -> list[str]:
    """Numbers that are surely theirs: behind another one somebody else may have spoken."""
    sure = PhoneNumber.objects.filter(person_id__in=people, verified_at__isnull=False, extension="")
    return list(sure.values_list("e164", flat=True))


def _recording(packed: zipfile.ZipFile, row: Recording) -> dict[str, Any]:
    """What an exchange recorded of a call; a voice message is a file of its request."""
    name = _copied(packed, row.blob, f"calls/{row.call_id}-{row.pk}") if row.blob else ""
    return {"of_call_at": _at(row.call.started_at), "in_archive": name}


def _copied(packed: zipfile.ZipFile, blob: Blob, name: str) -> str:
    """The name under which it stands in the archive; "" where the folder lost the bytes: the archive says which."""
    try:
        with blobs.stream(blob) as source, packed.open(name, "w") as target:
            while piece := source.read(PIECE):
                target.write(piece)
    except FileNotFoundError:
        return ""
    return name


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest(), path.stat().st_size


def _record(person: Person, actor: Actor) -> None:
    record("person.data_given", ("person", person.pk), actor)


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
