"""E-mail behind the channel port: a parsed mail in the desk's words, an outbox row handed to the mail server."""

from collections.abc import Iterable, Mapping

from okibi.channels.clean import text_safe
from okibi.channels.email.identity import external_id
from okibi.channels.email.options import MailOptions, mail_options
from okibi.channels.email.own_addresses import Tokens, is_loop_mark, make_message_id, message_id_of, tokens
from okibi.channels.email.parse import parse
from okibi.channels.email.settings_check import problems
from okibi.channels.email.smtp_out import send
from okibi.channels.email.values import Address, AuthResults, ParsedMail
from okibi.channels.port import Bounce, Incoming, IncomingFile, Outgoing, Party, UnreadableError
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence

__all__ = ["EmailChannel", "external_id"]

LOOP_HEADER = "X-OKIBI-Loop"


class EmailChannel:
    """kind ``email``. ``facts`` of what it parses: ``address_token`` (a ticket's token in one of our addresses)."""

    kind = "email"
    title = Sentence(ru="E-mail", en="E-mail")
    icon = "mail"
    repeatable = True  # receivers know the Message-ID

    def parse(self, raw: bytes, envelope: Mapping[str, object]) -> Incoming:
        """Raises UnreadableError where nothing at all could be found in the bytes."""
        options = mail_options()
        try:
            mail = parse(raw, options.trusted_authserv)
        except Exception as error:
            # The parser promises never to raise; should it, the mail waits in the tray for a better one.
            raise UnreadableError(f"{type(error).__name__}: {error}"[:500]) from error
        defects = tuple(f"{defect.code}: {defect.detail}".rstrip(": ") for defect in mail.defects)
        if any(defect.code == "unreadable" for defect in mail.defects):
            raise UnreadableError("; ".join(defects)[:500])
        return _incoming(mail, defects, envelope, options)

    def new_external_id(self, key: str) -> str:
        return make_message_id(key, mail_options())

    def send(self, message: Outgoing) -> str:
        return send(message, mail_options(), now())

    def problems(self) -> list[Sentence]:
        return problems(mail_options())

    def can_send(self) -> bool:
        return bool(mail_options().smtp_host)


def _incoming(
    mail: ParsedMail, defects: tuple[str, ...], envelope: Mapping[str, object], options: MailOptions
) -> Incoming:
    found = tokens(_recipients(mail, envelope), options)
    sender = mail.sender or Address("", _text(envelope.get("mail_from")))
    return Incoming(
        sender=_party(sender),
        subject=mail.subject,
        text=mail.text,
        reply=mail.reply,
        html=mail.html,
        sent_at=mail.date,
        recipients=tuple(_party(address) for address in (*mail.to, *mail.cc)),
        reply_to=_party(mail.reply_to[0]) if mail.reply_to else None,
        external_id=mail.message_id or "",
        references=_references(mail),
        files=tuple(
            IncomingFile(file.name, file.type, file.content, file.inline, file.content_id or "")
            for file in mail.attachments
        ),
        automatic=mail.automatic or mail.bounce is not None or _came_from_nobody(envelope),
        authentic=_authentic(mail.authentication) if len(mail.senders) == 1 else None,
        authentication=_said(mail.authentication),
        bounce=_bounce(mail, found, options),
        defects=defects,
        facts=_facts(mail, found),
        loop=is_loop_mark(mail.header(LOOP_HEADER) or "", options) and mail.bounce is None,
    )


def _recipients(mail: ParsedMail, envelope: Mapping[str, object]) -> Iterable[str]:
    """Every address this mail was sent to, the surest first: envelope, Delivered-To, To, Cc."""
    given = envelope.get("rcpt_to")
    if isinstance(given, list | tuple):
        yield from (_text(address) for address in given)
    yield from mail.delivered_to
    yield from (address.address for address in (*mail.to, *mail.cc))


def _references(mail: ParsedMail) -> tuple[str, ...]:
    """Ids of earlier messages, oldest first; In-Reply-To is the newest, wherever References put it."""
    ids = [item for item in dict.fromkeys(mail.references) if item != mail.in_reply_to]
    return (*ids, mail.in_reply_to) if mail.in_reply_to else tuple(ids)


def _authentic(results: AuthResults) -> bool | None:
    """True where the trusted server proved the domain of From (DMARC, or SPF/DKIM aligned), False where the opposite.

    RFC 8601 and 7489: SPF and DKIM alone say nothing about the From address that people see. A mail with several
    authors proves none of them.
    """
    if results.dmarc == "pass" or (results.aligned and "pass" in {results.spf, results.dkim}):
        return True
    if "fail" in {results.dmarc, results.spf, results.dkim}:
        return False
    return None


def _came_from_nobody(envelope: Mapping[str, object]) -> bool:
    """The empty envelope sender (``MAIL FROM:<>``): such mail is never answered by itself (RFC 3834 section 2)."""
    return envelope.get("mail_from") == ""


def _said(results: AuthResults) -> dict[str, str]:
    said = {"spf": results.spf, "dkim": results.dkim, "dmarc": results.dmarc}
    return {name: verdict for name, verdict in said.items() if verdict != "none"}


def _bounce(mail: ParsedMail, found: Tokens, options: MailOptions) -> Bounce | None:
    """News about a letter of ours; the address it came back to names the letter where the report does not."""
    if mail.bounce is None:
        return None
    report = mail.bounce
    external_id = report.original_message_id or (message_id_of(found.letter, options) if found.letter else "")
    reason = " ".join(part for part in (report.status, report.diagnostic) if part)
    return Bounce(report.recipients, report.permanent, reason, external_id)


def _facts(mail: ParsedMail, found: Tokens) -> dict[str, str]:
    facts = {
        "address_token": found.ticket,
        "letter_token": found.letter,
        "encrypted": mail.encrypted.value if mail.encrypted else "",
        "signed": mail.signed.value if mail.signed else "",
        "remote_images": "1" if mail.remote_images else "",
        "quoted": mail.quoted,
        "signature": mail.signature,
    }
    return {name: value for name, value in facts.items() if value}


def _party(address: Address) -> Party:
    return Party(address.address, address.name)


def _text(value: object) -> str:
    return text_safe(value) if isinstance(value, str) else ""
