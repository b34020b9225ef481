"""One update of MAX's bot API in neutral words. Pure."""

from collections.abc import Mapping
from typing import Any

from okibi.channels.messenger import words
from okibi.channels.messenger.reading import (
    in_a_group,
    moment_of_ms,
    number,
    safe_name,
    size,
    table,
    tables,
    text,
    vcard_name,
    vcard_phones,
)
from okibi.channels.messenger.values import (
    Card,
    Correspondent,
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

FILES = {
    "image": (MessageType.IMAGE, "image.jpg", "image/jpeg"),
    "file": (MessageType.DOCUMENT, "file.bin", ""),
    "audio": (MessageType.AUDIO, "audio.ogg", "audio/ogg"),
    "video": (MessageType.VIDEO, "video.mp4", "video/mp4"),
    "sticker": (MessageType.STICKER, "sticker.webp", "image/webp"),
}

Json = Mapping[str, Any]


def update(document: Json) -> Told:
    """Raises UnreadableError for what is no update."""
    kind = text(document.get("update_type"))
    if not kind:
        raise UnreadableError("no update of MAX")
    said = table(document.get("message"))
    if text(table(said.get("recipient")).get("chat_type")) in {"chat", "channel"}:
        return in_a_group(Network.MAX, _at(document))
    if kind == "message_created":
        return message(said, document)
    if kind == "message_edited":
        body = table(said.get("body"))
        return Told(writer(said), at=_at(document), event=Edit(text(body.get("mid")), text(body.get("text"))))
    if kind == "message_removed":
        who = Correspondent(Network.MAX, text(document.get("chat_id")), "", text(document.get("user_id")))
        return Told(who, at=_at(document), event=Revoke(text(document.get("message_id"))))
    if kind == "message_callback":
        return _callback(document)
    return Told(Correspondent(Network.MAX, ""), at=_at(document), event=Notice(kind[:60]))


def writer(said: Json) -> Correspondent:
    """The chat is what one answers to; the person has an id of their own."""
    sender, to = table(said.get("sender")), table(said.get("recipient"))
    name = text(sender.get("name")) or " ".join(
        part for part in (text(sender.get("first_name")), text(sender.get("last_name"))) if part
    )
    address = text(to.get("chat_id")) or text(sender.get("user_id"))
    return Correspondent(Network.MAX, address, "", text(sender.get("user_id")), name)


def message(said: Json, document: Json) -> Told:
    who, body = writer(said), table(said.get("body"))
    link = table(said.get("link"))
    mid = text(body.get("mid"))
    if not who.address or not mid:
        raise UnreadableError("a message without a chat or an id")
    if table(said.get("sender")).get("is_bot") is True:
        return Told(who, message_id=mid, event=Notice("own message"))
    forwarded = text(link.get("type")) == "forward"
    inner = table(link.get("message")) if forwarded else {}
    kind, links, media, parts = _attachments([*tables(body.get("attachments")), *tables(inner.get("attachments"))])
    body_text = "\n".join(part for part in (text(body.get("text")) or text(inner.get("text")), *links) if part)
    return Told(
        who,
        message_id=mid,
        at=moment_of_ms(said.get("timestamp")) or _at(document),
        kind=MessageType.TEXT if body_text and not media else kind,
        text=words.whole(body_text, parts).ru,
        body=body_text,
        parts=parts,
        media=media,
        context=text(table(link.get("message")).get("mid")) if text(link.get("type")) == "reply" else "",
        forwarded=forwarded,
    )


def _attachments(listed: list[Json]) -> tuple[MessageType, list[str], tuple[Media, ...], tuple[Wordless, ...]]:
    """What kind it is of, links that it shares, files, and all that is no words."""
    kind, links, media, parts = MessageType.TEXT, [], [], []
    for each in listed:
        name, payload = text(each.get("type")), table(each.get("payload"))
        if name in FILES:
            kind, fallback, type_ = FILES[name]
            shown = safe_name(each.get("filename"), "")
            media.append(Media(kind, shown or fallback, type_, text(payload.get("token")), text(payload.get("url")),
                               size=size(each.get("size"))))  # fmt: skip
            parts.append(Wordless(kind, shown))
        elif name == "contact":
            kind = MessageType.CONTACTS
            parts.append(Wordless(kind, card=_card(payload)))
        elif name == "location":
            kind = MessageType.LOCATION
            place = Place(number(each.get("latitude")), number(each.get("longitude")))
            parts.append(Wordless(kind, place=place))
        elif name == "share":
            links.append(text(payload.get("url")))
        elif name not in {"inline_keyboard", "reply_keyboard"}:
            kind = MessageType.UNSUPPORTED
            parts.append(Wordless(kind))
    return kind, links, tuple(media), tuple(parts)


def _card(payload: Json) -> Card:
    card = text(payload.get("vcf_info"))
    name = vcard_name(card) or text(table(payload.get("max_info")).get("name"))
    return Card(name, vcard_phones(card))


def _callback(document: Json) -> Told:
    callback, said = table(document.get("callback")), table(document.get("message"))
    who = writer({**said, "sender": callback.get("user")})
    found = text(callback.get("callback_id"))
    if not who.address or not found:
        raise UnreadableError("a callback without a chat or an id")
    return Told(who, message_id=found, at=_at(document), kind=MessageType.BUTTON, text=text(callback.get("payload")),
                context=text(table(said.get("body")).get("mid")))  # fmt: skip


def _at(document: Json) -> Any:
    return moment_of_ms(document.get("timestamp"))
