"""kind ``whatsapp``: Meta's Cloud API. See README.md beside this file for what is promised."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from okibi.channels.hook import HookAnswer
from okibi.channels.messenger import template_book
from okibi.channels.messenger.accounts import Account
from okibi.channels.messenger.adapter import HookRefusedError, MessengerChannel, Source, may_have_token
from okibi.channels.messenger.http import Answer, FetchError, Form, call, upload
from okibi.channels.messenger.reading import hex_digest, size, table, tables, text
from okibi.channels.messenger.templates import Kept, MessageTemplate, components_of
from okibi.channels.messenger.values import Correspondent, Media, Network, Notice, Piece, Told
from okibi.channels.port import IncomingFile, Outgoing, SendError, UnreadableError
from okibi.channels.whatsapp import reading, templates
from okibi.kernel.hook import HookRequest
from okibi.kernel.sentence import Sentence

OBJECT = "whatsapp_business_account"
TEMPLATE_STATUS = "message_template_status_update"
PAGE, PAGES = 100, 60  # templates of one answer; a business account has 6 000 at most
# codes of Meta's "Error codes": what each means for a message that was to be sent
NO_WINDOW = {131047}
LATER = {1, 2, 4, 131000, 131016, 133004, 131057}  # theirs, for now
BUSY = {130429, 80007, 131048}  # throughput, spam rate
PAIR = 131056
ACCOUNT = {0, 190, 3, 10, 200, 368, 131031, 131005, 131042}  # token, rights, lock, payment: no message is at fault
MEDIA_KINDS = {"image/jpeg": "image", "image/png": "image", "video/mp4": "video", "video/3gpp": "video",
               "audio/aac": "audio", "audio/mp4": "audio", "audio/mpeg": "audio", "audio/amr": "audio",
               "audio/ogg": "audio"}  # fmt: skip


class WhatsAppChannel(MessengerChannel):
    """kind ``whatsapp``."""

    kind = "whatsapp"
    title = Sentence(ru="WhatsApp", en="WhatsApp")

    # ---------------------------------------------------------------- in

    def greet(self, account: Account, request: HookRequest) -> HookAnswer:
        """The verification handshake: the challenge goes back to whoever knows the verify token."""
        given = request.query.get("hub.verify_token", "").encode()
        known = account.secrets.get("verify_token", "").encode()
        if request.query.get("hub.mode") != "subscribe" or not known or not hmac.compare_digest(given, known):
            return HookAnswer(403)
        return HookAnswer(200, request.query.get("hub.challenge", "").encode())

    def prove(self, account: Account, request: HookRequest) -> None:
        given = request.headers.get("x-hub-signature-256", "")
        if not given:
            raise HookRefusedError(401)
        made = hmac.new(account.secrets["app_secret"].encode(), request.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(given.encode(), f"sha256={made}".encode()):
            raise HookRefusedError(403)

    def pieces(self, document: Mapping[str, object]) -> Sequence[Piece]:
        """Every message, status and echo; a change of another kind is a piece of its own."""
        if document.get("object") != OBJECT:
            raise UnreadableError("not of a WhatsApp business account")
        return [piece for entry, change in _changes(document) for piece in _pieces(document, entry, change)]

    def read(self, document: Mapping[str, object]) -> Told:
        if document.get("object") != OBJECT:
            raise UnreadableError("not of a WhatsApp business account")
        for entry, change in _changes(document):
            value = table(change.get("value"))
            for said in tables(value.get("messages")):
                return _named(reading.message(value, said))
            for said in tables(value.get("message_echoes")):
                return _named(reading.message(value, said, echo=True))
            for said in tables(value.get("statuses")):
                return reading.status(said)
            if text(change.get("field")) == TEMPLATE_STATUS and text(value.get("message_template_name")):
                return reading.template_news(text(entry.get("id")), value)
            return Told(Correspondent(Network.WHATSAPP, ""), event=Notice(text(change.get("field"))[:60] or "change"))
        raise UnreadableError("no event in it")

    def source(self, account: Account, media: Media) -> Source:
        """The webhook's own address where it has one that may have our token, else the one Meta gives for the id."""
        headers = _bearer(account)
        if media.url and may_have_token(account, media.url):
            return Source(media.url, headers)
        if not media.id.isalnum():
            raise FetchError("no id of the file", permanent=True)
        try:
            answer = call(account, "GET", f"{account.base_url}/{media.id}", headers=headers)
        except SendError as error:
            raise FetchError(str(error)) from error
        url = text(answer.document.get("url"))
        if not answer.is_good or not url:
            raise FetchError(f"HTTP {answer.status}", permanent=answer.status in {400, 404})
        if not may_have_token(account, url):
            raise FetchError("the file's address is not the vendor's", permanent=True)
        found = answer.document
        return Source(url, headers, hex_digest(found.get("sha256")), size(found.get("file_size")))

    # ---------------------------------------------------------------- out

    def deliver(self, account: Account, message: Outgoing) -> str:
        url = f"{account.base_url}/{account.options['phone_number_id']}/messages"
        body: dict[str, Any] = {"messaging_product": "whatsapp"}
        if message.headers.get("act") == "read":
            body |= {"status": "read", "message_id": message.headers["message"]}
            self._asked(call(account, "POST", url, body, headers=_bearer(account)), message.attempts)
            return message.headers["message"]
        body |= {"recipient_type": "individual", **_to(message.recipient.address)}
        if message.headers.get("context"):
            body["context"] = {"message_id": message.headers["context"]}
        if message.headers.get("own"):
            body["biz_opaque_callback_data"] = message.headers["own"]
        body |= self._content(account, message)
        answer = self._asked(call(account, "POST", url, body, headers=_bearer(account)), message.attempts)
        found = tables(answer.document.get("messages"))
        if not found or not text(found[0].get("id")):
            raise SendError("an answer without an id", uncertain=True)
        return text(found[0].get("id"))

    def _content(self, account: Account, message: Outgoing) -> dict[str, Any]:
        if message.headers.get("template"):
            template = {"name": message.headers["template"], "language": {"code": message.headers["language"]}}
            return {"type": "template", "template": {**template, "components": components_of(message.headers)}}
        if message.files:
            file = message.files[0]
            kind = MEDIA_KINDS.get(file.type, "document")
            content: dict[str, Any] = {"id": self._upload(account, file, message)}
            if message.text and kind != "audio":
                content["caption"] = message.text
            if kind == "document":
                content["filename"] = file.name
            return {"type": kind, kind: content}
        return {"type": "text", "text": {"body": message.text, "preview_url": False}}

    def _upload(self, account: Account, file: IncomingFile, message: Outgoing) -> str:
        fields = {"messaging_product": "whatsapp", "type": file.type}
        url = f"{account.base_url}/{account.options['phone_number_id']}/media"
        try:
            answer = upload(account, url, Form(fields, "file", file), _bearer(account))
        except SendError as error:  # an upload that nobody answered has sent nothing to anybody
            if error.uncertain:
                raise SendError(str(error)) from error
            raise
        found = text(self._asked(answer, message.attempts).document.get("id"))
        if not found:
            raise SendError("an upload without an id")
        return found

    # ---------------------------------------------------------------- templates

    def owner_of_templates(self, account: Account) -> str:
        return account.options.get("waba_id", "")

    def fetch_templates(self, account: Account, timeout: float) -> Sequence[Kept]:
        """All pages, by Meta's cursors; the token goes to the account's own address only. Raises SendError."""
        url = f"{account.base_url}/{account.options['waba_id']}/message_templates"
        found: list[Kept] = []
        after = ""
        for _ in range(PAGES):
            query = {"fields": templates.FIELDS, "limit": str(PAGE), **({"after": after} if after else {})}
            answer = self._asked(
                call(account, "GET", f"{url}?{urlencode(query)}", headers=_bearer(account), timeout=timeout), 0
            )
            read = [templates.kept_of(item) for item in tables(answer.document.get("data"))]
            found += [each for each in read if each is not None]
            paging = table(answer.document.get("paging"))
            after = text(table(paging.get("cursors")).get("after"))
            if not after or not text(paging.get("next")):
                return found
        raise SendError(f"more than {PAGES * PAGE} templates")

    def templates(self, account: Account) -> tuple[MessageTemplate, ...]:
        """The approved ones of Meta's list; as long as nobody fetched it, those of the settings."""
        owner = self.owner_of_templates(account)
        if not owner or template_book.asked(self.kind, owner).at is None:
            return account.templates
        approved = [each for each in template_book.kept(self.kind, owner) if each.status == template_book.APPROVED]
        read = [templates.template_of(each, account.template(each.name, each.language)) for each in approved]
        return tuple(each for each in read if isinstance(each, MessageTemplate))

    def why_not_offered(self, kept: Kept) -> Sentence | None:
        found = templates.template_of(kept)
        return found if isinstance(found, Sentence) else None

    def _asked(self, answer: Answer, attempts: int) -> Answer:
        """The answer, if it is a good one. Raises SendError as Meta's code tells."""
        if answer.is_good:
            return answer
        error = table(answer.document.get("error"))
        code = error.get("code")
        details = text(table(error.get("error_data")).get("details")) or text(error.get("message"))
        why = f"{code}: {details}"[:500] if error else f"HTTP {answer.status}"
        if code in NO_WINDOW:
            raise SendError(why, no_window=True)
        if code == PAIR:
            raise SendError(why, retry_after=timedelta(seconds=4 ** min(attempts, 8)))
        if code in BUSY or answer.status == 429:
            told = answer.headers.get("retry-after", "")
            raise SendError(why, retry_after=timedelta(seconds=int(told) if told.isdigit() else 60))
        if code in ACCOUNT or answer.status == 401:
            raise SendError(why, wait=timedelta(minutes=10))
        if code in LATER or (answer.status >= 500 and not error):
            raise SendError(why)
        raise SendError(why, permanent=True)


