"""One event of the Cloud API in neutral words. Pure; shapes: protocols/messengers.md §5.1."""

from collections.abc import Callable, Mapping
from typing import Any

from okibi.channels.messenger import words
from okibi.channels.messenger.reading import (
    e164,
    hex_digest,
    in_a_group,
    moment,
    number,
    safe_name,
    size,
    table,
    tables,
    text,
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
    NumberChange,
    Place,
    Reaction,
    Revoke,
    TemplateNews,
    Told,
    Wordless,
)

NO_WINDOW = 131047  # more than 24 hours since the client's last message
STATES = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "played": DeliveryState.READ,
    "failed": DeliveryState.FAILED,
}
FILES = {
    "image": MessageType.IMAGE,
    "document": MessageType.DOCUMENT,
    "audio": MessageType.AUDIO,
    "video": MessageType.VIDEO,
    "sticker": MessageType.STICKER,
}
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "audio/ogg": "ogg", "audio/mpeg": "mp3",
           "audio/mp4": "m4a", "audio/amr": "amr", "video/mp4": "mp4", "video/3gpp": "3gp",
           "application/pdf": "pdf"}  # fmt: skip

Json = Mapping[str, Any]


def correspondent(wa_id: object, user_id: object, name: object = "") -> Correspondent:
    """Since 2026 the number may be missing: the business-scoped user id is then all there is."""
    said, given = e164(wa_id), text(user_id)
    return Correspondent(Network.WHATSAPP, said or given or text(wa_id), said, given, text(name).strip())


def writer(value: Json, message: Json) -> Correspondent:
    """Who wrote it: ``contacts`` of the same push say the name and the user id."""
    sender = text(message.get("from"))
    given = text(message.get("from_user_id"))
    contacts = tables(value.get("contacts"))
    mine = [each for each in contacts if text(each.get("wa_id")) == sender and sender]
    mine = mine or [each for each in contacts if text(each.get("user_id")) == given and given]
    contact = (mine or (contacts if len(contacts) == 1 else [{}]))[0]
    wa_id = sender or text(contact.get("wa_id"))
    return correspondent(wa_id, given or contact.get("user_id"), table(contact.get("profile")).get("name"))


def message(value: Json, said: Json, *, echo: bool = False) -> Told:
    """A message, a reaction, an edit, a withdrawal or a change of number. One in a group names it (``group_id``)."""
    if text(said.get("group_id")):
        return in_a_group(Network.WHATSAPP, moment(said.get("timestamp")))
    who = correspondent(said.get("to"), said.get("to_user_id")) if echo else writer(value, said)
    context = table(said.get("context"))
    base = Told(
        who,
        message_id=text(said.get("id")),
        at=moment(said.get("timestamp")),
        context=text(context.get("id")),
        forwarded=context.get("forwarded") is True or context.get("frequently_forwarded") is True,
        echo=echo,
    )
    kind = text(said.get("type"))
    if kind in FILES:
        return _with(base, **_file(FILES[kind], table(said.get(kind))))
    reader = READERS.get(kind, _unsupported)
    return _with(base, **reader(said))


def _with(base: Told, **more: Any) -> Told:
    fields = {name: getattr(base, name) for name in Told.__dataclass_fields__}
    return Told(**{**fields, **more})


def _text(said: Json) -> dict[str, Any]:
    return {"text": text(table(said.get("text")).get("body"))}


def _file(kind: MessageType, file: Json) -> dict[str, Any]:
    type_ = text(file.get("mime_type"))
    ending = ENDINGS.get(type_.partition(";")[0].strip(), "bin")
    name = safe_name(file.get("filename"), f"{kind.value}.{ending}")
    media = Media(kind, name, type_, text(file.get("id")), text(file.get("url")), hex_digest(file.get("sha256")),
                  size(file.get("file_size")))  # fmt: skip
    shown = name if file.get("filename") else ""
    part = Wordless(kind, shown, file.get("voice") is True)
    return {"kind": kind, "media": (media,), **saying(text(file.get("caption")), part)}


def saying(body: str, *parts: Wordless) -> dict[str, Any]:
    """The fields of a message that has parts without words."""
    return {"text": words.whole(body, parts).ru, "body": body, "parts": parts}


