"""Voice messages as a channel: kind ``sip``. It has no way out: the answer to a call is a call."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from okibi.channels.port import Incoming, IncomingFile, Outgoing, Party, SendError
from okibi.channels.sip.document import Call, Recording, key_of, unpack
from okibi.channels.sip.settings_check import look
from okibi.channels.telephone.numbers import e164_of, is_hidden
from okibi.channels.telephone.values import CallEvent, What
from okibi.kernel import signs
from okibi.kernel.sentence import Sentence

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
            sender=Party(e164_of(call.caller) or call.caller, call.name),
            subject="",
            text=text,
            reply=text,
            sent_at=datetime.fromisoformat(call.began),
            recipients=(Party(e164_of(call.called) or call.called),) if call.called else (),
            external_id=call.call_id[:200],
            files=(*_recorded(call, recording), *_further(more)),
            authentic=True if call.verified and call.caller else None,
            facts=_facts(call, recording),
            call=_event(call, recording),
        )

    def new_external_id(self, key: str) -> str:  # noqa: ARG002
        return ""

    def send(self, message: Outgoing) -> str:  # noqa: ARG002
        """Always raises: nothing is said to a caller by itself."""
        raise SendError("voice mail has no way back; call", permanent=True)

    def problems(self) -> list[Sentence]:
        """Wrong settings and recordings, and what the inlet says stands in its way."""
        options, found = look(lambda name: str(getattr(settings, name)))
        said = [sign.problem for sign in signs.of(options.url) if sign.problem] if options else []
        return found + [
            Sentence(f"голосовая почта не слушает: {why}", f"voice mail does not listen: {why}") for why in said
        ]

    def can_send(self) -> bool:
        return False


def _event(call: Call, recording: Recording) -> CallEvent:
    """What a room that knows calls makes of it: a message, or a call in which nobody spoke, which is a missed one."""
    ended = _moment(call.ended)
    return CallEvent(
        what=What.ENDED if recording.is_empty else What.VOICE,
        exchange="sip",
        call_key=key_of(call.call_id),
        leg_key=key_of(call.call_id),
        said=call.caller,
        e164=e164_of(call.caller),
        hidden=is_hidden(call.caller),
        our_number=call.called,
        cause=call.why,
        at=ended,
        started_at=_moment(call.began),
        ended_at=ended,
        answered=False,
        final=True,
        by_machine=True,
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


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
