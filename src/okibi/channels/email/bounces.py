"""Delivery reports: the standard ones (RFC 3464) and those of servers that have words of their own."""

import email
import email.policy
import logging
import re
from email.errors import MessageError

from flufl.bounce import all_failures

from okibi.channels.email.bodies import Bodies
from okibi.channels.email.defects import Defects
from okibi.channels.email.headers import RawHeaders, read_headers, scrub
from okibi.channels.email.values import Bounce

# It logs the mails that it can't read; customers' words never go into logs.
logging.getLogger("flufl.bounce").addHandler(logging.NullHandler())
logging.getLogger("flufl.bounce").propagate = False

MAX_FOREIGN = 200_000  # bytes given to the library that knows old servers
_FIELD_VALUE = re.compile(r"^\s*(?:[A-Za-z0-9-]{1,20}\s*;)?\s*(.*?)\s*$", re.DOTALL)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_SMTP_CODE = re.compile(r"(?<![\d.])([45]\d\d)[ -](?:#?\d\.\d\.\d)?")
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9\u0400-\u04ff.-]{1,190}[A-Za-z0-9\u0400-\u04ff]"
)
_MESSAGE_ID = re.compile(r"^\s*Message-I[dD]:\s*(<[^<>\s]{3,300}>)", re.MULTILINE)
_DAEMON = re.compile(
    r"(?:mailer-daemon|mail-daemon|maildaemon|postmaster|mdaemon|mail-delivery)@|^mailer-daemon\b", re.IGNORECASE
)
_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|report|has failed)|returned mail"
    r"|mail delivery (?:failed|system)|failure notice"
    r"|delivery problem|не доставлен|недоставлен|не может быть доставлен|ошибка доставки"
    r"|возврат(?:е|ё)?нн?о? |отчёт о доставке"
    r"|warning: message .{1,60}delayed|delayed mail|доставка .{0,40}(?:не удалась|задерж)|сбой доставки|unzustellbar",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"this is the qmail-send program|this message was created automatically by mail delivery software"
    r"|could not be delivered|wasn't delivered|delivery to the following recipients? failed"
    r"|i'm sorry to have to inform you"
    r"|письмо создано автоматически сервером|письмо сформировано автоматически"
    r"|не может быть доставлено|не удалось доставить"
    r"|не было доставлено|permanent (?:fatal|delivery) errors?|your message .{0,80}was not delivered"
    r"|недоставленн\w+ (?:письм|сообщ)",
    re.IGNORECASE,
)
_TEMPORARY = re.compile(
    r"will be retried|still trying|delayed|delivery is being retried|you do not need to resend|не требуется отправлять"
    r"|попытк\w+ доставки (?:будут )?продолж|доставка задерж|temporar(?:y|ily) (?:failure"
    r"|deferred)|warning message only",
    re.IGNORECASE,
)
_COPY_BELOW = re.compile(
    r"^[- >]*(?:below this line is a copy of the message|this is a copy of the message"
    r"|original message (?:headers )?follows?"
    r"|исходное письмо|original message headers|копия (?:вашего )?(?:письма|сообщения)"
    r"|message headers follow|the original message)",
    re.IGNORECASE | re.MULTILINE,
)
_FAILED = {"failed", "delayed"}


def read_bounce(raw: bytes, headers: RawHeaders, sender: str, subject: str, text: str, bodies: Bodies) -> Bounce | None:
    """The delivery report that a mail is; None for any other mail, also for reports of success."""
    if bodies.reports:
        return _standard(bodies)
    return _older(raw, headers, sender, subject, text[:100_000], bodies)


