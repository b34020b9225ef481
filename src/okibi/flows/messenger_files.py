"""Files that a messenger's message names: fetched after it, checked, and put on the ticket; a lost one is told."""

from okibi.channels.messenger import media
from okibi.channels.messenger_models import PendingFile
from okibi.journal.services import record
from okibi.kernel import blobs
from okibi.tickets import services

ROUNDS = 200  # files of one run


def fetch_due() -> int:
    """Fetch every file that is due; gives how many were tried. Each is attached in the transaction that marks it."""
    tried = 0
    while tried < ROUNDS and media.fetch_one(_attach, _lost):
        tried += 1
    return tried


def _attach(pending: PendingFile, name: str, type_: str, sha256: str) -> None:
    services.attach(
        pending.message_id, {"name": name, "type": type_, "stored": sha256, "size": blobs.stored(sha256).size}
    )


def _lost(pending: PendingFile, name: str, why: str) -> None:
    ticket_id = services.ticket_of_message(pending.message_id)
    if ticket_id is not None:
        record("messenger.file_lost", ("ticket", ticket_id), data={"name": name, "why": why})
