"""A module put off is imported by its first use and not before."""

import sys

import pytest

from okibi.kernel.later import later


def test_it_is_imported_by_its_first_use() -> None:
    sys.modules.pop("colorsys", None)
    colours = later("colorsys")
    assert "colorsys" not in sys.modules
    assert colours.rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)
    assert "colorsys" in sys.modules


def test_a_module_that_is_not_there_is_told_at_the_first_use() -> None:
    with pytest.raises(ImportError):
        _ = later("okibi_nowhere").anything
