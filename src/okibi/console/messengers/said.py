"""What a messenger's message shows beside its words: what it answers, what it is without words, what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from okibi.channels.messenger.formatting import FORMATTED, html_of
from okibi.channels.messenger.kinds import is_messenger
from okibi.channels.messenger.reasons import in_words
from okibi.channels.messenger.values import MessageType, Wordless
from okibi.channels.messenger.words import of
from okibi.channels.states import OutboundState
from okibi.kernel.sentence import Sentence
from okibi.kernel.templatetags.okibi_ui import sentence
from okibi.tickets.kinds import MessageKind

if TYPE_CHECKING:
    from okibi.journal.models import Entry
    from okibi.tickets.models import Message

QUOTED = 160  # characters of the message that another answers
SHOWN_BY_THE_MESSAGE = {
    "messenger.sent", "messenger.reaction", "messenger.reaction_removed", "messenger.edited", "messenger.echo",
    "messenger.template",
}  # fmt: skip
BAD = {"messenger.failed", "messenger.window_closed", "messenger.file_lost"}
FILES = {MessageType.IMAGE, MessageType.DOCUMENT, MessageType.AUDIO, MessageType.VIDEO, MessageType.STICKER}
SHOWN_IN_PLACE = {"image/png", "image/jpeg", "image/gif", "image/webp"}
MAP = "https://yandex.ru/maps/?pt={longitude},{latitude}&z=17"
ICONS = {MessageType.CALL: "phone", MessageType.UNSUPPORTED: "circle-question-mark", MessageType.AUDIO: "mic",
         MessageType.IMAGE: "image", MessageType.STICKER: "image", MessageType.VIDEO: "play"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation seen at once: messages by the vendor's id, and what the journal knows of each by its own id."""

    by_id: Mapping[str, Message] = field(default_factory=dict)
    reactions: Mapping[int, Mapping[str, str]] = field(default_factory=dict)  # message → name → emoji
    earlier: Mapping[int, Sequence[tuple[Any, str]]] = field(default_factory=dict)  # message → (moment, text)
    reasons: Mapping[int, str] = field(default_factory=dict)  # outbound → why it did not go
    lost: frozenset[str] = frozenset()  # names of files that did not come
    short: frozenset[int] = frozenset()  # messages that the timeline shows in one line

    def shows(self, entry: Entry) -> bool:
        """Whether a message says by itself what the journal has."""
        return entry.code in SHOWN_BY_THE_MESSAGE and entry.data.get("message") not in self.short


NO_TALK = Talk()


def talk_of(messages: Sequence[Message], entries: Iterable[Entry]) -> Talk:
    """Takes no query; nothing to do where no messenger carried anything."""
    if not any(is_messenger(message.channel) for message in messages):
        return NO_TALK
    reactions: dict[int, dict[str, str]] = defaultdict(dict)
    earlier: dict[int, list[tuple[Any, str]]] = defaultdict(list)
    reasons: dict[int, str] = {}
    lost = set()
    for entry in entries:
        data = entry.data
        match entry.code:
            case "messenger.reaction":
                reactions[data["message"]][data["name"]] = data["emoji"]
            case "messenger.reaction_removed":
                reactions[data["message"]].pop(data["name"], None)
            case "messenger.edited":
                earlier[data["message"]].append((entry.at, data["was"]))
            case "messenger.failed" | "messenger.window_closed":
                reasons[data.get("outbound", 0)] = str(data.get("why", ""))
            case "messenger.file_lost":
                lost.add(str(data.get("name", "")))
    by_id = {message.external_id: message for message in messages if message.external_id}
    short = frozenset(message.pk for message in messages if message.kind == MessageKind.AUTOMATIC)
    return Talk(by_id, reactions, earlier, reasons, frozenset(lost), short)


