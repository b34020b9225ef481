"""Files on their way in."""

from django.db import models
from django.db.models import Q

from okibi.kernel.models import Blob


class Upload(models.Model):
    """One file that comes in pieces. Bytes up to ``offset`` are on the disk for good; the rest may be lost with power.

    ``owner`` is "device:<public id>", "key:<public id>" or "form:<id of a form of the site>". Until it is whole its
    bytes stand in a file of their own (:mod:`okibi.uploads.store`), then in the blob.
    """

    public_id = models.CharField(max_length=24, unique=True)
    owner = models.CharField(max_length=40)
    size = models.BigIntegerField()  # bytes, as announced
    offset = models.BigIntegerField(default=0)  # bytes
    name = models.CharField(max_length=255)  # safe to show and to store
    type = models.CharField(max_length=120)  # media type: what was announced, once whole what it is
    metadata = models.CharField(max_length=4000, blank=True)  # Upload-Metadata as it was given
    blob = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)  # a message took it

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(offset__gte=0, offset__lte=models.F("size")), name="upload_offset"),
        ]
        indexes = [
            models.Index(fields=["owner"], name="upload_owner"),
            models.Index(fields=["expires_at"], name="upload_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.offset}/{self.size}"

    @property
    def is_whole(self) -> bool:
        return self.blob_id is not None

    @property
    def sha256(self) -> str:
        """Of the whole file; "" until then."""
        return self.blob_id or ""
