"""Addresses that pages write by the dozen, worked out once per process: Django takes 20 µs for each."""

from functools import lru_cache

from django.urls import reverse

SAMPLE = "00-000000"  # a ticket's number as the address table wants it


@lru_cache(maxsize=256)
def address(name: str, *args: str) -> str:
    """The address of a page that has none or few variants: sections, queues."""
    return reverse(name, args=args)


def ticket_address(name: str, number: str) -> str:
    """The address of something of one ticket, by its number."""
    return address(name, SAMPLE).replace(SAMPLE, number)
