"""One message or status of Wazzup24 in neutral words. Pure."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from okibi.channels.messenger import words
from okibi.channels.messenger.reading import (
    e164,
    in_a_group,
    moment_of_iso,
    safe_name,
    table,
    tables,
    text,
    vcard_name,
    vcard_phones,
)
from okibi.channels.messenger.values import (
    Card,
    Correspondent,
    Delivery,
    DeliveryState,
    Edit,
    Media,
    MessageType,
    Network,
    Notice,
    Place,
    Revoke,
    Told,
    Wordless,
)
from okibi.channels.port import UnreadableError

NETWORKS = {"whatsapp": Network.WHATSAPP, "wapi": Network.WHATSAPP, "telegram": Network.TELEGRAM,
            "tgapi": Network.TELEGRAM, "max": Network.MAX}  # fmt: skip
GROUPS = {"whatsgroup": Network.WHATSAPP, "telegroup": Network.TELEGRAM, "maxgroup": Network.MAX}
FILES = {
    "image": (MessageType.IMAGE, "image.jpg", "image/jpeg"),
    "audio": (MessageType.AUDIO, "audio.ogg", "audio/ogg"),
    "video": (MessageType.VIDEO, "video.mp4", "video/mp4"),
    "document": (MessageType.DOCUMENT, "document.bin", ""),
}
STATES = {"sent": DeliveryState.SENT, "delivered": DeliveryState.DELIVERED, "read": DeliveryState.READ,
          "error": DeliveryState.FAILED}  # fmt: skip
NO_WINDOW = "24_HOURS_EXCEEDED"
_POINT = re.compile(r"(-?\d{1,3}\.\d+)\D{1,4}(-?\d{1,3}\.\d+)")

Json = Mapping[str, Any]


def push(document: Json) -> Told:
    """A piece: one message or one status. Raises UnreadableError."""
    for said in tables(document.get("messages")):
        return message(said)
    for said in tables(document.get("statuses")):
        return status(said)
    raise UnreadableError("no message and no status of Wazzup")


def correspondent(chat_type: object, chat: object, name: object = "") -> Correspondent:
    """WhatsApp's chat id is a number; elsewhere an id of the network, written "telegram:12345"."""
    kind, said = text(chat_type), text(chat)
    network = NETWORKS.get(kind, Network.OTHER)
    number = e164(said) if network is Network.WHATSAPP else ""
    address = number or (f"{kind}:{said}" if said else "")
    return Correspondent(network, address, number, "" if number else said, text(name).strip())


def message(said: Json) -> Told:
    kind, chat = text(said.get("chatType")), text(said.get("chatId"))
    if kind in GROUPS or chat.endswith("@g.us"):
        return in_a_group(GROUPS.get(kind, Network.WHATSAPP), moment_of_iso(said.get("dateTime")))
    who = correspondent(kind, chat, table(said.get("contact")).get("name"))
    found = text(said.get("messageId"))
    if not who.address or not found:
        raise UnreadableError("a message without a chat or an id")
    at = moment_of_iso(said.get("dateTime"))
    if said.get("isDeleted") is True:
        return Told(who, message_id=found, at=at, event=Revoke(found))
    if said.get("isEdited") is True:
        return Told(who, message_id=found, at=at, event=Edit(found, text(said.get("text"))))
    kind, body, media, parts = _content(said)
    return Told(who, message_id=found, at=at, kind=kind, text=words.whole(body, parts).ru, media=media, body=body,
                parts=parts,
                context=text(table(said.get("quotedMessage")).get("messageId")), echo=said.get("isEcho") is True,
                )  # fmt: skip


def _content(said: Json) -> tuple[MessageType, str, tuple[Media, ...], tuple[Wordless, ...]]:
    name, body, url = text(said.get("type")), text(said.get("text")), text(said.get("contentUri"))
    if name in FILES and url:
        kind, fallback, type_ = FILES[name]
        try:
            shown = safe_name(unquote(urlsplit(url).path), "")
        except ValueError:
            shown = ""
        media = Media(kind, shown if "." in shown else fallback, type_, url=url)
        return kind, body, (media,), (Wordless(kind, media.name if kind is MessageType.DOCUMENT else ""),)
    if name == "vcard":
        phones = vcard_phones(body)
        named = Card(vcard_name(body), phones) if "BEGIN:VCARD" in body else Card(body)
        return MessageType.CONTACTS, "", (), (Wordless(MessageType.CONTACTS, card=named),)
    if name == "geo":
        point = _POINT.search(f"{url} {body}")
        place = Place(float(point[1]), float(point[2])) if point else Place(name=body or url)
        return MessageType.LOCATION, "", (), (Wordless(MessageType.LOCATION, place=place),)
    if name == "missing_call":
        return MessageType.CALL, "", (), (Wordless(MessageType.CALL),)
    if body or name == "text":
        return MessageType.TEXT, body, (), ()
    return MessageType.UNSUPPORTED, "", (), (Wordless(MessageType.UNSUPPORTED),)


def status(said: Json) -> Told:
    nobody = Correspondent(Network.OTHER, "")
    state, at = STATES.get(text(said.get("status"))), moment_of_iso(said.get("timestamp"))
    if state is None:
        return Told(nobody, at=at, event=Notice(f"status: {text(said.get('status'))}"[:60]))
    error = table(said.get("error"))
    code = text(error.get("error"))
    reason = ": ".join(part for part in (code, text(error.get("description"))) if part)
    return Told(nobody, at=at, event=Delivery(text(said.get("messageId")), state, at, reason=reason,
                                              window_closed=code == NO_WINDOW))  # fmt: skip
