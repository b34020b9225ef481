"""kind ``max``: a bot of the messenger MAX. Pushes bear a secret; where they can't reach us, the inlet asks."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from okibi.channels.max import reading
from okibi.channels.messenger.accounts import Account
from okibi.channels.messenger.adapter import HookRefusedError, MessengerChannel, Source, may_have_token
from okibi.channels.messenger.http import Answer, FetchError, Form, call, upload
from okibi.channels.messenger.polling import Update
from okibi.channels.messenger.reading import table, tables, text
from okibi.channels.messenger.values import Media, Piece, Told
from okibi.channels.port import IncomingFile, Outgoing, SendError, UnreadableError
from okibi.kernel.hook import HookRequest
from okibi.kernel.sentence import Sentence

UPDATES = "message_created,message_edited,message_removed,message_callback,bot_started"
NOT_READY = "attachment.not.ready"


class MaxChannel(MessengerChannel):
    """kind ``max``. An address is a chat id."""

    kind = "max"
    title = Sentence(ru="MAX", en="MAX messenger")

    def prove(self, account: Account, request: HookRequest) -> None:
        given = request.headers.get("x-max-bot-api-secret", "")
        known = account.secrets.get("webhook_secret", "")
        if not given:
            raise HookRefusedError(401)
        if not known or not hmac.compare_digest(given.encode(), known.encode()):
            raise HookRefusedError(403)

    def pieces(self, document: Mapping[str, object]) -> Sequence[Piece]:
        kind = text(document.get("update_type"))
        if not kind:
            raise UnreadableError("no update of MAX")
        mid = text(table(table(document.get("message")).get("body")).get("mid"))
        if kind == "message_created" and mid:
            return [Piece(f"message:{mid}", document)]
        said = json.dumps(document, sort_keys=True, ensure_ascii=False)
        return [Piece(f"{kind[:40]}:{hashlib.sha256(said.encode()).hexdigest()}", document)]

    def read(self, document: Mapping[str, object]) -> Told:
        return reading.update(document)

    def source(self, account: Account, media: Media) -> Source:
        """The address that the message carries; our token goes only to the vendor's API, never to a file server."""
        if not media.url:
            raise FetchError("no address of the file", permanent=True)
        if not may_have_token(account, media.url):
            raise FetchError("the file's address is not the vendor's", permanent=True)
        return Source(media.url)

    def poll(self, account: Account, cursor: int | None, wait: int) -> Update:
        """Raises SendError."""
        asked = {"limit": "100", "timeout": str(wait), "types": UPDATES}
        if cursor is not None:
            asked["marker"] = str(cursor)
        url = f"{account.base_url}/updates?{urlencode(asked)}"
        answer = call(account, "GET", url, headers=_token(account), timeout=wait + 10.0)
        if not answer.is_good:
            raise SendError(text(answer.document.get("message")) or f"HTTP {answer.status}")
        marker = answer.document.get("marker")
        return Update(tables(answer.document.get("updates")), marker if isinstance(marker, int) else None)

    def deliver(self, account: Account, message: Outgoing) -> str:
        chat = message.recipient.address
        if message.headers.get("act") == "read":
            answer = call(account, "POST", f"{account.base_url}/chats/{chat}/actions", {"action": "mark_seen"},
                          headers=_token(account))  # fmt: skip
            _asked(answer)
            return message.headers["message"]
        body: dict[str, Any] = {"text": message.text}
        if message.files:
            body["attachments"] = [self._uploaded(account, message.files[0])]
        if message.headers.get("context"):
            body["link"] = {"type": "reply", "mid": message.headers["context"]}
        url = f"{account.base_url}/messages?{urlencode({'chat_id': chat, 'disable_link_preview': 'true'})}"
        answer = _asked(call(account, "POST", url, body, headers=_token(account)))
        found = text(table(table(answer.document.get("message")).get("body")).get("mid"))
        if not found:
            raise SendError("an answer without an id", uncertain=True)
        return found

    def _uploaded(self, account: Account, file: IncomingFile) -> dict[str, Any]:
        """An attachment by the vendor's two steps: an address to upload to, then the bytes. Nothing is sent by it."""
        family = file.type.partition("/")[0]
        kind = family if family in {"image", "video", "audio"} else "file"
        try:
            answer = _asked(call(account, "POST", f"{account.base_url}/uploads?type={kind}", headers=_token(account)))
            place, token = text(answer.document.get("url")), text(answer.document.get("token"))
            stored = _asked(upload(account, place, Form({}, "data", file)))
        except SendError as error:
            if error.uncertain:
                raise SendError(str(error)) from error
            raise
        payload = dict(stored.document)
        return {"type": kind, "payload": {"token": token} if token else payload}


def _token(account: Account) -> dict[str, str]:
    return {"Authorization": account.secrets["token"]}


def _asked(answer: Answer) -> Answer:
    """Raises SendError by the status and the code of the answer."""
    if answer.is_good and answer.document.get("success") is not False:
        return answer
    code = text(answer.document.get("code"))
    why = f"{code}: {text(answer.document.get('message'))}"[:500] if code else f"HTTP {answer.status}"
    if code == NOT_READY:  # the file is being looked at still
        raise SendError(why, retry_after=timedelta(seconds=5))
    if answer.status == 429:
        told = answer.headers.get("retry-after", "")
        raise SendError(why, retry_after=timedelta(seconds=int(told) if told.isdigit() else 30))
    if answer.status == 401:
        raise SendError(why, wait=timedelta(minutes=10))
    raise SendError(why, permanent=400 <= answer.status < 500)
