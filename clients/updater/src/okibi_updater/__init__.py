"""Installs new versions where access was granted: the old version runs or the new one, never something between."""

__version__ = "0.1.0"
