"""Zadarma, by the notifications of its exchange."""
