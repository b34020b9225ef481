"""Installs new versions where access was granted: either the old version runs or the new one, never something between."""
