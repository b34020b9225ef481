"""Calls, their recordings and what came of them; tasks to call somebody, and how each try ended."""

from django.db import models
from django.db.models import Q

from okibi.calls.kinds import CallState, RecordingState, TaskKind, TaskState, TryOutcome
from okibi.kernel.models import Blob

LIVE = ["ringing", "talking"]


class Call(models.Model):
    """One call of a client, whatever stretches it had; unique by exchange, account and key. Moments are UTC."""

    State = CallState

    exchange = models.CharField(max_length=16)  # kind of the channel: cti, mango, …, sip
    account = models.CharField(max_length=30, blank=True)
    key = models.CharField(max_length=200)
    direction = models.CharField(max_length=3)  # channels.telephone.values.Direction
    said = models.CharField(max_length=64, blank=True)  # the other side's number as the exchange wrote it
    e164 = models.CharField(max_length=16, blank=True)  # "" for a hidden number and for no public one
    hidden = models.BooleanField(default=False)
    our_number = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=CallState.choices, default=CallState.RINGING)
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    talk_seconds = models.PositiveIntegerField(null=True)
    in_hours = models.BooleanField(null=True)  # whether support was open when it began; None: not judged yet
    extension = models.CharField(max_length=64, blank=True)  # who is rung or spoke, as the exchange calls them
    answered_by = models.ForeignKey("okibi_accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("okibi_customers.Person", null=True, on_delete=models.PROTECT, related_name="+")
    ticket = models.ForeignKey("okibi_tickets.Ticket", null=True, on_delete=models.SET_NULL, related_name="calls")
    cause = models.CharField(max_length=64, blank=True)
    part_of = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="parts")  # by a transfer
    forgotten = models.BooleanField(default=False)  # the caller was erased: news that come late bring nothing back
    last_event_at = models.DateTimeField()  # ours, by which a call that nobody ends is found

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exchange", "account", "key"], name="call_once")]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="call_newest"),
            models.Index(fields=["last_event_at"], condition=Q(state__in=LIVE), name="call_live"),
            models.Index(fields=["e164", "-started_at"], condition=~Q(e164=""), name="call_number"),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.e164 or self.said}: {self.state}"

    @property
    def number(self) -> str:
        """What one can call back: E.164 where it is known, else as it was written; "" for a hidden number."""
        return self.e164 or ("" if self.hidden else self.said)


class Leg(models.Model):
    """One stretch of a call: one extension that rang, one person who spoke."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="legs")
    exchange = models.CharField(max_length=16)
    account = models.CharField(max_length=30, blank=True)
    key = models.CharField(max_length=200)
    seq = models.BigIntegerField(null=True)  # of the newest event that was taken; older ones change nothing
    extension = models.CharField(max_length=64, blank=True)
    user = models.CharField(max_length=120, blank=True)
    staff = models.ForeignKey("okibi_accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    by_machine = models.BooleanField(default=False)  # a menu or a queue
    by_transfer = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exchange", "account", "key"], name="leg_once")]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.extension or self.user or self.key}"


class Recording(models.Model):
    """One recording of a call: where its exchange keeps it, and our copy once it is here. Moments are UTC."""

    State = RecordingState

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="recordings")
    key = models.CharField(max_length=64)  # SHA-256 of ``where``; a word for what the voice mail recorded
    where = models.CharField(max_length=2000, blank=True)  # the exchange's id of it, or its address
    state = models.CharField(max_length=8, choices=RecordingState.choices, default=RecordingState.WAITING)
    blob = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    seconds = models.PositiveIntegerField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # of the job that fetches
    next_attempt_at = models.DateTimeField(null=True)  # when it is fetched by itself; None: never, or no more
    error = models.JSONField(default=dict)  # a Sentence: why the last attempt brought nothing
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "key"], name="recording_once")]
        indexes = [
            models.Index(fields=["next_attempt_at", "id"], condition=Q(state="waiting"), name="recording_due"),
            models.Index(fields=["blob"], condition=Q(blob__isnull=False), name="recording_blob"),
            models.Index(fields=["created_at"], name="recording_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.state}"


class CallTask(models.Model):
    """Somebody is to be called: back, or with an answer that only a call can bring (scheme.md §5)."""

    Kind, State = TaskKind, TaskState

    kind = models.CharField(max_length=10, choices=TaskKind.choices)
    ticket = models.ForeignKey("okibi_tickets.Ticket", on_delete=models.CASCADE, related_name="call_tasks")
    message = models.ForeignKey("okibi_tickets.Message", null=True, on_delete=models.CASCADE, related_name="+")
    outbound = models.ForeignKey("okibi_channels.Outbound", null=True, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=64)  # E.164, or as the exchange wrote it
    person_name = models.CharField(max_length=200, blank=True)
    script = models.TextField(blank=True)  # what to say, in the requester's language
    then = models.CharField(max_length=12, blank=True)  # policy.ticket_states.Event that "said" brings
    facts = models.JSONField(default=dict)  # of a refusal: ground, reasons, way_out, facts
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.OPEN)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closing = models.CharField(max_length=500, blank=True)  # consent, or why it was given up

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(state="open", kind="call_back"), name="call_back_one_open"
            ),
            models.UniqueConstraint(
                fields=["outbound"], condition=Q(outbound__isnull=False), name="call_task_of_outbound"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(state="open"), name="call_task_due"),
            models.Index(fields=["number"], condition=Q(state="open"), name="call_task_number"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}: {self.state}"


class CallTry(models.Model):
    """One try to carry a task out."""

    Outcome = TryOutcome

    task = models.ForeignKey(CallTask, on_delete=models.CASCADE, related_name="trials")
    outcome = models.CharField(max_length=12, choices=TryOutcome.choices)
    staff = models.ForeignKey("okibi_accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    call = models.ForeignKey(Call, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["task", "id"], name="call_try_task")]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.outcome}"
