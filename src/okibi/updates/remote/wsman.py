"""Messages of WS-Management for a text shell of Windows, made and read ([MS-WSMV] 3.1.4.5.2, 3.1.4.11 to 14).

Five are used: Create (a shell), Command, Send, Receive and Delete, and Signal to end a command that is too slow.
"""

import base64
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from okibi.updates.remote.values import LostError

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
MANAGEMENT = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
MICROSOFT = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
ANONYMOUS = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
XML = "http://www.w3.org/XML/1998/namespace"
CMD = f"{SHELL}/cmd"
TERMINATE = f"{SHELL}/signal/terminate"
DONE = f"{SHELL}/CommandState/Done"
TIMED_OUT = "2150858793"  # no output within the operation's time: ask again
ENVELOPE = 153_600  # bytes that every Windows takes
MOST = 4 * 1024 * 1024  # bytes of an answer that are read
WAIT = 20  # seconds that a question for output may stand
_NAMES = {"s": SOAP, "a": ADDRESSING, "w": MANAGEMENT, "p": MICROSOFT, "rsp": SHELL}
for _prefix, _uri in _NAMES.items():
    ET.register_namespace(_prefix, _uri)


class FaultError(Exception):
    """The service refused a message. ``code``: WSManFault's, a decimal number, or the SOAP subcode."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Received:
    """A piece of a command's output; ``code`` None while it runs."""

    output: bytes
    code: int | None


def create(to: str) -> bytes:
    """A new shell with the account's own profile, in UTF-8."""
    body = _element("rsp", "Shell")
    _under(body, "rsp", "InputStreams", "stdin")
    _under(body, "rsp", "OutputStreams", "stdout stderr")
    return _envelope(to, f"{TRANSFER}/Create", body, options={"WINRS_NOPROFILE": "FALSE", "WINRS_CODEPAGE": "65001"})


def command(to: str, shell: str, line: str, arguments: Sequence[str]) -> bytes:
    """Start a program in a shell."""
    body = _element("rsp", "CommandLine")
    _under(body, "rsp", "Command", line)
    for argument in arguments:
        _under(body, "rsp", "Arguments", argument)
    options = {"WINRS_CONSOLEMODE_STDIN": "FALSE", "WINRS_SKIP_CMD_SHELL": "FALSE"}
    return _envelope(to, f"{SHELL}/Command", body, shell, options)


def send(to: str, shell: str, command_id: str, content: bytes, *, end: bool) -> bytes:
    """Bytes for a command's standard input; ``end``: the last of them."""
    body = _element("rsp", "Send")
    stream = _under(body, "rsp", "Stream", base64.b64encode(content).decode())
    stream.set("Name", "stdin")
    stream.set("CommandId", command_id)
    if end:
        stream.set("End", "true")
    return _envelope(to, f"{SHELL}/Send", body, shell)


def receive(to: str, shell: str, command_id: str) -> bytes:
    """A question for output."""
    body = _element("rsp", "Receive")
    _under(body, "rsp", "DesiredStream", "stdout stderr").set("CommandId", command_id)
    return _envelope(to, f"{SHELL}/Receive", body, shell, {"WSMAN_CMDSHELL_OPTION_KEEPALIVE": "TRUE"})


def terminate(to: str, shell: str, command_id: str) -> bytes:
    """End a command."""
    body = _element("rsp", "Signal")
    body.set("CommandId", command_id)
    _under(body, "rsp", "Code", TERMINATE)
    return _envelope(to, f"{SHELL}/Signal", body, shell)


def delete(to: str, shell: str) -> bytes:
    """Close a shell; what still runs in it ends."""
    return _envelope(to, f"{TRANSFER}/Delete", None, shell)


def shell_of(answer: bytes) -> str:
    """The id of a shell that was made. Raises FaultError, LostError."""
    for selector in _parsed(answer).iter(f"{{{MANAGEMENT}}}Selector"):
        if selector.get("Name") == "ShellId" and selector.text:
            return selector.text
    raise LostError("no shell")


def command_of(answer: bytes) -> str:
    """The id of a command that was started. Raises FaultError, LostError."""
    found = _parsed(answer).find(f".//{{{SHELL}}}CommandId")
    if found is None or not found.text:
        raise LostError("no command")
    return found.text