def _changes(document: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for entry in tables(document.get("entry")):
        for change in tables(entry.get("changes")):
            yield entry, change


def _pieces(document: Mapping[str, Any], entry: Mapping[str, Any], change: Mapping[str, Any]) -> Iterator[Piece]:
    value = table(change.get("value"))
    lists = ("messages", "message_echoes", "statuses")
    shared = {key: item for key, item in value.items() if key not in lists}
    owner = text(table(value.get("metadata")).get("phone_number_id"))
    account = {"phone_number_id": owner} if owner else {}
    count = 0
    for name in lists:
        for said in tables(value.get(name)):
            count += 1
            alone = {**change, "value": {**shared, name: [said]}}
            whole = {**document, "entry": [{**entry, "changes": [alone]}]}
            yield Piece(_key(name, said), whole, account)
    if not count:
        news = json.dumps([entry.get("id"), entry.get("time"), change], sort_keys=True, ensure_ascii=False)
        key = f"change:{hashlib.sha256(news.encode()).hexdigest()}"
        yield Piece(key, {**document, "entry": [{**entry, "changes": [change]}]}, account)


def _key(name: str, said: Mapping[str, Any]) -> str:
    """The id of a message is its own; a status is the message's id and the state (a failure may come with a code)."""
    found = text(said.get("id"))
    if not found:
        return f"anonymous:{hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()}"
    return f"status:{text(said.get('status'))}:{found}" if name == "statuses" else f"message:{found}"


def _named(told: Told) -> Told:
    if not isinstance(told.event, Notice) and not (told.who.address and told.message_id):
        raise UnreadableError("a message without a sender or an id")
    return told


def _to(address: str) -> dict[str, str]:
    """A number goes as ``to``, a business-scoped user id as ``recipient``."""
    return {"to": address.removeprefix("+")} if address.removeprefix("+").isdigit() else {"recipient": address}


def _bearer(account: Account) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.secrets['token']}"}
