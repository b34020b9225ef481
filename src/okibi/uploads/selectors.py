"""Reading uploads."""

from okibi.kernel.clock import now
from okibi.uploads.errors import NoSuchUploadError
from okibi.uploads.models import Upload

__all__ = ["Upload", "upload_of"]


def upload_of(owner: str, public_id: str) -> Upload:
    """An upload of this owner and no other. Raises NoSuchUploadError, also for one that expired."""
    found = Upload.objects.filter(owner=owner, public_id=public_id[:24], expires_at__gt=now()).first()
    if found is None:
        raise NoSuchUploadError
    return found
