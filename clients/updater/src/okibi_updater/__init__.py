"""Installs new versions where access was granted: the old version runs or the new one, never something between."""
