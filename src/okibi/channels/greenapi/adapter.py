"""kind ``greenapi``: WhatsApp as a linked telephone has it, by GREEN-API."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from okibi.channels.greenapi import reading
from okibi.channels.messenger.accounts import Account
from okibi.channels.messenger.adapter import HookRefusedError, MessengerChannel, Source, may_have_token
from okibi.channels.messenger.http import Answer, FetchError, Form, call, upload
from okibi.channels.messenger.reading import table, text
from okibi.channels.messenger.values import Media, Piece, Told
from okibi.channels.port import Outgoing, SendError, UnreadableError
from okibi.kernel.hook import HookRequest
from okibi.kernel.sentence import Sentence

BUSY = {429, 466}  # too often; the quota of the tariff is used up


class GreenApiChannel(MessengerChannel):
    """kind ``greenapi``."""

    kind = "greenapi"
    title = Sentence(ru="WhatsApp (GREEN-API)", en="WhatsApp (GREEN-API)")

    def prove(self, account: Account, request: HookRequest) -> None:
        given = request.headers.get("authorization", "")
        if not given:
            raise HookRefusedError(401)
        known = f"Bearer {account.secrets['webhook_token']}"
        if not hmac.compare_digest(given.encode(), known.encode()):
            raise HookRefusedError(403)

    def pieces(self, document: Mapping[str, object]) -> Sequence[Piece]:
        kind = text(document.get("typeWebhook"))
        if not kind:
            raise UnreadableError("no push of GREEN-API")
        instance = text(table(document.get("instanceData")).get("idInstance"))
        account = {"instance": instance} if instance else {}
        found, state = text(document.get("idMessage")), text(document.get("status"))
        if found:
            name = f"status:{state}" if kind == "outgoingMessageStatus" else "message"
            return [Piece(f"{name}:{found}", document, account)]
        said = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
        return [Piece(f"{kind[:40]}:{said}", document, account)]

    def read(self, document: Mapping[str, object]) -> Told:
        return reading.push(document)

    def source(self, account: Account, media: Media) -> Source:
        if not media.url:
            raise FetchError("no address of the file", permanent=True)
        if not may_have_token(
            account, media.url
        ):  # no token goes there; an address elsewhere is still no file of theirs
            raise FetchError("the file's address is not the vendor's", permanent=True)
        return Source(media.url)

    def deliver(self, account: Account, message: Outgoing) -> str:
        chat = _chat(message.recipient.address)
        if message.headers.get("act") == "read":
            found = message.headers["message"]
            _asked(call(account, "POST", _method(account, "readChat"), {"chatId": chat, "idMessage": found}))
            return found
        quoted = {"quotedMessageId": message.headers["context"]} if message.headers.get("context") else {}
        if message.files:
            file = message.files[0]
            fields = {"chatId": chat, "fileName": file.name, **quoted}
            if message.text:
                fields["caption"] = message.text
            answer = _asked(upload(account, _method(account, "sendFileByUpload"), Form(fields, "file", file)))
        else:
            body: dict[str, Any] = {"chatId": chat, "message": message.text, "linkPreview": False, **quoted}
            answer = _asked(call(account, "POST", _method(account, "sendMessage"), body))
        found = text(answer.document.get("idMessage"))
        if not found:
            raise SendError("an answer without an id", uncertain=True)
        return found


def _method(account: Account, name: str) -> str:
    return f"{account.base_url}/waInstance{account.options['instance']}/{name}/{account.secrets['token']}"


def _chat(address: str) -> str:
    return f"{address.removeprefix('+')}@c.us" if address.startswith("+") else address


def _asked(answer: Answer) -> Answer:
    """Raises SendError by the status; the vendor has few codes."""
    if answer.is_good:
        return answer
    why = (text(answer.document.get("message")) or answer.text or f"HTTP {answer.status}")[:500]
    if answer.status in BUSY:
        told = answer.headers.get("retry-after", "")
        raise SendError(why, retry_after=timedelta(seconds=int(told) if told.isdigit() else 60))
    if answer.status in {401, 403}:  # the token, or an instance that is locked
        raise SendError(why, wait=timedelta(minutes=10))
    raise SendError(why, permanent=400 <= answer.status < 500)
