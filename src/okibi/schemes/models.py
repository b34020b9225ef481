"""The vendor's scheme as it was at any time."""

from django.db import models


class SchemeVersion(models.Model):
    """One text of the policy file and the moment from which it applies. Never changed: tickets point at it."""

    digest = models.CharField(max_length=64, unique=True)  # policy.scheme content hash
    valid_from = models.DateTimeField(db_index=True)
    text = models.TextField()
    loaded_at = models.DateTimeField(auto_now_add=True)
    loaded_by = models.ForeignKey("okibi_accounts.Staff", null=True, on_delete=models.SET_NULL)

    def __str__(self) -> str:
        return self.digest[:12]
