"""ОКИБИ Десктоп: support requests from the tray, and from inside other programs."""

from okibi_desktop.embed import open_request_dialog

__all__ = ["open_request_dialog"]
