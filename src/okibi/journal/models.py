"""The append-only record of every act."""

from django.db import models
from django.db.models import Q


class Entry(models.Model):
    """One act: who did what to what, when, with which data. Never changed, never deleted.

    Its id is the id of the live event that tells the console about it.
    """

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)  # staff, person, system
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=24)
    subject_id = models.BigIntegerField()
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="journal_subject"),
            models.Index(fields=["code", "id"], name="journal_code"),
            models.Index(
                fields=["subject_id"],
                include=["actor_id", "data"],
                condition=Q(code="ticket.reacted"),
                name="journal_reacted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.code}"


class Seal(models.Model):
    """One link of the hash chain over entries: made after the commit, in one order, by one sealer at a time."""

    position = models.BigAutoField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="seal")
    digest = models.CharField(max_length=64)  # sha256 of the previous digest and this entry

    def __str__(self) -> str:
        return f"{self.position} {self.digest[:12]}"
