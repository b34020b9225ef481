"""One push of GREEN-API in neutral words. Pure."""

from collections.abc import Mapping
from typing import Any

from okibi.channels.messenger import words
from okibi.channels.messenger.reading import (
    e164,
    in_a_group,
    moment,
    number,
    safe_name,
    size,
    table,
    tables,
    text,
    vcard_phones,
)
from okibi.channels.messenger.values import (
    Card,
    Correspondent,
    Delivery,
    DeliveryState,
    Edit,
    Event,
    Media,
    MessageType,
    Network,
    Notice,
    Place,
    Reaction,
    Revoke,
    Told,
    Wordless,
)
from okibi.channels.port import UnreadableError

STATES = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "failed": DeliveryState.FAILED,
    "noAccount": DeliveryState.FAILED,
    "notInGroup": DeliveryState.FAILED,
    "yellowCard": DeliveryState.FAILED,
}
FILES = {
    "imageMessage": MessageType.IMAGE,
    "documentMessage": MessageType.DOCUMENT,
    "audioMessage": MessageType.AUDIO,
    "videoMessage": MessageType.VIDEO,
    "stickerMessage": MessageType.STICKER,
}
NAMES = {MessageType.IMAGE: "image.jpg", MessageType.AUDIO: "audio.ogg", MessageType.VIDEO: "video.mp4",
         MessageType.STICKER: "sticker.webp", MessageType.DOCUMENT: "document.bin"}  # fmt: skip
SEVERAL = ("@g.us", "@newsletter", "@broadcast")  # a group, a channel, a status: no chat of two

Json = Mapping[str, Any]


def correspondent(chat: object, name: object = "") -> Correspondent:
    """What is written "79000000001@c.us" is a number; what hides its number ("…@lid") is an address."""
    said = text(chat)
    found = e164(said.removesuffix("@c.us")) if said.endswith("@c.us") else ""
    return Correspondent(Network.WHATSAPP, found or said, found, "" if found else said, text(name).strip())


def push(document: Json) -> Told:
    """Raises UnreadableError for what is no push of GREEN-API."""
    kind = text(document.get("typeWebhook"))
    if not kind:
        raise UnreadableError("no push of GREEN-API")
    if kind == "outgoingMessageStatus":
        return status(document)
    if kind in {"incomingMessageReceived", "outgoingMessageReceived"}:
        return message(document, echo=kind == "outgoingMessageReceived")
    if kind == "incomingCall" and text(document.get("from")).endswith(SEVERAL):
        return in_a_group(Network.WHATSAPP, moment(document.get("timestamp")))
    if kind == "incomingCall" and text(document.get("status")) in {"missed", "declined"}:
        return Told(correspondent(document.get("from")), message_id=text(document.get("idMessage")),
                    at=moment(document.get("timestamp")), kind=MessageType.CALL,
                    text=words.MISSED_CALL.ru, parts=(Wordless(MessageType.CALL),))  # fmt: skip
    return Told(Correspondent(Network.WHATSAPP, ""), event=Notice(kind[:60]))


def status(document: Json) -> Told:
    state = STATES.get(text(document.get("status")))
    who, at = correspondent(document.get("chatId")), moment(document.get("timestamp"))
    if state is None:
        return Told(who, at=at, event=Notice(f"status: {text(document.get('status'))}"[:60]))
    reason = text(document.get("description")) or text(document.get("status"))
    failed = state is DeliveryState.FAILED
    return Told(who, at=at, event=Delivery(text(document.get("idMessage")), state, at, reason=reason if failed else ""))


def message(document: Json, *, echo: bool) -> Told:
    sender, data = table(document.get("senderData")), table(document.get("messageData"))
    if text(sender.get("chatId")).endswith(SEVERAL):
        return in_a_group(Network.WHATSAPP, moment(document.get("timestamp")))
    name = "" if echo else sender.get("senderName") or sender.get("chatName")
    who = correspondent(sender.get("chatId"), name)
    found = text(document.get("idMessage"))
    if not who.address or not found:
        raise UnreadableError("a message without a chat or an id")
    kind, body, media, event, parts = _content(data)
    file = table(data.get("fileMessageData")) or table(data.get("extendedTextMessageData"))
    return Told(
        who,
        message_id=found,
        at=moment(document.get("timestamp")),
        kind=kind,
        text=words.whole(body, parts).ru,
        body=body,
        parts=parts,
        media=media,
        context=text(table(data.get("quotedMessage")).get("stanzaId")),
        forwarded=file.get("isForwarded") is True,
        echo=echo,
        event=event,
    )


Content = tuple[MessageType, str, tuple[Media, ...], Event | None, tuple[Wordless, ...]]


def _content(data: Json) -> Content:
    name = text(data.get("typeMessage"))
    extended = table(data.get("extendedTextMessageData"))
    if name == "textMessage":
        return MessageType.TEXT, text(table(data.get("textMessageData")).get("textMessage")), (), None, ()
    if name in {"extendedTextMessage", "quotedMessage"}:
        return MessageType.TEXT, text(extended.get("text")), (), None, ()
    if name in FILES:
        return _file(FILES[name], table(data.get("fileMessageData")))
    if name == "reactionMessage":
        target = text(table(data.get("quotedMessage")).get("stanzaId"))
        return MessageType.TEXT, "", (), Reaction(target, text(extended.get("text"))), ()
    if name == "editedMessage":
        edited = table(data.get("editedMessageData"))
        said = text(edited.get("textMessage")) or text(edited.get("caption"))
        return MessageType.TEXT, "", (), Edit(text(edited.get("stanzaId")), said), ()
    if name == "deletedMessage":
        return MessageType.TEXT, "", (), Revoke(text(table(data.get("deletedMessageData")).get("stanzaId"))), ()
    if name == "locationMessage":
        place = table(data.get("locationMessageData"))
        found = Place(number(place.get("latitude")), number(place.get("longitude")),
                      text(place.get("nameLocation")), text(place.get("address")))  # fmt: skip
        return MessageType.LOCATION, "", (), None, (Wordless(MessageType.LOCATION, place=found),)
    if name in {"contactMessage", "contactsArrayMessage"}:
        listed = tables(table(data.get("messageData")).get("contacts")) or [table(data.get("contactMessageData"))]
        cards = tuple(Wordless(MessageType.CONTACTS, card=_card(each)) for each in listed)
        return MessageType.CONTACTS, "", (), None, cards
    return MessageType.UNSUPPORTED, "", (), None, (Wordless(MessageType.UNSUPPORTED),)


def _file(kind: MessageType, file: Json) -> Content:
    shown = safe_name(file.get("fileName"), "") if kind is MessageType.DOCUMENT else ""
    name = safe_name(file.get("fileName"), NAMES[kind])
    media = Media(
        kind, name, text(file.get("mimeType")), url=text(file.get("downloadUrl")), size=size(file.get("fileSize"))
    )
    return kind, text(file.get("caption")), (media,), None, (Wordless(kind, shown),)


def _card(card: Json) -> Card:
    phones = vcard_phones(text(card.get("vcard")))
    return Card(text(card.get("displayName")), phones)
