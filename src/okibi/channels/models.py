"""Everything received and everything sent, whatever carries it.

Hot rows are unique by a constraint: ``unique=True`` and a foreign key to text would each make a second index, for LIKE.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from okibi.channels.messenger_models import Conversation, PendingFile  # noqa: F401  Django finds models here
from okibi.channels.states import OutboundState
from okibi.kernel.models import Blob


class Inbound(models.Model):
    """Something received: its raw bytes first, what came of it later. Unique by channel and external id."""

    class State(models.TextChoices):
        RECEIVED = "received"
        DONE = "done"
        UNREADABLE = "unreadable"  # kept and shown in the tray; can be read again after an upgrade
        FAILED = "failed"  # reading went wrong for another reason; tried again

    channel = models.CharField(max_length=16)
    external_id = models.CharField(max_length=200)
    source = models.CharField(max_length=60, blank=True)  # which inlet: smtp, lmtp, imap:INBOX, pipe, form
    envelope = models.JSONField(default=dict)  # what the inlet knew beside the bytes (mail from, rcpt to, peer)
    raw = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+", db_index=False)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    attempts = models.PositiveSmallIntegerField(default=0)
    in_hand = models.PositiveSmallIntegerField(default=0)  # workers that took it up and did not say what became of it
    next_attempt_at = models.DateTimeField(null=True)  # also: when the lease of the worker that has it ends
    error = models.TextField(blank=True)
    outcome = models.CharField(max_length=32, blank=True)  # opened, continued, bounce, duplicate, automatic …
    subject_id = models.BigIntegerField(null=True)  # the ticket it went to, told by the flow
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="inbound_once")]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"], condition=Q(state__in=["received", "failed"]), name="inbound_pending"
            ),
            models.Index(fields=["-id"], condition=Q(state="unreadable"), name="inbound_unreadable"),
            models.Index(fields=["raw"], name="inbound_raw"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.external_id}"


class Outbound(models.Model):
    """One message to one recipient: a row first, sent later, and never twice."""

    State = OutboundState

    channel = models.CharField(max_length=16)
    key = models.CharField(max_length=120)  # what makes this message one and only
    recipient = models.CharField(max_length=320)
    recipient_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=998, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)  # channel-shaped: In-Reply-To, References, Reply-To …
    attachments = models.JSONField(default=list)  # [{name, type, sha256}]
    external_id = models.CharField(max_length=200, blank=True)  # Message-ID for e-mail
    automatic = models.BooleanField(default=False)
    subject_kind = models.CharField(max_length=24, blank=True)
    subject_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=12, choices=OutboundState.choices, default=OutboundState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="outbound_once")]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"], condition=Q(state__in=["queued", "sending"]), name="outbound_pending"
            ),
            models.Index(fields=["-id"], condition=Q(state__in=["failed", "uncertain"]), name="outbound_troubled"),
            models.Index(fields=["subject_kind", "subject_id"], name="outbound_subject"),
            models.Index(fields=["external_id"], condition=~Q(external_id=""), name="outbound_external"),
            models.Index(
                "channel", Lower("recipient"), "created_at", condition=Q(automatic=True), name="outbound_automatic"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} → {self.recipient}: {self.state}"


class Cursor(models.Model):
    """What a channel keeps in mind between two runs, by name.

    How far an inlet has read a foreign box (IMAP UIDVALIDITY and last UID), so that nothing is fetched twice; until
    when a channel rests whose way out is away (``rest:<kind>``).
    """

    name = models.CharField(primary_key=True, max_length=200)
    value = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
