"""Bytes that the product keeps, addressed by their content."""

from django.db import models


class Blob(models.Model):
    """Some bytes, stored once. Small ones lie in the row, large ones in a file named by the hash.

    Written by :func:`okibi.kernel.blobs.put` only; a blob is never changed.
    """

    sha256 = models.CharField(primary_key=True, max_length=64)
    size = models.BigIntegerField()  # bytes
    data = models.BinaryField(null=True)  # None: the bytes are in the file
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.size} B)"
