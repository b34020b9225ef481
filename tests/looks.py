"""Widths and colours in which a page is looked at: one in every run, the others in the long one."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest


def one_and_more(looks: Mapping[str, Sequence[Any]]) -> list[Any]:
    """The parameters of a test: the first look as it is, the further ones marked ``long``."""
    first, *more = looks.items()
    marked = [pytest.param(*look, id=name, marks=pytest.mark.long) for name, look in more]
    return [pytest.param(*first[1], id=first[0]), *marked]
