"""The port (``channels/port.py``) for every exchange: each adapter says only what its vendor does in its own way."""

import hashlib
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings

from okibi.channels import inbox
from okibi.channels.clean import json_safe
from okibi.channels.hook import HookAnswer
from okibi.channels.messenger import health
from okibi.channels.port import Incoming, Outgoing, Party, SendError, UnreadableError
from okibi.channels.telephone import words
from okibi.channels.telephone.accounts import HOME, Exchange, TelephoneFileError, load
from okibi.channels.telephone.values import CallEvent, What
from okibi.kernel.hook import HookRequest
from okibi.kernel.sentence import Sentence

log = structlog.get_logger(__name__)
Fields = Mapping[str, Any]
MOST = 500  # fields of a push
_NAME = re.compile(r'\bname="([^"]*)"')


class RefusedError(Exception):
    """Who speaks at the door is not who they say, or says what can't be. ``status`` and a short JSON for the vendor."""

    def __init__(self, status: int, document: Mapping[str, str] | None = None) -> None:
        super().__init__(str(status))
        self.status = status
        self.document = dict(document or {})


class ExchangeChannel(ABC):
    """Parsing and pushes, as far as exchanges are alike. Nothing is sent by an exchange: people speak."""

    kind: ClassVar[str]
    title: ClassVar[Sentence]
    icon = "phone"
    repeatable = False
    kept_back: ClassVar[tuple[str, ...]] = ()  # fields that hold a secret: they are not stored

    # ---------------------------------------------------------------- what each vendor does in its own way

    @abstractmethod
    def read(self, fields: Fields, path: str, zone: ZoneInfo) -> CallEvent:
        """One push in neutral words; ``zone`` is that of moments written without one. Raises UnreadableError."""

    @abstractmethod
    def prove(self, account: Exchange, request: HookRequest, fields: Fields) -> None:
        """Raises RefusedError unless the push bears the account's proof; compares in constant time."""

    def is_trial(self, request: HookRequest) -> bool:  # noqa: ARG002
        """Whether the vendor only tries the address: that is answered, and nothing is stored."""
        return False

    def reply(self, account: Exchange, request: HookRequest, fields: Fields) -> HookAnswer:  # noqa: ARG002
        """What a proved push is answered once it is stored."""
        return as_json({})

    def is_question(self, fields: Fields) -> bool:  # noqa: ARG002
        """Whether a push only asks something: then it is answered and not stored."""
        return False

    def can_dial(self, account: Exchange) -> bool:  # noqa: ARG002
        """Whether it can be asked to connect a specialist with a number."""
        return False

    def dial(self, account: Exchange, seat: str, number: str, order: str) -> None:
        """Ring that telephone of ours, then the number (E.164). Raises ExchangeError.

        ``order`` is our id of it: an exchange that says later what became of it names it (``What.REFUSED``).
        """
        raise NotImplementedError

    def can_give_recordings(self, account: Exchange) -> bool:  # noqa: ARG002
        """Whether a recording can be fetched by its id."""
        return False

    def recording(self, account: Exchange, recording_id: str) -> str:
        """A short-lived address of a recording's bytes. Raises ExchangeError."""
        raise NotImplementedError

    def can_give(self, account: Exchange, where: str) -> bool:
        """Whether that recording can be fetched: an address always, an id where the exchange gives by ids."""
        return is_address(where) or self.can_give_recordings(account)

    def address_of(self, account: Exchange, where: str) -> str:
        """Where a recording's bytes are at this moment; ``where`` as its event said. Raises ExchangeError."""
        return where if is_address(where) else self.recording(account, where)

    def key_for(self, account: Exchange, url: str) -> Mapping[str, str]:  # noqa: ARG002
        """What the exchange wants to see at that address; a temporary address is a bearer of itself."""
        return {}

    def greet(self, account: Exchange, request: HookRequest) -> HookAnswer:  # noqa: ARG002
        """The answer to a GET: a vendor's handshake, where it has one."""
        return HookAnswer(405, b"", headers={"Allow": "POST"})

    # ---------------------------------------------------------------- the port

    def parse(self, raw: bytes, envelope: Mapping[str, object]) -> Incoming:
        """Raises UnreadableError; never anything else on any bytes."""
        path, name = (found if isinstance(found := envelope.get(key), str) else "" for key in ("path", "account"))
        known = self.account(name) if name else None
        event = self.read(fields_of(raw), path, known.zone if known else ZoneInfo(HOME))
        event = replace(event, exchange=self.kind, account=name[:30])
        if event.what not in {What.NOTICE, What.REFUSED} and not event.call_key:
            raise UnreadableError("an event without the id of its call")
        return incoming_of(event)

    def new_external_id(self, key: str) -> str:  # noqa: ARG002
        return ""

    def send(self, message: Outgoing) -> str:  # noqa: ARG002
        """Always raises: an exchange carries voices."""
        raise SendError("an exchange sends no messages: a specialist calls", permanent=True)

    def problems(self) -> list[Sentence]:
        try:
            load(Path(settings.OKIBI_TELEPHONE))
        except TelephoneFileError as error:
            return [error.sentence]
        except (OSError, UnicodeDecodeError) as error:
            said = f"OKIBI_TELEPHONE: {type(error).__name__}"
            return [Sentence(said, said)]
        return []

    def can_send(self) -> bool:
        return False

    # ---------------------------------------------------------------- accounts

    def accounts(self) -> tuple[Exchange, ...]:
        """Those of this kind; none while the file is wrong (``okibi doctor`` says why)."""
        try:
            return tuple(each for each in load(Path(settings.OKIBI_TELEPHONE)) if each.kind == self.kind)
        except (TelephoneFileError, OSError, UnicodeDecodeError) as error:
            log.warning("telephone_file_refused", error=str(error)[:500])
            return ()

    def account(self, name: str) -> Exchange | None:
        """The exchange of this kind and name; None while the file is wrong."""
        return next((each for each in self.accounts() if each.name == name), None)

    # ---------------------------------------------------------------- pushes

    def take_hook(self, account: str, request: HookRequest) -> HookAnswer:
        """Check, store durably, answer. What was stored before is answered alike and stored no second time."""
        if self.problems():
            return HookAnswer(503)  # the exchange tries again; nothing is lost while the file is mended
        known = self.account(account)
        if known is None:
            return HookAnswer(404)
        if request.method == "GET":
            return self.greet(known, request)
        if self.is_trial(request):
            return as_json({})
        try:
            fields = fields_of(request.body)
            self.prove(known, request, fields)
        except UnreadableError:
            return HookAnswer(400)
        except RefusedError as refused:
            log.warning("hook_refused", channel=self.kind, account=account, status=refused.status)
            health.refused(self.kind, account, refused.status)
            return as_json(refused.document, refused.status)
        if not self.is_question(fields):
            self.keep(known, request, fields)
        health.heard(self.kind, account)
        return self.reply(known, request, fields)

    def keep(self, account: Exchange, request: HookRequest, fields: Fields) -> bool:
        """Store a push once, without its secrets; False where it was there. The same fields are the same push."""
        open_fields = {key: value for key, value in fields.items() if key not in self.kept_back}
        said = json.dumps([request.path, open_fields], sort_keys=True, ensure_ascii=False).encode()
        key = f"{account.name}:{hashlib.sha256(said).hexdigest()}"
        raw = request.body
        if self.kept_back:
            raw = urlencode(open_fields, doseq=True).encode()
        envelope = {"account": account.name, "path": request.path}
        return inbox.receive(self.kind, key, raw, "hook", envelope)[1]


