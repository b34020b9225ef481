"""Which steps of the installation a reader's telephone needs: where Android keeps the permission has changed twice."""

import re

from django.http import HttpRequest

_ANDROID = re.compile(r"Android (\d{1,2})")
LATER, LATEST = 10, 12  # Android versions with which the way to the permission changed


def steps_open_for(request: HttpRequest) -> str:
    """The part of ``website/android_steps.html`` to be open: "8", "10" or "12"; "" for what is no Android."""
    seen = _ANDROID.search(request.headers.get("User-Agent", ""))
    if seen is None:
        return ""
    android = int(seen[1])
    if android >= LATEST:
        return "12"
    return "10" if android >= LATER else "8"