def received(answer: bytes) -> Received:
    """A piece of output. Raises FaultError (TIMED_OUT: none yet), LostError."""
    parsed = _parsed(answer)
    try:
        streams = [base64.b64decode(each.text or "") for each in parsed.iter(f"{{{SHELL}}}Stream")]
        state = parsed.find(f".//{{{SHELL}}}CommandState")
        if state is None or state.get("State") != DONE:
            return Received(b"".join(streams), None)
        code = state.find(f"{{{SHELL}}}ExitCode")
        return Received(b"".join(streams), int(code.text or 0) if code is not None else 0)
    except ValueError as error:
        raise LostError("output that can't be read") from error


def checked(answer: bytes) -> None:
    """Raises FaultError, LostError where the message was refused."""
    _parsed(answer)


def is_ours(answer: bytes) -> bool:
    """Whether it is a SOAP envelope at all."""
    try:
        _parsed(answer)
    except FaultError:
        return True
    except LostError:
        return False
    return True


def _parsed(answer: bytes) -> "ET.Element":
    """Raises FaultError for a fault, LostError for what is no SOAP. No DTD, so no entity, is ever read."""
    if b"<!DOCTYPE" in answer[:2000] or b"<!ENTITY" in answer:
        raise LostError("a document type")
    try:
        parsed = ET.fromstring(answer)  # noqa: S314 - see above
    except ET.ParseError as error:
        raise LostError("not XML") from error
    if parsed.tag != f"{{{SOAP}}}Envelope":
        raise LostError("not SOAP")
    fault = parsed.find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
    if fault is not None:
        detail = fault.find(f".//{{{FAULT}}}WSManFault")
        subcode = fault.find(f"{{{SOAP}}}Code/{{{SOAP}}}Subcode/{{{SOAP}}}Value")
        reason = fault.find(f"{{{SOAP}}}Reason/{{{SOAP}}}Text")
        code = detail.get("Code") if detail is not None else None
        said = subcode.text if subcode is not None else ""
        raise FaultError(code or said or "", (reason.text or "").strip()[:300] if reason is not None else "")
    return parsed


def _envelope(
    to: str, action: str, body: "ET.Element | None", shell: str = "", options: dict[str, str] | None = None
) -> bytes:
    envelope = _element("s", "Envelope")
    header = _under(envelope, "s", "Header")
    _under(header, "a", "To", to)
    _must(_under(header, "w", "ResourceURI", CMD))
    _must(_under(_under(header, "a", "ReplyTo"), "a", "Address", ANONYMOUS))
    _must(_under(header, "a", "Action", action))
    _must(_under(header, "w", "MaxEnvelopeSize", str(ENVELOPE)))
    _under(header, "a", "MessageID", f"uuid:{str(uuid.uuid4()).upper()}")
    for prefix in ("w", "p"):
        locale = _must(_under(header, prefix, "Locale" if prefix == "w" else "DataLocale"), "false")
        locale.set(f"{{{XML}}}lang", "en-US")
    _under(header, "w", "OperationTimeout", f"PT{WAIT}.000S")
    if shell:
        _under(_under(header, "w", "SelectorSet"), "w", "Selector", shell).set("Name", "ShellId")
    if options:
        chosen = _must(_under(header, "w", "OptionSet"))
        for name, value in options.items():
            _under(chosen, "w", "Option", value).set("Name", name)
    under = _under(envelope, "s", "Body")
    if body is not None:
        under.append(body)
    return bytes(ET.tostring(envelope, encoding="utf-8", xml_declaration=True))


def _element(prefix: str, name: str) -> "ET.Element":
    return ET.Element(f"{{{_NAMES[prefix]}}}{name}")


def _under(parent: "ET.Element", prefix: str, name: str, text: str = "") -> "ET.Element":
    made = ET.SubElement(parent, f"{{{_NAMES[prefix]}}}{name}")
    made.text = text or None
    return made


def _must(element: "ET.Element", value: str = "true") -> "ET.Element":
    element.set(f"{{{SOAP}}}mustUnderstand", value)
    return element