def fields_of(raw: bytes) -> dict[str, Any]:
    """The fields of a push, JSON or a form of either kind; ``user[]`` is a list. Raises UnreadableError: no fields."""
    try:
        text = raw.decode("utf-8")
        if text.lstrip().startswith(("{", "[")):
            document = json_safe(json.loads(text))
            if not isinstance(document, dict):
                raise UnreadableError("not a JSON object")
            return document
        pairs = _parts(text) if text.startswith("--") else parse_qsl(text, keep_blank_values=True, max_num_fields=MOST)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"neither JSON nor a form: {error}"[:300]) from error
    fields: dict[str, Any] = {}
    for key, value in pairs:
        if key.endswith("[]"):
            fields.setdefault(key[:-2], []).append(value)
        else:
            fields[key] = value
    cleaned = json_safe(fields)
    if not isinstance(cleaned, dict) or not cleaned:
        raise UnreadableError("a push without fields")
    return cleaned


def _parts(text: str) -> list[tuple[str, str]]:
    """The fields of multipart/form-data by the boundary of its first line: Zadarma's header names another."""
    boundary, end, rest = text.partition("\r\n")
    parts = f"\r\n{rest}".split(f"\r\n{boundary}")[:MOST] if end else []
    found = []
    for part in parts:
        head, _, value = part.lstrip("\r\n").partition("\r\n\r\n")
        name = _NAME.search(head)
        if name:
            found.append((name[1], value))
    return found


def is_address(where: str) -> bool:
    """Whether a recording's place is an address, not an id of the exchange."""
    return where.startswith(("https://", "http://"))


def as_json(document: Mapping[str, Any], status: int = 200) -> HookAnswer:
    """A JSON answer."""
    body = json.dumps(dict(document), ensure_ascii=False).encode()
    return HookAnswer(status, body, content_type="application/json")


def incoming_of(event: CallEvent) -> Incoming:
    """The port's value of what an exchange told: its text is the sentence that it becomes."""
    sentence = words.sentence_of(event).ru
    return Incoming(
        sender=Party(event.e164 or event.said),
        subject="",
        text=sentence,
        reply=sentence,
        sent_at=event.at,
        external_id=event.call_key[:200],
        call=event,
    )
