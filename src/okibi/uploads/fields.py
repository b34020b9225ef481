"""Ids of files that came in pieces, as a form brings them."""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django import forms

from okibi.uploads.errors import NoSuchUploadError
from okibi.uploads.models import Upload
from okibi.uploads.selectors import upload_of

UPLOAD_ID = re.compile(r"u[0-9a-f]{20}")


class UploadsField(forms.Field):
    """Ids of files that came in pieces; nonsense among them is left out. ``check`` raises for too many of them."""

    widget = forms.MultipleHiddenInput

    def __init__(self, *, check: Callable[[int], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check = check

    def clean(self, value: Any) -> list[str]:
        """Each id once, in their order. Raises ValidationError for too many."""
        ids = [each for each in dict.fromkeys(value or ()) if UPLOAD_ID.fullmatch(str(each))]
        self.check(len(ids))
        return ids


def arrived(owner: str, form: forms.Form) -> list[Upload]:
    """What came already of a form that is shown again."""
    ids = getattr(form, "cleaned_data", {}).get("uploads", []) if form.is_bound else []
    found = []
    for each in ids:
        with suppress(NoSuchUploadError):
            found.append(upload_of(owner, each))
    return found