def _fields(block: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in read_headers(block, 0, len(block), Defects()).headers:
        match = _FIELD_VALUE.match(" ".join(value.split()))
        text = match[1] if match else value
        found.setdefault(name, text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    return found


def _standard(bodies: Bodies) -> Bounce | None:
    recipients: list[str] = []
    statuses: list[str] = []
    diagnostics: list[str] = []
    actions: set[str] = set()
    for report in bodies.reports:
        groups = re.split(rb"\n[ \t]*\n", report[:500_000].replace(b"\r\n", b"\n").strip(b"\n"))
        for group in groups[:500]:
            fields = _fields(group.strip(b"\n") + b"\n")
            action = fields.get("action", "").lower().split(" ")[0]
            if action not in _FAILED:
                continue
            actions.add(action)
            recipient = fields.get("original-recipient") or fields.get("final-recipient", "")
            address = recipient.strip("<> ")
            if address and address not in recipients:
                recipients.append(address)
            statuses.append(fields.get("status", ""))
            diagnostics.append(fields.get("diagnostic-code", ""))
    if not actions:
        return None
    status = next((found[0] for text in statuses if (found := _STATUS.search(text))), None)
    diagnostic = next((text for text in diagnostics if text), None)
    permanent = "failed" in actions and not (status or "5").startswith("4")
    return Bounce(tuple(recipients), permanent, status, diagnostic, _original_id(bodies, ""))


def _original_id(bodies: Bodies, text: str) -> str | None:
    for returned in bodies.returned:
        head = returned[:100_000]
        value = read_headers(head, 0, len(head), Defects()).first("message-id")
        match = re.search(r"<[^<>\s]{3,300}>", value or "")
        if match:
            return scrub(match[0])
    found = _MESSAGE_ID.search(text)
    return found[1] if found else None


def _older(raw: bytes, headers: RawHeaders, sender: str, subject: str, text: str, bodies: Bodies) -> Bounce | None:
    values = dict(reversed(headers))
    failed = values.get("x-failed-recipients", "")
    null_path = values.get("return-path", "-").strip() == "<>"
    by_daemon = bool(_DAEMON.search(sender)) or null_path or bool(failed)
    if not by_daemon or not (failed or _SUBJECT.search(subject) or _BODY.search(text[:3000])):
        return None
    copy = _COPY_BELOW.search(text)
    report, returned = (text[: copy.start()], text[copy.start() :]) if copy else (text, text)
    recipients = tuple(dict.fromkeys(_ADDRESS.findall(failed))) or _recipients(raw, report, sender, values)
    status, diagnostic = _status(report)
    permanent = not _TEMPORARY.search(report) if status is None else not status.startswith("4")
    return Bounce(recipients, permanent, status, diagnostic, _original_id(bodies, returned))


def _recipients(raw: bytes, report: str, sender: str, values: dict[str, str]) -> tuple[str, ...]:
    """Whom the mail did not reach: as the library for old servers finds, else the addresses that the report names."""
    ours = {found.lower() for name in ("to", "from", "cc") for found in _ADDRESS.findall(values.get(name, ""))}
    ours.add(sender.lower())
    known = _by_library(raw)
    if known:
        return known
    lines = [line.strip() for line in report.split("\n")]
    alone = [
        found[0]
        for line in lines
        if (found := _ADDRESS.search(line)) and re.match(r"^[<\s*•-]*[^\s<>]+@[^\s<>]+[>:;,.\s]*", line)
    ]
    candidates = alone or _ADDRESS.findall(report)
    return tuple(dict.fromkeys(one for one in candidates if one.lower() not in ours))[:20]


def _by_library(raw: bytes) -> tuple[str, ...]:
    try:
        # Its detectors want plain strings everywhere, and a sender.
        text = raw[:MAX_FOREIGN].decode("ascii", "replace").replace("\ufffd", "?")
        message = email.message_from_string(text, policy=email.policy.compat32)
        if not message.get("from", "").strip():
            return ()
        temporary, permanent = all_failures(message)
        found = sorted({bytes(one).decode("utf-8", "replace") for one in (*permanent, *temporary)})
    except (MessageError, RecursionError, ValueError, LookupError, TypeError, AttributeError, KeyError, AssertionError):
        return ()  # it is made for whole mails by known servers; ours may be any bytes
    return tuple(found)


def _status(report: str) -> tuple[str | None, str | None]:
    """(enhanced status, the line that says why)."""
    for line in report.split("\n"):
        status, code = _STATUS.search(line), _SMTP_CODE.search(line)
        if status or code:
            found = status[0] if status else None
            if found is None and code:
                found = f"{code[1][0]}.0.0"
            return found, line.strip()[:500]
    return None, None
