"""The reference pages say what the product's tables say."""

import pytest

from okibi.ops.reference import PAGES, settings_page
from okibi.ops.settings_table import checkout


@pytest.mark.parametrize(("language", "name"), PAGES.items())
def test_the_page_of_settings_is_current(language: str, name: str) -> None:
    root = checkout()
    assert root is not None
    assert (root / name).read_text(encoding="utf-8") == settings_page(language), "run: script/okibi docs"
