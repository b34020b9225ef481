"""OKIBI Support: a support desk for software vendors."""

__version__ = "0.1.0"
