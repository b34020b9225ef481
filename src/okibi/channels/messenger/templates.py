"""Templates that a messenger's owner approved: what may be sent when the window is closed. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence

_FIELD = re.compile(r"{{\s*(\d{1,2})\s*}}")
LONGEST_PARAMETER = 1024  # characters


class TemplateError(InputError):
    """A template can't be filled with these values."""

    code = "messenger_template"


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """One approved template; ``body`` has {{1}} … as Meta writes it, ``parameters`` says what each is for."""

    name: str
    language: str
    title: Sentence
    body: str
    parameters: tuple[str, ...]

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


def fields_in(body: str) -> list[int]:
    """The numbers of the fields that a body names, each once, in order."""
    return sorted({int(found) for found in _FIELD.findall(body)})
