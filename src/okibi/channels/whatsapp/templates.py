"""Templates as Meta keeps them: ``GET /<WABA>/message_templates`` and ``message_template_status_update``. Pure.

A template's text may have fields in its header and in its body, by number ({{1}}) or by name ({{number}}). What a
composer without pictures and codes can't fill is kept and not offered, with the reason.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from okibi.channels.messenger.reading import table, tables, text
from okibi.channels.messenger.templates import Kept, MessageTemplate
from okibi.kernel.sentence import Sentence

FIELDS = "name,language,category,status,parameter_format,components,rejected_reason"
_ANY = re.compile(r"{{\s*([a-z0-9_]{1,100})\s*}}", re.IGNORECASE)
CODES = Sentence("шаблон для одноразовых кодов", "a template for one-time codes")
WITH_FILE = Sentence("в заголовке файл или карта", "its header is a file or a map")
WITH_ADDRESS = Sentence("поле стоит в кнопке", "a field stands in a button")
NO_TEXT = Sentence("нет текста", "it has no text")
STRANGE = Sentence("состав, который здесь не заполнить", "parts that can't be filled here")
WORDS = {"HEADER", "BODY", "FOOTER", "BUTTONS"}

Json = Mapping[str, Any]


def kept_of(item: Json) -> Kept | None:
    """One template of the vendor's list; None for what is none."""
    name, language = text(item.get("name")), text(item.get("language"))
    if not name or not language:
        return None
    reason = text(item.get("rejected_reason"))
    return Kept(
        name=name[:512],
        language=language[:16],
        category=text(item.get("category")).upper()[:32],
        status=text(item.get("status")).upper()[:32],
        reason="" if reason == "NONE" else reason[:200],
        components=[dict(each) for each in tables(item.get("components"))],
    )


def template_of(kept: Kept, own: MessageTemplate | None = None) -> MessageTemplate | Sentence:
    """What the composer offers, or why it can't; ``own``: as the settings describe it: a title, and what goes where."""
    if kept.category == "AUTHENTICATION":
        return CODES
    parts = {text(each.get("type")).upper(): each for each in kept.components}
    why = _why_not(parts)
    if why is not None:
        return why
    header, body = parts.get("HEADER", {}), parts["BODY"]
    names = [*_names(header), *_names(body)]
    in_header = len(_names(header))
    pieces = [_renumbered(header, 0), _renumbered(body, in_header), text(parts.get("FOOTER", {}).get("text"))]
    buttons = [f"[{text(each.get('text'))}]" for each in tables(parts.get("BUTTONS", {}).get("buttons"))]
    whole = "\n\n".join([piece for piece in (*pieces, " ".join(buttons)) if piece])
    fits = own is not None and len(own.parameters) == len(names)
    return MessageTemplate(
        name=kept.name,
        language=kept.language,
        title=own.title if own else Sentence(kept.name.replace("_", " "), kept.name.replace("_", " ")),
        body=whole,
        parameters=own.parameters if own and fits else ("text",) * len(names),
        in_header=in_header,
        names=() if all(name.isdigit() for name in names) else tuple(names),
        hints=(*_examples(header, "header_text"), *_examples(body, "body_text")),
    )


def _why_not(parts: Mapping[str, Json]) -> Sentence | None:
    if set(parts) - WORDS:
        return STRANGE
    if text(parts.get("HEADER", {}).get("format")).upper() not in {"", "TEXT"}:
        return WITH_FILE
    if not text(parts.get("BODY", {}).get("text")):
        return NO_TEXT
    buttons = tables(parts.get("BUTTONS", {}).get("buttons"))
    if any(text(each.get("type")).upper() not in {"QUICK_REPLY", "URL", "PHONE_NUMBER"} for each in buttons):
        return STRANGE
    return WITH_ADDRESS if any(_ANY.search(text(each.get("url"))) for each in buttons) else None


def _names(component: Json) -> list[str]:
    """Its fields, each once: numbers in their order, names as they come."""
    found = list(dict.fromkeys(_ANY.findall(text(component.get("text")))))
    return sorted(found, key=int) if all(each.isdigit() for each in found) else found


def _renumbered(component: Json, before: int) -> str:
    names = _names(component)
    return _ANY.sub(lambda found: f"{{{{{before + names.index(found[1]) + 1}}}}}", text(component.get("text")))


def _examples(component: Json, key: str) -> Sequence[str]:
    """Meta's examples of the values: by number a list (within a list for a body), by name objects."""
    names, example = _names(component), table(component.get("example"))
    given = tables(example.get(f"{key}_named_params"))
    if given:
        by_name = {text(each.get("param_name")): text(each.get("example")) for each in given}
        return [by_name.get(name, "") for name in names]
    listed = example.get(key)
    flat = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], list) else listed
    said = [text(each) for each in flat] if isinstance(flat, list) else []
    return [said[at] if at < len(said) else "" for at in range(len(names))]
