"""Who wants to hear of what, and every telling with its fate."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Endpoint(models.Model):
    """An address of one of the vendor's own systems."""

    url = models.CharField(max_length=500)
    note = models.CharField(max_length=200, blank=True)
    secret = models.CharField(max_length=80)  # whsec_…: needed as it is to sign; shown once
    codes = ArrayField(models.CharField(max_length=64), default=list, blank=True)  # empty: every journal code
    is_active = models.BooleanField(default=True)
    stopped_why = models.CharField(max_length=300, blank=True)  # when the product itself switched it off
    failing_since = models.DateTimeField(null=True)
    rest_until = models.DateTimeField(null=True)  # a call failed: the others wait a while too
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One act told to one endpoint. A trigger of the journal makes the row in the act's own transaction."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        DELIVERED = "delivered"
        FAILED = "failed"  # no more attempts by itself; can be replayed

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    entry_id = models.BigIntegerField()  # of the journal: also the id that receivers tell repeats by
    code = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)  # of the last answer
    answer = models.CharField(max_length=500, blank=True)  # its beginning, or why there was none
    milliseconds = models.PositiveIntegerField(null=True)  # the last attempt took

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["endpoint", "entry_id"], name="webhook_once")]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"], condition=Q(state__in=["queued", "sending"]), name="webhook_pending"
            ),
            models.Index(fields=["endpoint", "-id"], name="webhook_log"),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="webhook_old"),
        ]

    def __str__(self) -> str:
        return f"{self.code} → {self.endpoint_id}: {self.state}"
