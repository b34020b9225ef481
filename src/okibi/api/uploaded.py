"""Files that were uploaded before and go with what is said now."""

from collections.abc import Sequence

from django.http import HttpRequest

from okibi.api.auth import caller_name
from okibi.channels.document import StoredFile
from okibi.uploads.services import take


def taken(request: HttpRequest, ids: Sequence[str]) -> tuple[StoredFile, ...]:
    """The caller's own whole uploads, in that order; call it in the transaction that uses them.

    Raises NoSuchUploadError (somebody else's too), NotWholeError.
    """
    found = take(caller_name(request), ids) if ids else []
    return tuple(StoredFile(each.name, each.type, each.sha256) for each in found)
