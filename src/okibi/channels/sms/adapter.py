"""kind ``sms``: requests that came by SMS, and their answers by the SMS queue (:mod:`okibi.sms`)."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from okibi.channels.clean import json_safe
from okibi.channels.hook import HookAnswer
from okibi.channels.port import Incoming, Outgoing, Party, SendError, UnreadableError
from okibi.kernel.hook import HookRequest
from okibi.kernel.sentence import Sentence
from okibi.policy.threading import numbers_in_subject
from okibi.sms import pushes, services
from okibi.sms.errors import SmsBusyError, SmsError, SmsFileError
from okibi.sms.models import Sms
from okibi.sms.options import is_set_up, sms_options

FORMAT = "okibi-sms/1"
SUBJECT = 70  # characters
LATER = timedelta(minutes=10)
WANTS_NONE = "the number's owner wants no SMS"


def pack(*, sender: str, text: str, line: str, received_at: datetime) -> bytes:
    """The raw bytes of one SMS that came in. ``sender``: E.164; ``line``: "gateway/name"."""
    document = {"format": FORMAT, "sender": sender, "text": text, "line": line, "at": received_at.isoformat()}
    return json.dumps(json_safe(document), ensure_ascii=False).encode()


def external_id_of(row: Sms) -> str:
    """By which an outbox row knows its SMS."""
    return f"sms:{row.pk}"


class SmsChannel:
    """kind ``sms``."""

    kind = "sms"
    title = Sentence(ru="SMS", en="Text message (SMS)")
    icon = "message-square"
    repeatable = True  # the queue knows an outbox row's SMS by its key

    def parse(self, raw: bytes, envelope: Mapping[str, object]) -> Incoming:  # noqa: ARG002
        """Raises UnreadableError for anything that is not a document of a known format."""
        try:
            document = json_safe(json.loads(raw))
        except (ValueError, RecursionError) as error:
            raise UnreadableError(f"no SMS: {error}"[:300]) from error
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise UnreadableError("no SMS of a known format")
        sender, text = _text(document.get("sender")), _text(document.get("text"))
        numbers = numbers_in_subject(text)
        first = next(iter(text.strip().splitlines()), "").strip()
        return Incoming(
            sender=Party(sender[:64]),
            subject=first if len(first) <= SUBJECT else f"{first[: SUBJECT - 1].rstrip()}…",
            text=text,
            reply=text,
            facts={"ticket_number": numbers[0]} if numbers else {},
        )

    def new_external_id(self, key: str) -> str:  # noqa: ARG002
        return ""

    def send(self, message: Outgoing) -> str:
        """Into the queue; what becomes of it is told later. Raises SendError."""
        key = message.headers.get("own") or f"{message.recipient.address}:{services.digest(message.text)}"
        try:
            row = services.submit(
                message.recipient.address,
                message.text,
                source=services.DESK,
                key=key,
                at_once=not message.automatic or services.wrote_lately(message.recipient.address),
            )
        except SmsBusyError as error:
            raise SendError(error.sentence.en, retry_after=LATER) from error
        except SmsError as error:
            raise SendError(error.sentence.en, permanent=True) from error
        except (SmsFileError, OSError) as error:
            raise SendError(str(error), unreachable=True) from error
        if row.state == Sms.State.BLOCKED:
            raise SendError(WANTS_NONE, permanent=True)
        return external_id_of(row)

    def take_hook(self, account: str, request: HookRequest) -> HookAnswer:
        """A gateway that calls us (``/hooks/sms/<gateway>``): its SMS and reports, stored before the answer."""
        return HookAnswer(pushes.take(account, replace(request, path=request.path.strip("/"))))

    def problems(self) -> list[Sentence]:
        try:
            sms_options()
        except SmsFileError as error:
            return [each.sentence for each in error.problems]
        except OSError as error:
            return [Sentence(ru=f"OKIBI_SMS: файл не читается ({error.strerror})",
                             en=f"OKIBI_SMS: the file can't be read ({error.strerror})")]  # fmt: skip
        return []

    def can_send(self) -> bool:
        return is_set_up()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
