"""One update of the Bot API in neutral words. Pure."""

from collections.abc import Mapping
from typing import Any

from okibi.channels.messenger import words
from okibi.channels.messenger.reading import e164, in_a_group, moment, number, safe_name, size, table, tables, text
from okibi.channels.messenger.values import (
    Card,
    Correspondent,
    Edit,
    Media,
    MessageType,
    Network,
    Notice,
    NumberProof,
    Place,
    Reaction,
    Told,
    Wordless,
)
from okibi.channels.port import UnreadableError

FILES = {
    "document": (MessageType.DOCUMENT, "document.bin"),
    "voice": (MessageType.AUDIO, "voice.ogg"),
    "audio": (MessageType.AUDIO, "audio.mp3"),
    "video": (MessageType.VIDEO, "video.mp4"),
    "video_note": (MessageType.VIDEO, "video.mp4"),
    "animation": (MessageType.VIDEO, "animation.mp4"),
    "sticker": (MessageType.STICKER, "sticker.webp"),
}
TYPES = {"voice": "audio/ogg", "video_note": "video/mp4", "sticker": "image/webp"}
LARGEST = 20 * 1024 * 1024  # bytes that a bot may fetch

Json = Mapping[str, Any]


def update(document: Json) -> Told:
    """Raises UnreadableError for what is no update."""
    if not isinstance(document.get("update_id"), int):
        raise UnreadableError("no update of the Bot API")
    if any(_of_several(table(document.get(name))) for name in ("message", "edited_message", "message_reaction")):
        return in_a_group(Network.TELEGRAM)
    if said := table(document.get("message")):
        return message(said)
    if said := table(document.get("edited_message")):
        words_now = text(said.get("text")) or text(said.get("caption"))
        return Told(writer(said), at=moment(said.get("edit_date")), event=Edit(message_id(said), words_now))
    if said := table(document.get("message_reaction")):
        emoji = next((text(each.get("emoji")) for each in tables(said.get("new_reaction"))), "")
        return Told(writer({**said, "from": said.get("user")}), at=moment(said.get("date")),
                    event=Reaction(message_id(said), emoji))  # fmt: skip
    name = next((key for key in document if key != "update_id"), "update")
    return Told(Correspondent(Network.TELEGRAM, ""), event=Notice(text(name)[:60]))


def _of_several(said: Json) -> bool:
    return text(table(said.get("chat")).get("type")) in {"group", "supergroup", "channel"}


def writer(said: Json) -> Correspondent:
    """The chat is what one answers to; in a chat of two its id is the person's."""
    user, chat = table(said.get("from")), table(said.get("chat"))
    name = " ".join(part for part in (text(user.get("first_name")), text(user.get("last_name"))) if part)
    address = text(chat.get("id")) or text(user.get("id"))
    return Correspondent(Network.TELEGRAM, address, "", text(user.get("id")), name or text(user.get("username")))


def message_id(said: Json) -> str:
    return f"{text(table(said.get('chat')).get('id'))}:{text(said.get('message_id'))}"


def message(said: Json) -> Told:
    who = writer(said)
    if not who.address or not isinstance(said.get("message_id"), int):
        raise UnreadableError("a message without a chat or an id")
    kind, body, media, proof, parts = _content(said)
    reply = table(said.get("reply_to_message"))
    return Told(
        who,
        message_id=message_id(said),
        at=moment(said.get("date")),
        kind=kind,
        text=words.whole(body, parts).ru,
        body=body,
        parts=parts,
        media=media,
        context=message_id({**said, "message_id": reply["message_id"]}) if reply.get("message_id") else "",
        forwarded="forward_origin" in said or "forward_date" in said,
        proof=proof,
    )


Content = tuple[MessageType, str, tuple[Media, ...], NumberProof | None, tuple[Wordless, ...]]


def _content(said: Json) -> Content:
    caption = text(said.get("caption"))
    photos = tables(said.get("photo"))
    if photos:
        best = max(photos, key=lambda each: size(each.get("file_size")) or size(each.get("width")) or 0)
        media = Media(
            MessageType.IMAGE, "photo.jpg", "image/jpeg", text(best.get("file_id")), size=size(best.get("file_size"))
        )
        return MessageType.IMAGE, caption, (media,), None, (Wordless(MessageType.IMAGE),)
    for name, (kind, fallback) in FILES.items():
        file = table(said.get(name))
        if file:
            shown = safe_name(file.get("file_name"), "")
            type_ = text(file.get("mime_type")) or TYPES.get(name, "")
            media = Media(kind, shown or fallback, type_, text(file.get("file_id")), size=size(file.get("file_size")))
            return kind, caption, (media,), None, (Wordless(kind, shown, name == "voice"),)
    if place := table(said.get("location")):
        venue = table(said.get("venue"))
        found = Place(number(place.get("latitude")), number(place.get("longitude")), text(venue.get("title")),
                      text(venue.get("address")))  # fmt: skip
        return MessageType.LOCATION, "", (), None, (Wordless(MessageType.LOCATION, place=found),)
    if contact := table(said.get("contact")):
        card = Wordless(MessageType.CONTACTS, card=_card(contact))
        return MessageType.CONTACTS, "", (), _own_number(said, contact), (card,)
    if isinstance(said.get("text"), str):
        return MessageType.TEXT, text(said.get("text")), (), None, ()
    return MessageType.UNSUPPORTED, "", (), None, (Wordless(MessageType.UNSUPPORTED),)


def _card(contact: Json) -> Card:
    name = " ".join(part for part in (text(contact.get("first_name")), text(contact.get("last_name"))) if part)
    return Card(name, (e164(contact.get("phone_number")) or text(contact.get("phone_number")),))


def _own_number(said: Json, contact: Json) -> NumberProof | None:
    """Telegram itself gives the number with the "share my number" button: the contact is then the writer's own."""
    own = contact.get("user_id") is not None and contact.get("user_id") == table(said.get("from")).get("id")
    found = e164(contact.get("phone_number"))
    return NumberProof(found) if own and found and not said.get("forward_origin") else None
