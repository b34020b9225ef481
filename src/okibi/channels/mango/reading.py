"""One push of Mango Office in neutral words (VPBX API 1.9). Pure.

``entry_id`` is one client call, ``call_id`` a leg of it; ``seq`` counts the events of a leg. ``timestamp`` and ``seq``
come as numbers or as their digits. Source: the vendor's «API MANGO OFFICE» 1.9, §3.1.2–3.1.8, and its codes of
results.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from okibi.channels.port import UnreadableError
from okibi.channels.telephone.reading import first, inner, key, number, unix, whole
from okibi.channels.telephone.values import CallEvent, Direction, What
from okibi.kernel.sentence import Sentence

STATES = {"Appeared": What.RINGING, "Connected": What.ANSWERED, "Disconnected": What.ENDED}
MACHINES = {"ivr", "queue"}
CAUSES = {
    "1100": "normal",
    "1110": "ended by the caller",
    "1111": "no answer",
    "1120": "ended by the other side",
    "1121": "busy",
    "1122": "declined",
    "1123": "do not disturb",
    "1124": "not available",
    "1131": "not available",
    "1133": "no such number",
    "1163": "waited too long in the queue",
    "1164": "everybody is busy",
    "1170": "forwarded",
    "1183": "handed over",
    "1192": "out of the schedule",
}
REFUSALS = {  # by the first digit of ``result``
    "2": Sentence("АТС отказала: счёт или ограничения тарифа", "the exchange refused: the bill or the tariff's limits"),
    "3": Sentence("АТС не приняла запрос", "the exchange did not accept the request"),
    "4": Sentence("АТС не может набрать: номер или добавочный", "the exchange can't dial: the number or the extension"),
    "5": Sentence("у АТС сбой", "the exchange has a failure"),
}
UNKNOWN = Sentence("АТС не набрала номер", "the exchange did not dial the number")
INTERNAL, OUTGOING = "0", "2"  # call_direction; 1 is incoming
DONE = {"", "1000"}  # completion_code; 4002 says that the recording is too short to be kept
BY_MAIL = "Mail"  # recipient: then the recording is not in the cloud, and can't be asked for
SAID = {"call", "summary", "recording", "added", "tagged"}  # the last word of the address

Json = Mapping[str, Any]


def document_of(fields: Json) -> Json:
    """The object within the field ``json``. Raises UnreadableError."""
    try:
        document = json.loads(first(fields.get("json")))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"no json of Mango Office: {error}"[:300]) from error
    if not isinstance(document, dict):
        raise UnreadableError("no json of Mango Office")
    return document


def push(fields: Json, path: str) -> CallEvent:
    """``path``: what stands after the account, "events/call". Raises UnreadableError."""
    document = document_of(fields)
    word = path.strip("/").rpartition("/")[2]
    known = word in SAID
    if word == "summary" or (not known and "entry_result" in document):
        return summary(document)
    if word in {"recording", "added"} or (not known and "recording_id" in document):
        return recording(document)
    if word == "call" or (not known and "call_state" in document):
        return leg(document)
    if word == "callback" or (not known and "command_id" in document):
        return dialled(document)
    return CallEvent(What.NOTICE, word=word[:60] or "push")


def dialled(document: Json) -> CallEvent:
    """What became of a dialling that was taken (§3.2.1): only a refusal needs anybody."""
    code = first(document.get("result"))
    if code in DONE:
        return CallEvent(What.NOTICE, word="callback")
    why = REFUSALS.get(code[:1], UNKNOWN)
    shown = Sentence(f"{why.ru} ({code[:10]})", f"{why.en} ({code[:10]})")
    return CallEvent(What.REFUSED, cause=code[:60], word=first(document.get("command_id"))[:60], why=shown)


def leg(document: Json) -> CallEvent:
    """An event of one leg. One between two telephones of the desk is no client's."""
    state = first(document.get("call_state"))
    if not state or not key(document.get("call_id")):
        raise UnreadableError("no event of a call")
    caller, called = inner(document, "from"), inner(document, "to")
    outgoing = bool(first(caller.get("extension")))
    if outgoing and first(called.get("extension")):
        return CallEvent(What.NOTICE, word="internal call")
    outside, ours = (called, caller) if outgoing else (caller, called)
    inside = first(ours.get("extension")) or first(called.get("acd_group"))
    line = first(called.get("line_number")) or first(caller.get("line_number"))
    code = first(document.get("disconnect_reason"))
    return CallEvent(
        STATES.get(state, What.NOTICE),
        call_key=key(document.get("entry_id")) or key(document.get("call_id")),
        leg_key=key(document.get("call_id")),
        seq=whole(document.get("seq")),
        direction=Direction.OUT if outgoing else Direction.IN,
        our_number=line[:60],
        extension=inside[:60],
        cause=CAUSES.get(code, code)[:60],
        at=unix(document.get("timestamp")),
        by_machine=first(document.get("location")) in MACHINES,
        transferred_from=key(caller.get("taken_from_call_id")),
        word=state[:60],
        **number(outside.get("number")),
    )


def summary(document: Json) -> CallEvent:
    """The whole call at its end: ``talk_time`` 0 says that nobody took it. One between two of ours is no client's."""
    entry = key(document.get("entry_id"))
    if not entry:
        raise UnreadableError("no summary of a call")
    if first(document.get("call_direction")) == INTERNAL:
        return CallEvent(What.NOTICE, word="internal call")
    outgoing = first(document.get("call_direction")) == OUTGOING
    caller, called = inner(document, "from"), inner(document, "to")
    outside, ours = (called, caller) if outgoing else (caller, called)
    talk, end = unix(document.get("talk_time")), unix(document.get("end_time"))
    spoke = (end - talk) if talk and end else timedelta()
    code = first(document.get("disconnect_reason"))
    return CallEvent(
        What.SUMMARY,
        call_key=entry,
        leg_key=entry,
        direction=Direction.OUT if outgoing else Direction.IN,
        our_number=(first(document.get("line_number")) or first(called.get("line_number")))[:60],
        extension=first(ours.get("extension"))[:60],
        cause=CAUSES.get(code, code)[:60],
        started_at=unix(document.get("create_time")),
        answered_at=talk,
        ended_at=end,
        talk_seconds=max(int(spoke.total_seconds()), 0),
        answered=talk is not None,
        final=True,
        **number(outside.get("number")),
    )


def recording(document: Json) -> CallEvent:
    """A recording: the id by which Mango gives it, once it is whole and in the cloud.

    ``recording_state`` Started and Continued tell of one that goes on; ``record/added`` has no state: it is there.
    """
    state = first(document.get("recording_state"))
    code, recipient = first(document.get("completion_code")), first(document.get("recipient"))
    if state not in {"", "Completed"} or code not in DONE or recipient == BY_MAIL:
        return CallEvent(What.NOTICE, word=f"recording: {state} {code}".strip()[:60])
    return CallEvent(
        What.RECORDING,
        call_key=key(document.get("entry_id")),
        leg_key=key(document.get("call_id")),
        at=unix(document.get("timestamp")),
        recording=first(document.get("recording_id"))[:200],
    )
