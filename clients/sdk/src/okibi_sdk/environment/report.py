"""What is told of a machine: line by line, shown before it is sent, each line with its own switch."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from okibi_sdk.words import Sentence

Value = str | int
NO_UNIT = Sentence("", "")


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that may be told: where it stands in the API's JSON, what it's called, what it's counted in."""

    path: tuple[str, ...]
    label: Sentence
    unit: Sentence = NO_UNIT


KINDS: Mapping[str, Kind] = {
    "family": Kind(("system", "family"), Sentence("Семейство", "Family")),
    "name": Kind(("system", "name"), Sentence("Операционная система", "Operating system")),
    "edition": Kind(("system", "edition"), Sentence("Редакция", "Edition")),
    "version": Kind(("system", "version"), Sentence("Версия системы", "System version")),
    "build": Kind(("system", "build"), Sentence("Сборка", "Build")),
    "api_level": Kind(("system", "api_level"), Sentence("Уровень API", "API level")),
    "architecture": Kind(("system", "architecture"), Sentence("Разрядность", "Architecture")),
    "dotnet_release": Kind(("dotnet", "release"), Sentence("Номер выпуска .NET Framework", ".NET Framework release")),
    "dotnet_version": Kind(("dotnet", "version"), Sentence("Версия .NET Framework", ".NET Framework version")),
    "cpu_mhz": Kind(("cpu_mhz",), Sentence("Частота процессора", "Processor"), Sentence("МГц", "MHz")),
    "memory_mb": Kind(("memory_mb",), Sentence("Память", "Memory"), Sentence("МБ", "MB")),
    "disk_free_mb": Kind(("disk_free_mb",), Sentence("Свободно на диске", "Free disk"), Sentence("МБ", "MB")),
    "locale": Kind(("locale",), Sentence("Язык системы", "System language")),
}
"""In the order in which they are shown. Megabytes are of 1024² bytes. ``app.<name>`` lines follow them."""
APP = "app."


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that will be told, and may be kept back by its ``key``."""

    key: str
    value: Value

    def label(self, language: str) -> str:
        kind = KINDS.get(self.key)
        return kind.label.in_(language) if kind else self.key.removeprefix(APP)

    def words(self, language: str) -> str:
        """``Память: 8 192 МБ``; exactly this value is sent."""
        unit = KINDS[self.key].unit.in_(language) if self.key in KINDS else ""
        return f"{self.label(language)}: {self.value}{' ' if unit else ''}{unit}"


@dataclass(frozen=True, slots=True)
class EnvironmentReport:
    """The lines that will be sent, and the keys that were kept back."""

    lines: tuple[Line, ...] = ()
    kept_back: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[Line]:
        return iter(line for line in self.lines if line.key not in self.kept_back)

    def without(self, *keys: str) -> "EnvironmentReport":
        """The same, keeping these back. Raises KeyError for a key that isn't there: a typing error would tell all."""
        known = {line.key for line in self.lines} | set(KINDS)
        for key in keys:
            if key not in known:
                raise KeyError(key)
        return replace(self, kept_back=self.kept_back | frozenset(keys))

    def with_(self, *keys: str) -> "EnvironmentReport":
        """The same, telling these again."""
        return replace(self, kept_back=self.kept_back - frozenset(keys))

    def preview(self, language: str = "ru") -> tuple[str, ...]:
        """Exactly what will be sent, a sentence each."""
        return tuple(line.words(language) for line in self)

    def as_json(self) -> dict[str, Any]:
        """The API's shape of the lines that are told."""
        document: dict[str, Any] = {}
        for line in self:
            path = KINDS[line.key].path if line.key in KINDS else ("app", line.key.removeprefix(APP))
            at = document
            for step in path[:-1]:
                at = at.setdefault(step, {})
            at[path[-1]] = line.value
        return document


def report_of(values: Mapping[str, Value | None], app: Mapping[str, str] | None = None) -> EnvironmentReport:
    """A report of values by key; what is not known (``None``, "", a negative amount) has no line."""
    return EnvironmentReport(tuple(_lines(values, app or {})))


def _lines(values: Mapping[str, Value | None], app: Mapping[str, str]) -> Iterable[Line]:
    for key in KINDS:
        value = values.get(key)
        if value is not None and value != "" and not (isinstance(value, int) and value < 0):
            yield Line(key, value)
    for name, told in app.items():
        yield Line(APP + name, told)
