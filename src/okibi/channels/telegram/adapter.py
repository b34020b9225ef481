"""kind ``telegram``: a bot. Pushes bear a secret token; where they can't reach us, the inlet asks by getUpdates."""

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from okibi.channels.messenger.accounts import Account
from okibi.channels.messenger.adapter import HookRefusedError, MessengerChannel, Source
from okibi.channels.messenger.http import Answer, FetchError, Form, call, upload
from okibi.channels.messenger.polling import Update
from okibi.channels.messenger.reading import size, table, tables, text
from okibi.channels.messenger.values import Media, Piece, Told
from okibi.channels.port import Outgoing, SendError, UnreadableError
from okibi.channels.telegram import reading
from okibi.kernel.hook import HookRequest
from okibi.kernel.sentence import Sentence

UPDATES = ["message", "edited_message", "message_reaction"]
MEDIA = {"image/jpeg": ("sendPhoto", "photo"), "image/png": ("sendPhoto", "photo"), "video/mp4": ("sendVideo", "video"),
         "audio/mpeg": ("sendAudio", "audio"), "audio/ogg": ("sendVoice", "voice")}  # fmt: skip


class TelegramChannel(MessengerChannel):
    """kind ``telegram``. An address is a chat id; a message's id is "<chat>:<message>"."""

    kind = "telegram"
    title = Sentence(ru="Telegram", en="Telegram")
    icon = "send"
    keys_of_account = True  # each bot counts its updates for itself

    def prove(self, account: Account, request: HookRequest) -> None:
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        known = account.secrets.get("webhook_secret", "")
        if not given:
            raise HookRefusedError(401)
        if not known or not hmac.compare_digest(given.encode(), known.encode()):
            raise HookRefusedError(403)

    def pieces(self, document: Mapping[str, object]) -> Sequence[Piece]:
        found = document.get("update_id")
        if not isinstance(found, int):
            raise UnreadableError("no update of the Bot API")
        return [Piece(f"update:{found}", document)]

    def read(self, document: Mapping[str, object]) -> Told:
        return reading.update(document)

    def source(self, account: Account, media: Media) -> Source:
        try:
            answer = call(account, "POST", _method(account, "getFile"), {"file_id": media.id})
        except SendError as error:
            raise FetchError(str(error)) from error
        found = table(answer.document.get("result"))
        path = text(found.get("file_path"))
        if not answer.is_good or not path:
            raise FetchError(text(answer.document.get("description"))[:200] or f"HTTP {answer.status}",
                             permanent=answer.status in {400, 404})  # fmt: skip
        return Source(
            f"{account.base_url}/file/bot{account.secrets['token']}/{path}", size=size(found.get("file_size"))
        )

    def poll(self, account: Account, cursor: int | None, wait: int) -> Update:
        """Raises SendError."""
        asked: dict[str, Any] = {"timeout": wait, "allowed_updates": UPDATES}
        if cursor is not None:
            asked["offset"] = cursor
        answer = call(account, "POST", _method(account, "getUpdates"), asked, timeout=wait + 10.0)
        if not answer.is_good:
            raise SendError(text(answer.document.get("description")) or f"HTTP {answer.status}")
        pushes = tables(answer.document.get("result"))
        ids = [each["update_id"] for each in pushes if isinstance(each.get("update_id"), int)]
        return Update(pushes, max(ids) + 1 if ids else None)

    def deliver(self, account: Account, message: Outgoing) -> str:
        chat = message.recipient.address
        if message.headers.get("act") == "read":
            return message.headers["message"]  # bots have no read marks: nothing to do, and nothing that could fail
        body: dict[str, Any] = {"chat_id": chat}
        context = message.headers.get("context", "").rpartition(":")[2]
        if context.isdigit():
            body["reply_parameters"] = {"message_id": int(context), "allow_sending_without_reply": True}
        if message.files:
            file = message.files[0]
            method, name = MEDIA.get(file.type, ("sendDocument", "document"))
            fields = {key: value if isinstance(value, str) else json.dumps(value) for key, value in body.items()}
            if message.text:
                fields["caption"] = message.text
            answer = upload(account, _method(account, method), Form(fields, name, file))
        else:
            body |= {"text": message.text, "link_preview_options": {"is_disabled": True}}
            answer = call(account, "POST", _method(account, "sendMessage"), body)
        result = table(_asked(answer).document.get("result"))
        found = result.get("message_id")
        if not isinstance(found, int):
            raise SendError("an answer without an id", uncertain=True)
        return f"{text(table(result.get('chat')).get('id')) or chat}:{found}"


def _method(account: Account, name: str) -> str:
    return f"{account.base_url}/bot{account.secrets['token']}/{name}"


def _asked(answer: Answer) -> Answer:
    """Raises SendError by the Bot API's error code and parameters."""
    if answer.is_good and answer.document.get("ok") is True:
        return answer
    why = (text(answer.document.get("description")) or f"HTTP {answer.status}")[:500]
    told = table(answer.document.get("parameters")).get("retry_after")
    if answer.status == 429:
        raise SendError(why, retry_after=timedelta(seconds=told if isinstance(told, int) else 30))
    if answer.status in {401, 404}:  # the token
        raise SendError(why, wait=timedelta(minutes=10))
    raise SendError(why, permanent=400 <= answer.status < 500)