def _contacts(said: Json) -> dict[str, Any]:
    found = [
        Card(
            text(table(each.get("name")).get("formatted_name")),
            tuple(text(phone.get("phone")) or e164(phone.get("wa_id")) for phone in tables(each.get("phones"))),
        )
        for each in tables(said.get("contacts"))
    ]
    return {"kind": MessageType.CONTACTS, **saying("", *(Wordless(MessageType.CONTACTS, card=card) for card in found))}


def _location(said: Json) -> dict[str, Any]:
    place = table(said.get("location"))
    point = number(place.get("latitude")), number(place.get("longitude"))
    found = Place(*point, text(place.get("name")), text(place.get("address")))
    return {"kind": MessageType.LOCATION, **saying("", Wordless(MessageType.LOCATION, place=found))}


def _button(said: Json) -> dict[str, Any]:
    return {"kind": MessageType.BUTTON, "text": text(table(said.get("button")).get("text"))}


def _interactive(said: Json) -> dict[str, Any]:
    given = table(said.get("interactive"))
    chosen = table(given.get("button_reply")) or table(given.get("list_reply"))
    title = text(chosen.get("title")) or text(table(given.get("nfm_reply")).get("body"))
    return {"kind": MessageType.BUTTON, "text": title}


def _reaction(said: Json) -> dict[str, Any]:
    given = table(said.get("reaction"))
    return {"event": Reaction(text(given.get("message_id")), text(given.get("emoji")))}


def _edit(said: Json) -> dict[str, Any]:
    given = table(said.get("edit"))
    new = table(given.get("message"))
    words_now = text(table(new.get("text")).get("body"))
    for kind in FILES:
        words_now = words_now or text(table(new.get(kind)).get("caption"))
    return {"event": Edit(text(given.get("original_message_id")), words_now)}


def _revoke(said: Json) -> dict[str, Any]:
    given = table(said.get("revoke"))
    target = (
        text(given.get("original_message_id")) or text(table(said.get("context")).get("id")) or text(said.get("id"))
    )
    return {"event": Revoke(target)}


def _system(said: Json) -> dict[str, Any]:
    given = table(said.get("system"))
    new = e164(given.get("wa_id")) or e164(given.get("new_wa_id"))
    if text(given.get("type")) in {"user_changed_number", "customer_changed_number"} and new:
        return {"event": NumberChange(new), "text": text(given.get("body"))}
    return {"event": Notice(f"system: {text(given.get('type'))}"[:60]), "text": text(given.get("body"))}


def _unsupported(said: Json) -> dict[str, Any]:  # noqa: ARG001
    return {"kind": MessageType.UNSUPPORTED, **saying("", Wordless(MessageType.UNSUPPORTED))}


READERS: dict[str, Callable[[Json], dict[str, Any]]] = {
    "text": _text,
    "contacts": _contacts,
    "location": _location,
    "button": _button,
    "interactive": _interactive,
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
    "system": _system,
}


def status(said: Json) -> Told:
    """News of a message of ours."""
    errors = tables(said.get("errors"))
    first = errors[0] if errors else {}
    reason = text(table(first.get("error_data")).get("details")) or text(first.get("message"))
    reason = reason or text(first.get("title"))
    state = STATES.get(text(said.get("status")))
    who = correspondent(said.get("recipient_id"), said.get("recipient_user_id"))
    at = moment(said.get("timestamp"))
    if state is None:
        return Told(who, at=at, event=Notice(f"status: {text(said.get('status'))}"[:60]))
    news = Delivery(
        text(said.get("id")),
        state,
        at,
        own_key=text(said.get("biz_opaque_callback_data")),
        reason=f"{first.get('code')}: {reason}"[:500] if first else "",
        window_closed=first.get("code") == NO_WINDOW,
    )
    return Told(who, at=at, event=news)


def template_news(owner: str, value: Json) -> Told:
    """``message_template_status_update``: the language comes as "ru" or as "en-US"."""
    reason = text(value.get("reason"))
    news = TemplateNews(
        owner=owner,
        name=text(value.get("message_template_name"))[:512],
        language=text(value.get("message_template_language")).replace("-", "_")[:16],
        status=text(value.get("event")).upper()[:32],
        reason="" if reason == "NONE" else reason[:200],
    )
    return Told(Correspondent(Network.WHATSAPP, ""), event=news)
