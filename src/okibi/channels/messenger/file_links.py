"""Links to files of ours that a vendor fetches by itself: signed, for a day, opened by ``okibi.hooks``."""

import hashlib

from django.conf import settings

from okibi.channels.port import IncomingFile
from okibi.kernel import blobs, signing
from okibi.kernel.errors import NotAllowedError
from okibi.kernel.models import Blob

PURPOSE = "messenger-file"
LIVES = 24 * 3600  # seconds
NAMES = "hooks/files/"


def link_to(file: IncomingFile) -> str:
    """The address at which this file may be fetched; its bytes are kept already."""
    digest = file.stored or hashlib.sha256(file.content).hexdigest()
    token = signing.sign(PURPOSE, {"sha256": digest, "type": file.type, "name": file.name})
    return f"{settings.OKIBI_PUBLIC_URL}/{NAMES}{token}"


def opened(token: str) -> tuple[Blob, str, str]:
    """The blob of a link, its media type and its name. Raises NotAllowedError."""
    said = signing.unsign(PURPOSE, token, LIVES)
    blob = Blob.objects.filter(pk=said["sha256"]).defer("data").first()
    if blob is None:
        raise NotAllowedError(signing.LINK_INVALID)
    return blobs.stored(blob.sha256), said["type"], said["name"]
