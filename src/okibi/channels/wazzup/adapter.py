"""kind ``wazzup``: WhatsApp and others by Wazzup24, version 3 of its API."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from okibi.channels.messenger.accounts import Account
from okibi.channels.messenger.adapter import HookRefusedError, MessengerChannel, Source, may_have_token
from okibi.channels.messenger.file_links import link_to
from okibi.channels.messenger.http import Answer, FetchError, call
from okibi.channels.messenger.reading import table, tables, text
from okibi.channels.messenger.values import Media, Piece, Told
from okibi.channels.port import Outgoing, SendError, UnreadableError
from okibi.channels.wazzup import reading
from okibi.kernel.hook import HookRequest
from okibi.kernel.sentence import Sentence

ACCOUNT = {"CHANNEL_NOT_FOUND", "CHANNEL_BLOCKED", "CHANNEL_NO_MONEY", "CHANNEL_WAPI_REJECTED", "UNAUTHORIZED"}


class WazzupChannel(MessengerChannel):
    """kind ``wazzup``."""

    kind = "wazzup"
    title = Sentence(ru="Wazzup24", en="Wazzup24")

    def prove(self, account: Account, request: HookRequest) -> None:
        given = request.headers.get("authorization", "")
        if not given:
            raise HookRefusedError(401)
        if not hmac.compare_digest(given.encode(), f"Bearer {account.secrets['webhook_token']}".encode()):
            raise HookRefusedError(403)

    def is_greeting(self, document: object) -> bool:
        return isinstance(document, dict) and document.get("test") is True

    def pieces(self, document: Mapping[str, object]) -> Sequence[Piece]:
        """Messages and statuses of one push; what is edited or withdrawn bears the id of the first time."""
        found = []
        for said in tables(document.get("messages")):
            owner = text(said.get("channelId"))
            key = f"message:{text(said.get('messageId'))}"
            if said.get("isEdited") is True or said.get("isDeleted") is True or not text(said.get("messageId")):
                key = f"{key}:{hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()}"
            found.append(Piece(key, {"messages": [said]}, {"channel_id": owner} if owner else {}))
        found += [
            Piece(f"status:{text(said.get('status'))}:{text(said.get('messageId'))}", {"statuses": [said]})
            for said in tables(document.get("statuses"))
        ]
        rest = {key: value for key, value in document.items() if key not in {"messages", "statuses", "test"}}
        if rest and not found:
            raise UnreadableError("no message and no status of Wazzup")
        return found

    def read(self, document: Mapping[str, object]) -> Told:
        return reading.push(document)

    def source(self, account: Account, media: Media) -> Source:
        if not may_have_token(account, media.url):
            raise FetchError("the file's address is not the vendor's", permanent=True)
        return Source(media.url)

    def deliver(self, account: Account, message: Outgoing) -> str:
        if message.headers.get("act") == "read":
            return message.headers["message"]  # the vendor has no read marks
        kind, _, chat = message.recipient.address.rpartition(":")
        body: dict[str, Any] = {
            "channelId": account.options["channel_id"],
            "chatType": kind or account.options["chat_type"],
            "chatId": chat.removeprefix("+"),
        }
        if message.headers.get("own"):
            body["crmMessageId"] = message.headers["own"]
        if message.headers.get("context"):
            body["refMessageId"] = message.headers["context"]
        if message.files:
            body["contentUri"] = link_to(message.files[0])
        else:
            body["text"] = message.text
        headers = {"Authorization": f"Bearer {account.secrets['token']}"}
        answer = _asked(call(account, "POST", f"{account.base_url}/v3/message", body, headers=headers))
        found = text(answer.document.get("messageId"))
        if not found:
            raise SendError("an answer without an id", uncertain=True)
        return found


def _asked(answer: Answer) -> Answer:
    """Raises SendError by the vendor's word, else by the status."""
    if answer.is_good:
        return answer
    said = answer.document.get("error")
    code = text(said) or text(table(said).get("error")) or text(answer.document.get("code"))
    about = text(answer.document.get("description")) or text(answer.document.get("message"))
    why = ": ".join(part for part in (code, about) if part)[:500] or f"HTTP {answer.status}"
    if code == reading.NO_WINDOW:
        raise SendError(why, no_window=True)
    if answer.status == 429:
        told = answer.headers.get("retry-after", "")
        raise SendError(why, retry_after=timedelta(seconds=int(told) if told.isdigit() else 60))
    if answer.status in {401, 403} or code in ACCOUNT:
        raise SendError(why, wait=timedelta(minutes=10))
    raise SendError(why, permanent=400 <= answer.status < 500)
