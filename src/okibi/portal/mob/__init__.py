"""ОКИБИ Моб: the installable web application for telephones. It knows only the public API."""
