"""Heavy libraries that few requests need are imported at their first use: a start takes less time and memory."""

import importlib
from typing import Any


class Later:
    """Stands for a module; the first use of one of its names imports it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(importlib.import_module(self._name), attribute)


def later(name: str) -> Any:
    """The module of that dotted name, imported when one of its names is first asked for (ImportError then)."""
    return Later(name)
