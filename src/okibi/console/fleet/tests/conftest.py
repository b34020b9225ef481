"""Oleg leads and administers, Vera is a specialist."""

from tests.two_of_the_desk import _desk, as_oleg, as_vera, oleg, vera

__all__ = ["_desk", "as_oleg", "as_vera", "oleg", "vera"]
