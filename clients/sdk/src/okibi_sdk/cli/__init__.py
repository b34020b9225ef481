"""``okibi-ipv``: place and follow requests from a terminal or a script."""

from okibi_sdk.cli.main import main

__all__ = ["main"]
