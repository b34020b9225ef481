"""The port (``channels/port.py``) for every messenger: each adapter says only what its vendor does in its own way."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import structlog
from django.conf import settings

from okibi.channels.clean import json_safe
from okibi.channels.hook import HookAnswer
from okibi.channels.messenger import health, words
from okibi.channels.messenger.accounts import Account, ChannelsFileError, load
from okibi.channels.messenger.http import host_of
from okibi.channels.messenger.kinds import shape_of
from okibi.channels.messenger.limits import obey
from okibi.channels.messenger.shape import Shape
from okibi.channels.messenger.templates import Kept, MessageTemplate
from okibi.channels.messenger.values import Media, Piece, Told
from okibi.channels.port import Incoming, Outgoing, Party, SendError, UnreadableError
from okibi.channels.pushed import Pushed, receive_all
from okibi.kernel.hook import HookRequest
from okibi.kernel.sentence import Sentence

log = structlog.get_logger(__name__)
SUBJECT = 80  # characters of the first line


class HookRefusedError(Exception):
    """Who speaks at the door is not who they say. ``status``: 401 without a proof, 403 with a wrong one."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class MessengerChannel(ABC):
    """Parsing, sending, media and pushes, as far as they are alike."""

    kind: ClassVar[str]
    title: ClassVar[Sentence]
    icon = "message-circle"
    keys_of_account: ClassVar[bool] = False  # whether an event's key is one only within its account
    repeatable = False  # no vendor recognises a message that is handed over twice

    # ---------------------------------------------------------------- what each vendor does in its own way

    @abstractmethod
    def pieces(self, document: Mapping[str, object]) -> Sequence[Piece]:
        """Every single event of a push, each in the vendor's own shape. Nothing that came may be left out."""

    @abstractmethod
    def read(self, document: Mapping[str, object]) -> Told:
        """One piece in neutral words. Raises UnreadableError for a shape that is not the vendor's."""

    @abstractmethod
    def prove(self, account: Account, request: HookRequest) -> None:
        """Raises HookRefusedError unless the push bears the account's proof; compares in constant time."""

    @abstractmethod
    def deliver(self, account: Account, message: Outgoing) -> str:
        """Hand one message over; gives the vendor's id of it. Raises SendError."""

    @abstractmethod
    def source(self, account: Account, media: Media) -> "Source":
        """Where a file's bytes are. Raises FetchError."""

    def greet(self, account: Account, request: HookRequest) -> HookAnswer:  # noqa: ARG002
        """The answer to a GET: a vendor's handshake, where it has one."""
        return HookAnswer(405, b"", headers={"Allow": "POST"})

    # ---------------------------------------------------------------- the port

    @property
    def shape(self) -> Shape:
        return shape_of(self.kind)

    def parse(self, raw: bytes, envelope: Mapping[str, object]) -> Incoming:  # noqa: ARG002
        """Raises UnreadableError; never anything else on any bytes."""
        try:
            document = json_safe(json.loads(raw))
        except (ValueError, RecursionError) as error:
            raise UnreadableError(f"not JSON: {error}"[:300]) from error
        if not isinstance(document, dict):
            raise UnreadableError("not a JSON object")
        return incoming_of(self.read(document))

    def new_external_id(self, key: str) -> str:  # noqa: ARG002
        return ""

    def send(self, message: Outgoing) -> str:
        """Raises SendError. The account is ``headers["account"]``; without it, the only one there is."""
        account = self.account(message.headers.get("account", ""))
        if account is None:
            raise SendError(f"no account {message.headers.get('account') or self.kind!r}", permanent=True)
        if message.headers.get("act") != "read":
            obey(account, message.recipient.address, self.shape.limits)
        return self.deliver(account, message)

    def problems(self) -> list[Sentence]:
        try:
            load(Path(settings.OKIBI_CHANNELS))
        except ChannelsFileError as error:
            return [error.sentence]
        except OSError as error:
            said = f"OKIBI_CHANNELS: {type(error).__name__}"
            return [Sentence(said, said)]
        return []

    def can_send(self) -> bool:
        return bool(self.accounts())

    # ---------------------------------------------------------------- templates

    def owner_of_templates(self, account: Account) -> str:  # noqa: ARG002
        """The business account whose templates can be fetched; "" where there is none."""
        return ""

    def fetch_templates(self, account: Account, timeout: float) -> Sequence[Kept]:  # noqa: ARG002
        """Every template that the vendor keeps for it. Raises SendError."""
        return ()

    def templates(self, account: Account) -> tuple[MessageTemplate, ...]:
        """What may be sent when the window is closed."""
        return account.templates

    def why_not_offered(self, kept: Kept) -> Sentence | None:  # noqa: ARG002
        """Why an approved template can't be filled here; None where it can."""
        return None

    # ---------------------------------------------------------------- accounts

    def accounts(self) -> tuple[Account, ...]:
        """Those of this kind; none while the file is wrong (``okibi doctor`` says why)."""
        try:
            return tuple(each for each in load(Path(settings.OKIBI_CHANNELS)) if each.kind == self.kind)
        except (ChannelsFileError, OSError) as error:
            log.warning("channels_file_refused", error=str(error)[:500])
            return ()

    def account(self, name: str) -> Account | None:
        """The account of that name; for "" the only one there is."""
        found = self.accounts()
        if not name:
            return found[0] if len(found) == 1 else None
        return next((each for each in found if each.name == name), None)

    # ---------------------------------------------------------------- pushes

    def take_hook(self, account: str, request: HookRequest) -> HookAnswer:
        """Check, store durably, answer: 200 says that every event of the push is on disk."""
        if self.problems():
            return HookAnswer(503)  # the vendor tries again; nothing is lost while the file is mended
        known = self.account(account) if account else None
        if known is None:
            return HookAnswer(404)
        if request.method == "GET":
            return self.greet(known, request)
        try:
            self.prove(known, request)
        except HookRefusedError as refused:
            log.warning("hook_refused", channel=self.kind, account=account, status=refused.status)
            health.refused(self.kind, account, refused.status)
            return HookAnswer(refused.status)
        self.keep(known, request.body, "hook")
        health.heard(self.kind, account)
        return HookAnswer()

    def keep(self, account: Account, body: bytes, source: str) -> int:
        """Store every event of a push, each once; gives how many were new.

        A push of one event is kept as it came, byte for byte; one of several as several, each in the vendor's shape.
        What is no JSON is kept too, for the tray.
        """
        try:
            document = json.loads(body)
            pieces = list(self.pieces(document)) if isinstance(document, dict) else []
        except (ValueError, RecursionError, UnreadableError):
            document, pieces = None, []
        if not pieces:
            if document == {} or self.is_greeting(document):
                return 0
            key = f"raw:{hashlib.sha256(body).hexdigest()}"
            return receive_all(self.kind, source, [Pushed(key, body, account.name)])
        events = []
        for piece in pieces:
            raw = body if len(pieces) == 1 else json.dumps(piece.document, ensure_ascii=False).encode()
            owner = self._owner(account, piece)
            key = f"{owner}:{piece.key}" if self.keys_of_account else piece.key
            key = key if len(key) <= KEY else hashlib.sha256(key.encode()).hexdigest()
            events.append(Pushed(key, raw, owner))
        return receive_all(self.kind, source, events)

    def is_greeting(self, document: object) -> bool:  # noqa: ARG002
        """Whether a push is only the vendor's way to try the address."""
        return False

    def _owner(self, account: Account, piece: Piece) -> str:
        """The account that a piece belongs to: one address may be told of several numbers. "" where it is not ours."""
        if all(account.options.get(key) == value for key, value in piece.account.items()):
            return account.name
        for other in self.accounts():
            if all(other.options.get(key) == value for key, value in piece.account.items()):
                return other.name
        log.warning("hook_of_unknown_account", channel=self.kind, account=account.name, said=dict(piece.account))
        return ""


