"""``okibi mail parse FILE --json``: how the product reads one mail, for people and for checks from outside."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from okibi.channels.email.parse import parse
from okibi.channels.email.values import Address, ParsedMail
from okibi.ops.commands.arguments import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments of the command."""
    parser.add_argument(
        "file",
        metavar="FILE",
        help=say("письмо файлом (.eml); - читает стандартный ввод", "a mail as a file (.eml); - reads standard input"),
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help=say("напечатать всё найденное в JSON", "print everything that was found as JSON"),
    )
    parser.add_argument(
        "--trusted",
        action="append",
        default=[],
        metavar="ID",
        help=say(
            "имя принимающего сервера, чьим Authentication-Results верить; можно повторять",
            "id of a receiving server whose Authentication-Results count; may be given again",
        ),
    )


def run(args: argparse.Namespace) -> int:
    """Prints the parsed mail. 0 when the file could be read, whatever the mail in it; 2 when it could not."""
    try:
        raw = sys.stdin.buffer.read() if args.file == "-" else Path(args.file).read_bytes()
    except OSError as error:
        print(f"okibi mail parse: {args.file}: {error.strerror}", file=sys.stderr)
        return 2
    mail = parse(raw, frozenset(args.trusted))
    text = json.dumps(as_dict(mail), ensure_ascii=False, indent=2) if args.json else summary(mail)
    # A terminal in an old locale, or half a surrogate in a hostile mail, is no reason to fail.
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()
    return 0


def as_dict(mail: ParsedMail) -> dict[str, Any]:
    """The mail as the command's JSON; the bytes of attachments stay out."""
    return {
        "from": _address(mail.sender or Address("", "")),
        "to": [_address(one) for one in mail.to],
        "cc": [_address(one) for one in mail.cc],
        "reply_to": [_address(one) for one in mail.reply_to],
        "return_path": mail.return_path,
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "text": mail.text,
        "reply": mail.reply,
        "quoted": mail.quoted,
        "signature": mail.signature,
        "html": mail.html,
        "remote_images": mail.remote_images,
        "attachments": [
            {
                "name": one.name,
                "type": one.type,
                "size": one.size,
                "sha256": one.sha256,
                "inline": one.inline,
                "content_id": one.content_id,
            }
            for one in mail.attachments
        ],
        "automatic": mail.automatic,
        "automatic_reasons": list(mail.automatic_reasons),
        "bounce": _bounce(mail),
        "encrypted": mail.encrypted,
        "signed": mail.signed,
        "authentication": {
            "spf": mail.authentication.spf,
            "dkim": mail.authentication.dkim,
            "dmarc": mail.authentication.dmarc,
            "aligned": mail.authentication.aligned,
        },
        "defects": [{"code": one.code, "detail": one.detail} for one in mail.defects],
    }


def _address(address: Address) -> dict[str, str]:
    return {"name": address.name, "address": address.address}


def _bounce(mail: ParsedMail) -> dict[str, Any] | None:
    if mail.bounce is None:
        return None
    return {
        "recipients": list(mail.bounce.recipients),
        "permanent": mail.bounce.permanent,
        "status": mail.bounce.status,
        "diagnostic": mail.bounce.diagnostic,
        "original_message_id": mail.bounce.original_message_id,
    }


def summary(mail: ParsedMail) -> str:
    """The mail for a reader at a terminal."""
    sender = f"{mail.sender.name} <{mail.sender.address}>".strip() if mail.sender else "?"
    lines = [
        f"From:    {sender}",
        f"Subject: {mail.subject}",
        f"Date:    {mail.date.isoformat() if mail.date else '?'}",
    ]
    lines += [f"File:    {one.name} ({one.type}, {one.size} bytes)" for one in mail.attachments]
    lines += [f"Note:    {one.code} {one.detail}".rstrip() for one in mail.defects]
    return "\n".join([*lines, "", mail.reply])
