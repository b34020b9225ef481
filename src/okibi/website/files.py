"""Files of the site's forms, as they are sent with a form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language, gettext

from okibi.kernel.human import size_text

MOST_FILES = 10
TOGETHER = 25 * 1024 * 1024  # bytes, of all files of one request


def largest_file() -> int:
    """Bytes of one file."""
    return min(int(settings.OKIBI_MAX_UPLOAD), TOGETHER)


def limit_words(size: int) -> str:
    """A limit in the reader's language."""
    return size_text(size, get_language())


def files_help() -> str:
    """The limits, said before anything is chosen."""
    return gettext("A picture of the error or a log helps. Up to %(most)d files, %(size)s together.") % {
        "most": MOST_FILES,
        "size": limit_words(TOGETHER),
    }


def check_number(count: int) -> None:
    """Raises ValidationError for more files than go with one message."""
    if count > MOST_FILES:
        raise forms.ValidationError(
            gettext(
                "There are %(count)d files; at most %(most)d can go with one message. Put the rest into an archive."
            )
            % {"count": count, "most": MOST_FILES}
        )


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files within the limits that the page names before they are chosen."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """The files as a list. Raises ValidationError with a sentence for whichever limit is passed."""
        given: Iterable[Any] = data if isinstance(data, list | tuple) else [data] if data else []
        files = [super(ManyFilesField, self).clean(one, initial) for one in given]
        check_number(len(files))
        large = [file.name for file in files if (file.size or 0) > largest_file()]
        if large:
            raise forms.ValidationError(
                gettext("Too large: %(names)s. One file may have at most %(size)s.")
                % {"names": ", ".join(large), "size": limit_words(largest_file())}
            )
        if sum(file.size or 0 for file in files) > TOGETHER:
            raise forms.ValidationError(
                gettext("Together the files have more than %(size)s. Send the largest by another message.")
                % {"size": limit_words(TOGETHER)}
            )
        return files
