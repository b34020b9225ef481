"""What Kannel calls us with: ``…/dlr`` (our dlr-url) and ``…/in`` (get-url or post-url of its sms-service). Pure."""

import hmac
import re
from datetime import datetime
from uuid import uuid4

from okibi.kernel.hook import HookRequest
from okibi.sms.gateways.port import Refused, Sent
from okibi.sms.gateways.push import PushRefusedError, Received, Reported, Settled, Told, line_of
from okibi.sms.options import GatewayOptions

DELIVERED, FAILED, BUFFERED, TAKEN, REFUSED = 1, 2, 4, 8, 16  # Kannel's dlr types
STATES = {DELIVERED: 0, FAILED: 69, BUFFERED: 48, TAKEN: 1, REFUSED: 66}  # as TP-Status
_REFERENCE = re.compile(r"(\d{1,10})-[0-9a-f]{12}")
_CHARSET = re.compile(r"charset=\"?([\w.\-]{1,30})", re.IGNORECASE)


def read(options: GatewayOptions, push: HookRequest, at: datetime) -> tuple[Told, ...]:  # noqa: ARG001  a token has no time
    """Raises PushRefusedError."""
    if not hmac.compare_digest(push.query.get("token", "").encode(), options.secrets["token"].encode()):
        raise PushRefusedError(403, "no or a wrong token")
    if push.path == "dlr":
        return _report(options, push)
    if push.path == "in":
        return (_incoming(options, push),)
    raise PushRefusedError(404, "neither dlr nor in")


def _report(options: GatewayOptions, push: HookRequest) -> tuple[Told, ...]:
    line, reference = push.query.get("line", ""), push.query.get("ref", "")
    match, kind = _REFERENCE.fullmatch(reference), push.query.get("type", "")
    state = STATES.get(int(kind)) if kind.isascii() and kind.isdigit() and len(kind) < 4 else None
    if match is None or state is None or line not in {each.name for each in options.lines}:
        raise PushRefusedError(400, "no report of ours")
    answer = push.query.get("answer", "")
    refused = Refused(f"Kannel: the SMSC refused it: {answer}"[:200])
    fate = refused if state == STATES[REFUSED] else Sent(reference)
    return Settled(line, int(match[1]), fate), Reported(line, f"{reference}:{kind}", reference, state)


def _incoming(options: GatewayOptions, push: HookRequest) -> Received:
    """By POST the text is the body, in whatever charset; by GET it is ``text``, in UTF-8."""
    headers, query = push.headers, push.query
    sender = query.get("from") or headers.get("x-kannel-from", "")
    text = _body(push) if push.method == "POST" else query.get("text")
    if text is None or not sender:
        raise PushRefusedError(400, "from and text are needed")
    line = query.get("smsc") or headers.get("x-kannel-smsc", "")
    return Received(line_of(options, line), query.get("id") or uuid4().hex, sender, text)


def _body(push: HookRequest) -> str:
    match = _CHARSET.search(push.headers.get("content-type", push.content_type))
    try:
        return push.body.decode(match[1] if match else "utf-8", "replace")
    except (LookupError, ValueError):  # of names that are no charset of a text there are many
        return push.body.decode("utf-8", "replace")
