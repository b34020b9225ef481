"""Every address that the doors answer, with an example of each: taken from the URL configuration itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# What a parameter is where no row of the house is asked for: by its name, then by its converter.
BY_NAME: Mapping[str, object] = {"signed": "forged", "secret": "forged", "kind": "people", "form": "csv"}
BY_CONVERTER: Mapping[str, object] = {
    "DateConverter": "2026-11-20",
    "NumberConverter": "26-000001",
    "QueueConverter": "all",
    "IntConverter": 1,
}


@dataclass(frozen=True, slots=True)
class Address:
    """One pattern: its route, its name and the names of its parameters."""

    route: str
    name: str
    parameters: Mapping[str, str]  # parameter → class name of its converter

    def path(self, known: Mapping[str, object] | None = None) -> str:
        """The address with those values: ``known`` by "converter:parameter" or by parameter, else an example."""
        rows = known or {}
        path = "/" + self.route
        for parameter, converter in self.parameters.items():
            sources = ((rows, f"{converter}:{parameter}"), (rows, parameter), (BY_NAME, parameter))
            given = [source[key] for source, key in (*sources, (BY_CONVERTER, converter)) if key in source]
            value = given[0] if given else "unknown"
            start = path.index("<")
            path = path[:start] + str(value) + path[path.index(">") + 1 :]
        return path


def addresses(prefix: str = "") -> list[Address]:
    """All of the house whose route begins with that."""
    return [found for found in _walk(get_resolver().url_patterns, "") if found.route.startswith(prefix)]


def _walk(patterns: list[URLPattern | URLResolver], above: str) -> Iterator[Address]:
    for pattern in patterns:
        route = above + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            converters = {name: type(each).__name__ for name, each in pattern.pattern.converters.items()}
            yield Address(route, pattern.name or route, converters)


def why(answer: Any) -> str:
    """What a broken page raised."""
    return f": {answer.exc_info[1]!r}" if getattr(answer, "exc_info", None) else ""
