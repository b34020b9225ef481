"""What the channels keep of messengers: where a conversation stands, and files that are still to come."""

from django.db import models
from django.db.models import Q

from okibi.kernel.models import Blob


class Conversation(models.Model):
    """One person on one account of ours: when they last wrote, so that one knows until when one may write."""

    channel = models.CharField(max_length=16)
    account = models.CharField(max_length=30)
    address = models.CharField(max_length=320)
    last_in_at = models.DateTimeField(null=True)  # the client's own time of their latest message
    last_in_id = models.CharField(max_length=200, blank=True)  # its id: what a read mark names
    unplaced = models.JSONField(default=list)  # ids of echoes that stand on no request yet

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "account", "address"], name="conversation_once")]

    def __str__(self) -> str:
        return f"{self.channel}/{self.account} {self.address}"


class PendingFile(models.Model):
    """A file that a messenger's message names: fetched by a job, then put on the ticket's message, or told as lost."""

    class State(models.TextChoices):
        WAITING = "waiting"
        STORED = "stored"
        LOST = "lost"

    inbound = models.ForeignKey("okibi_channels.Inbound", on_delete=models.CASCADE, related_name="pending_files")
    position = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=16)
    account = models.CharField(max_length=30)
    media = models.JSONField()  # channels.messenger.values.Media
    message_id = models.BigIntegerField()  # of the ticket's message that it belongs to, told by the flow
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    blob = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inbound", "position"], name="pending_file_once")]
        indexes = [
            models.Index(fields=["next_attempt_at", "id"], condition=Q(state="waiting"), name="pending_file_due"),
            models.Index(fields=["blob"], condition=Q(blob__isnull=False), name="pending_file_blob"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.message_id}: {self.state}"


class VendorTemplate(models.Model):
    """A message template as its vendor keeps it; ``owner``: the business account (Meta's WABA) that has it."""

    channel = models.CharField(max_length=16)
    owner = models.CharField(max_length=40)
    name = models.CharField(max_length=512)
    language = models.CharField(max_length=16)
    category = models.CharField(max_length=32)
    status = models.CharField(max_length=32)
    reason = models.CharField(max_length=200, blank=True)
    components = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "owner", "name", "language"], name="vendor_template_once")
        ]

    def __str__(self) -> str:
        return f"{self.channel}/{self.owner} {self.name} ({self.language}): {self.status}"
