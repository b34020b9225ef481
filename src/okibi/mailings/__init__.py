"""Mailings of mobile versions: who gets one, what became of each letter, the personal links (scheme.md §3)."""