KEY = 200  # characters of an external id


class Source:
    """Where to fetch a file; ``sha256`` and ``size`` as the vendor declares them there."""

    def __init__(
        self, url: str, headers: Mapping[str, str] | None = None, sha256: str = "", size: int | None = None
    ) -> None:
        self.url = url
        self.headers = dict(headers or {})
        self.sha256 = sha256
        self.size = size


def may_have_token(account: Account, url: str) -> bool:
    """Whether the account's token may go to that address: its own host, or one of the vendor's for media."""
    host = host_of(url)
    ends = shape_of(account.kind).media_hosts
    return bool(host) and (host == host_of(account.base_url) or any(host.endswith(f".{end}") for end in ends))


def incoming_of(told: Told) -> Incoming:
    """The port's value of what a messenger said."""
    text = json_safe(told.text)
    said = text if isinstance(text, str) else ""
    whole = f"{words.FORWARDED.ru}\n{said}" if told.forwarded and said else said
    return Incoming(
        sender=Party(told.who.address, told.who.name),
        subject=subject_of(said),
        text=whole,
        reply=whole,
        sent_at=told.at,
        external_id=told.message_id,
        references=(told.context,) if told.context else (),
        messenger=told,
    )


def subject_of(text: str) -> str:
    """The first line of a message, cut at a word."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= SUBJECT:
        return line
    return line[: SUBJECT - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