def shown(message: Message, files: Sequence[Mapping[str, Any]], talk: Talk) -> dict[str, Any]:
    """What the timeline's message takes beside its own fields; nothing for what no messenger carried."""
    if not is_messenger(message.channel):
        return {}
    kept = message.messenger
    parts = [Wordless.from_json(each) for each in kept.get("parts", [])]
    text = kept.get("body", message.text) if parts else message.text
    if kept.get("forwarded"):
        text = text.removeprefix("Переслано:\n")
    why = talk.reasons.get(message.outbound_id or 0, "")
    return {
        "lead": "console/messengers/quote.html",
        "tail": "console/messengers/said.html",
        "text": text,
        "html": formatted(message.channel, text),
        "parts": part_views(parts, files, talk, waiting=not text),
        "quote": quote(talk.by_id.get(kept.get("context", ""))),
        "forwarded": bool(kept.get("forwarded")),
        "template": kept.get("template"),
        "echo": bool(kept.get("echo")),
        "revoked": bool(kept.get("revoked")),
        "earlier": [{"at": at, "text": was} for at, was in talk.earlier.get(message.pk, ())],
        "reactions": [{"name": name, "emoji": emoji} for name, emoji in talk.reactions.get(message.pk, {}).items()],
        "why": in_words(why) if why else None,
        "closed_url": closed_url(message),
        "files": [{**file, "thumb": file.get("title") in SHOWN_IN_PLACE} for file in files],
    }


def closed_url(message: Message) -> str:
    """Where a message that the window closed upon goes another way, "" for every other."""
    if getattr(message, "delivery", None) != OutboundState.NO_WINDOW:  # the timeline reads it along
        return ""
    return reverse("console-messengers-closed", args=[message.outbound_id])


def formatted(kind: str, text: str) -> SafeString | str:
    """The text as the messenger shows it, "" where that is plain."""
    return mark_safe(html_of(text)) if kind in FORMATTED else ""  # noqa: S308  every character was escaped


def part_views(
    parts: Sequence[Wordless], files: Sequence[Mapping[str, Any]], talk: Talk, *, waiting: bool
) -> list[dict[str, Any]]:
    """Places, people and what else has no words; a file is said only until it is there."""
    found = []
    for part in parts:
        if part.kind in FILES:
            if waiting and not files and part.name not in talk.lost:
                note = _("The file is being fetched.")
                found.append({"icon": ICONS.get(part.kind, "file"), "text": of(part), "note": note})
            continue
        view: dict[str, Any] = {"icon": ICONS.get(part.kind, "user"), "text": of(part)}
        if part.place is not None:
            view = place_view(part)
        elif part.card is not None:
            view |= {"icon": "id-card", "text": part.card.name or _("Contact"), "phones": part.card.phones}
        found.append(view)
    return found


def place_view(part: Wordless) -> dict[str, Any]:
    """A point with a link; no map of anybody is loaded."""
    place = part.place
    if place is None:
        return {}
    words = ", ".join(each for each in (place.name, place.address) if each)
    view: dict[str, Any] = {"icon": "flag", "text": words or _("Location")}
    if place.latitude is not None and place.longitude is not None:
        view["url"] = MAP.format(latitude=f"{place.latitude:.6f}", longitude=f"{place.longitude:.6f}")
        view["note"] = f"{place.latitude:g}, {place.longitude:g}"
    return view


def quote(message: Message | None) -> dict[str, Any] | None:
    """The beginning of the message that another one answers."""
    if message is None:
        return None
    parts = [Wordless.from_json(each) for each in message.messenger.get("parts", [])]
    said = message.messenger.get("body") or (", ".join(sentence(of(part)) for part in parts) if parts else message.text)
    line = " ".join(said.split())
    return {
        "id": f"message-{message.pk}",
        "author": message.author_name or _("The desk"),
        "text": line if len(line) <= QUOTED else f"{line[: QUOTED - 1]}…",
    }


def delivery(state: Any, why: Sentence | None) -> Any:
    """The state of a message with the reason in words: «не отправлено: у этого номера нет WhatsApp (131026)»."""
    if why is None or not isinstance(state, Sentence):
        return state
    return Sentence(f"{state.ru}: {why.ru}", f"{state.en}: {why.en}")
