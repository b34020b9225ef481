"""The words that a message without words becomes on a ticket, in both languages. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from okibi.channels.messenger.values import MessageType, Wordless
from okibi.kernel.sentence import Sentence

NAMES: dict[MessageType, Sentence] = {
    MessageType.IMAGE: Sentence("Изображение", "Image"),
    MessageType.DOCUMENT: Sentence("Документ", "Document"),
    MessageType.AUDIO: Sentence("Аудиозапись", "Audio"),
    MessageType.VIDEO: Sentence("Видео", "Video"),
    MessageType.STICKER: Sentence("Наклейка", "Sticker"),
}
VOICE = Sentence("Голосовое сообщение", "Voice message")
FORWARDED = Sentence("Переслано:", "Forwarded:")
UNSUPPORTED = Sentence(
    "Сообщение такого вида сюда не передаётся: содержание видно только в самом мессенджере.",
    "A message of this kind is not passed on: its content can be seen in the messenger only.",
)
MISSED_CALL = Sentence("Пропущенный звонок в мессенджере.", "A missed call in the messenger.")


def file(kind: MessageType, name: str, *, voice: bool = False) -> Sentence:
    """«Документ: log.zip»; a voice message has no name worth saying."""
    if voice:
        return VOICE
    said = NAMES.get(kind, NAMES[MessageType.DOCUMENT])
    return Sentence(f"{said.ru}: {name}", f"{said.en}: {name}") if name else said


def contact(name: str, phones: Sequence[str]) -> Sentence:
    """«Контакт: Иван Петров, +7 900 …»."""
    said = ", ".join(part for part in (name, *phones) if part)
    return Sentence(f"Контакт: {said}", f"Contact: {said}")


def place(latitude: float | None, longitude: float | None, name: str = "", address: str = "") -> Sentence:
    """«Место: Офис, Лесная ул., 5 (55.75, 37.61)»."""
    point = f"({latitude:g}, {longitude:g})" if latitude is not None and longitude is not None else ""
    said = " ".join(part for part in (", ".join(part for part in (name, address) if part), point) if part)
    return Sentence(f"Место: {said}", f"Location: {said}")


def joined(*sentences: Sentence) -> Sentence:
    """Several lines."""
    return Sentence("\n".join(each.ru for each in sentences), "\n".join(each.en for each in sentences))


def of(part: Wordless) -> Sentence:
    """What a part without words reads as."""
    if part.card is not None:
        return contact(part.card.name, part.card.phones)
    if part.place is not None:
        return place(part.place.latitude, part.place.longitude, part.place.name, part.place.address)
    if part.kind is MessageType.CALL:
        return MISSED_CALL
    if part.kind in NAMES:
        return file(part.kind, part.name, voice=part.voice)
    return UNSUPPORTED


def whole(body: str, parts: Sequence[Wordless]) -> Sentence:
    """The words of a message and what is said of its parts; a file needs no word where somebody wrote one."""
    shown = [of(part) for part in parts if not (body and part.kind in NAMES)]
    return joined(*([Sentence(body, body)] if body else []), *shown)


def words_of(text: str, kept: Mapping[str, Any]) -> Sentence:
    """A ticket's message for either reader: ``text`` as it stands, ``kept`` what it keeps of a messenger's parts."""
    parts = [Wordless.from_json(each) for each in kept.get("parts", [])]
    body = str(kept.get("body", text)) if parts else text
    if not kept.get("forwarded"):
        return whole(body, parts)
    return joined(FORWARDED, whole(body.removeprefix(f"{FORWARDED.ru}\n"), parts))
