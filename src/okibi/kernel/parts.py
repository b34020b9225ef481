"""One part of a file, as download managers and players ask for it (RFC 9110 §14.2)."""

import re

from django.http import HttpRequest

NOTHING = (0, 0)  # a part that is not there: 416
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def span_of(request: HttpRequest, etag: str, size: int) -> tuple[int, int] | None:
    """The one range that was asked for, as half-open bytes; NOTHING for none that there is, None for the whole.

    Several ranges, or one of another version of the file (``If-Range``), are answered with the whole.
    """
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if asked is None or asked.groups() == ("", "") or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = asked.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    return (start, end) if start < size and end > start else NOTHING
