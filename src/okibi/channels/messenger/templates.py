"""Templates that a messenger's owner approved: what may be sent when the window is closed. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence

_FIELD = re.compile(r"{{\s*(\d{1,2})\s*}}")
LONGEST_PARAMETER = 1024  # characters


class TemplateError(InputError):
    """A template can't be filled with these values."""

    code = "messenger_template"


@dataclass(frozen=True, slots=True)
class Kept:
    """One template of the vendor's, in its own words: ``status`` "APPROVED", "PAUSED", …; ``category`` "UTILITY", …"""

    name: str
    language: str
    category: str
    status: str
    reason: str = ""
    components: Sequence[Mapping[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """One approved template; ``body``: all that the client reads, with {{1}} …; ``parameters``: what each is for.

    ``in_header``: how many of the first fields stand in the header. ``names``: the vendor's own names of the fields,
    where it has names. ``hints``: an example of each value, "" where nobody gave one.
    """

    name: str
    language: str
    title: Sentence
    body: str
    parameters: tuple[str, ...]
    in_header: int = 0
    names: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()

    def filled(self, values: Sequence[str]) -> str:
        """What the client will read. Raises TemplateError: too few or many values, or one that no template takes."""
        if len(values) != len(self.parameters):
            raise TemplateError(
                Sentence(
                    ru=f"Шаблону «{self.title.ru}» нужно значений: {len(self.parameters)}, дано: {len(values)}.",
                    en=f"The template “{self.title.en}” needs {len(self.parameters)} values, given: {len(values)}.",
                )
            )
        for value in values:
            if not value.strip() or len(value) > LONGEST_PARAMETER or re.search(r"[\n\t]| {5}", value):
                raise TemplateError(
                    Sentence(
                        ru=f"Значение «{value[:40]}» не подходит: нужна одна непустая строка.",
                        en=f"The value “{value[:40]}” can't be used: one line that is not blank is needed.",
                    )
                )
        return _FIELD.sub(lambda found: values[int(found[1]) - 1], self.body)

    def headers(self, values: Sequence[str]) -> dict[str, str]:
        """What an outgoing message carries of it; :func:`components_of` reads it."""
        given = {"template": self.name, "language": self.language, "parameters": _json(values)}
        if self.in_header:
            given["in_header"] = str(self.in_header)
        if self.names:
            given["names"] = _json(self.names)
        return given


def _json(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def components_of(headers: Mapping[str, str]) -> list[dict[str, object]]:
    """``components`` of a template as Meta takes them: those of the header, then those of the body."""
    values, names = json.loads(headers.get("parameters", "[]")), json.loads(headers.get("names", "[]"))
    given = [
        {"type": "text", **({"parameter_name": names[at]} if at < len(names) else {}), "text": value}
        for at, value in enumerate(values)
    ]
    split = int(headers.get("in_header", "0"))
    parts = (("header", given[:split]), ("body", given[split:]))
    return [{"type": word, "parameters": part} for word, part in parts if part]


def fields_in(body: str) -> list[int]:
    """The numbers of the fields that a body names, each once, in order."""
    return sorted({int(found) for found in _FIELD.findall(body)})
