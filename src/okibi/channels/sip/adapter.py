"""Voice messages as a channel: kind ``sip``. It has no way out: the answer to a call is a call."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from okibi.channels.port import Incoming, IncomingFile, Outgoing, Party, SendError
from okibi.channels.sip.document import Call, Recording, unpack
from okibi.channels.sip.settings_check import look
from okibi.kernel.sentence import Sentence
from okibi.policy.phone_numbers import PhoneNumberError, parse_phone

TYPE = "audio/wav"


class SipChannel:
    """A recording that came by telephone, in words that no channel owns."""

    kind = "sip"
    title = Sentence(ru="Голосовая почта", en="Voice mail")
    icon = "phone"
    repeatable = False

    def parse(self, raw: bytes, envelope: Mapping[str, object]) -> Incoming:  # noqa: ARG002
        """Raises UnreadableError for anything that is no voice message. ``facts`` say how the call went."""
        call, recording, text, more = unpack(raw)
        return Incoming(
            sender=Party(number_of(call.caller), call.name),
            subject="",
            text=text,
            reply=text,
            sent_at=datetime.fromisoformat(call.began),
            recipients=(Party(number_of(call.called)),) if call.called else (),
            external_id=call.call_id[:200],
            files=(*_recorded(call, recording), *_further(more)),
            authentic=True if call.verified and call.caller else None,
            facts=_facts(call, recording),
        )

    def new_external_id(self, key: str) -> str:  # noqa: ARG002
        return ""

    def send(self, message: Outgoing) -> str:  # noqa: ARG002
        """Always raises: nothing is said to a caller by itself."""
        raise SendError("voice mail has no way back; call", permanent=True)

    def problems(self) -> list[Sentence]:
        return look(lambda name: str(getattr(settings, name)))[1]

    def can_send(self) -> bool:
        return False


def number_of(given: str) -> str:
    """E.164 where the text is a number that can exist, else as it was given ("101" inside an exchange)."""
    try:
        return parse_phone(given).e164
    except PhoneNumberError:
        return given


def _recorded(call: Call, recording: Recording) -> tuple[IncomingFile, ...]:
    if recording.is_empty:
        return ()
    began = datetime.fromisoformat(call.began)
    return (IncomingFile(f"voice-{began:%Y%m%d-%H%M%S}.wav", TYPE, b"", stored=recording.sha256),)


def _further(listed: list[Mapping[str, Any]]) -> tuple[IncomingFile, ...]:
    """Files that whoever wrote the document kept beside the recording."""
    return tuple(
        IncomingFile(file["name"], file["type"], b"", stored=file["sha256"])
        for file in listed
        if isinstance(file, dict) and all(isinstance(file.get(key), str) for key in ("name", "type", "sha256"))
    )


def _facts(call: Call, recording: Recording) -> dict[str, str]:
    return {
        "voice": "empty" if recording.is_empty else "message",
        "voice_seconds": f"{0.0 if recording.is_empty else recording.seconds:.0f}",
        "voice_ended": call.why,
        "voice_hours": "open" if call.open else "closed",
        "voice_ended_at": call.ended,
    }
