"""A request placed on the site: stored raw like a mail, taken in at once, so that the page can show number and term."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from okibi.channels import inbox
from okibi.channels.form.adapter import StoredFile, pack
from okibi.channels.port import Party
from okibi.flows.intake import take
from okibi.flows.links import where_is
from okibi.kernel import blobs
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.kernel.visible import has_words
from okibi.tickets import selectors

NO_ADDRESS = Sentence(
    ru="Напишите адрес e-mail: на него придёт ответ.", en="Please give an e-mail address: the answer goes there."
)
NO_TEXT = Sentence(ru="Опишите, что случилось или что нужно.", en="Please describe what happened or what is needed.")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the form. ``type`` is what the browser said, nothing more."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Placed:
    """A request that is durable: its number and the page on which it can be followed, None while it is being read."""

    number: str
    link: str


def place(
    form_id: str,
    name: str,
    address: str,
    subject: str,
    text: str,
    facts: Mapping[str, str],
    uploads: Sequence[Upload] = (),
    kept: Sequence[StoredFile] = (),
) -> Placed | None:
    """Place a request; the same ``form_id`` a second time gives the first one's number and makes nothing.

    ``kept``: files whose bytes are kept by ``okibi.kernel.blobs`` already.
    ``facts``: ``kind``, ``product``, ``version``, ``licence``, ``organisation``, ``language``,
    ``sms_number`` (E.164, for one SMS with number and term), ``env_*``.
    Raises InputError.
    None: stored, but not taken in yet (it will be, by the worker).
    """
    if not address.strip():
        raise InputError(NO_ADDRESS, field="email")
    if not has_words(text):
        raise InputError(NO_TEXT, field="text")
    files = [StoredFile(upload.name, upload.type, blobs.put(upload.content).sha256) for upload in uploads]
    files += kept
    raw = pack(
        sender=Party(address.strip(), name.strip()),
        subject=subject.strip() or text.strip().splitlines()[0][:120],
        text=text.strip(),
        facts={key: value.strip() for key, value in facts.items() if value.strip()},
        files=files,
        sent_at=now(),
    )
    # In one commit: a worker that were woken by the row could hold it just when the page wants the number.
    row, _ = inbox.receive_and_take("form", form_id, raw, "site", {}, take)
    if row.subject_id is None:
        return None
    ticket = selectors.by_ids([row.subject_id])[0]
    return Placed(ticket.number, where_is(ticket))
