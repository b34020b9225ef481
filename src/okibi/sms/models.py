"""Lines, what goes out and comes in by them, what their SIMs have used, and who wants no SMS."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from okibi.sms.campaign_models import BalanceOfDay, Campaign, Recipient, SmsTemplate, Trouble
from okibi.sms.key_models import KeyLimit, KeySms, KeyUse

__all__ = [
    "BalanceOfDay", "Campaign", "Consent", "KeyLimit", "KeySms", "KeyUse", "Line", "LineEvent", "Recipient", "SimUse",
    "Sms", "SmsIn", "SmsTemplate", "Trouble",
]  # fmt: skip


class Line(models.Model):
    """One SIM channel of a gateway. What it is stands in the file of gateways; what it does stands here."""

    kind = models.CharField(max_length=12)  # of the gateway: goip …
    gateway = models.CharField(max_length=30)  # the account's name in the file
    name = models.CharField(max_length=64)  # the line's id at its gateway
    is_listed = models.BooleanField(default=True)  # whether the file still has it
    group = models.CharField(max_length=30, blank=True)  # operator group
    number = models.CharField(max_length=20, blank=True)  # of its SIM, E.164; given or learned
    seen_at = models.DateTimeField(null=True)
    registered_at = models.DateTimeField(null=True)  # null: silent too long, or never heard
    has_network = models.BooleanField(default=False)
    signal = models.PositiveSmallIntegerField(null=True)  # AT+CSQ: 0–31; null is unknown
    operator = models.CharField(max_length=60, blank=True)
    imei = models.CharField(max_length=20, blank=True)
    imsi = models.CharField(max_length=20, blank=True)
    iccid = models.CharField(max_length=24, blank=True)
    model = models.CharField(max_length=60, blank=True)  # of the gateway, where it says so
    balance = models.CharField(max_length=300, blank=True)  # as the operator worded it
    balance_at = models.DateTimeField(null=True)
    balance_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)  # the figure in it
    balance_asked_at = models.DateTimeField(null=True)  # marked before the question: a crash never asks twice
    network_lost_at = models.DateTimeField(null=True)  # since when it speaks and has no network
    facts = models.JSONField(default=dict)  # everything else that the gateway told
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    parked_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    last_error_at = models.DateTimeField(null=True)
    last_sent_at = models.DateTimeField(null=True)
    day_limit = models.PositiveIntegerField(default=0)  # segments; 0 is none
    month_limit = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "name"], name="sms_line_once")]

    def __str__(self) -> str:
        return f"{self.gateway}/{self.name}"

    @property
    def sim(self) -> str:
        """To what limits belong: the SIM where it is known, else the line itself."""
        return self.iccid or self.imsi or f"{self.gateway}/{self.name}"


class SimUse(models.Model):
    """Segments that one SIM was given on one day (of the desk's zone), those of unknown fate included."""

    sim = models.CharField(max_length=100)
    day = models.DateField()
    segments = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sim", "day"], name="sms_sim_use_once")]

    def __str__(self) -> str:
        return f"{self.sim} {self.day}: {self.segments}"


class Sms(models.Model):
    """One SMS to one number. A row first, sent later, and never twice."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        DELIVERED = "delivered"
        FAILED = "failed"
        UNCERTAIN = "uncertain"
        EXPIRED = "expired"
        CANCELLED = "cancelled"
        BLOCKED = "blocked"

    source = models.CharField(max_length=12)  # desk, api, campaign, hand, consent
    key = models.CharField(max_length=120)  # what makes it one and only within its source
    number = models.CharField(max_length=20)  # E.164
    text = models.TextField()
    alphabet = models.CharField(max_length=4)
    segments = models.PositiveSmallIntegerField()
    priority = models.SmallIntegerField(default=0)  # the higher, the earlier
    group = models.CharField(max_length=30, blank=True)  # operator group that suits the number; "" is any
    zone = models.CharField(max_length=80, blank=True)  # one or two: whose quiet hours hold it; "" where none do
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    told = models.CharField(max_length=9, blank=True)  # the state that its source was told of last
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    line = models.ForeignKey(Line, on_delete=models.PROTECT, null=True, related_name="+")
    holder = models.IntegerField(null=True)  # the process that has it: its advisory lock
    sim = models.CharField(max_length=100, blank=True)  # whose limit it counts against
    used_on = models.DateField(null=True)
    handed_at = models.DateTimeField(null=True)  # from then on nobody can call it back
    attempts = models.PositiveSmallIntegerField(default=0)
    tried = ArrayField(models.BigIntegerField(), default=list)  # lines that failed on this number
    reference = models.CharField(max_length=64, blank=True)  # the gateway's name of it: for GoIP the modem's sms_no
    error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "sms"
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="sms_once")]
        indexes = [
            models.Index(fields=["-priority", "not_before", "id"], condition=Q(state="queued"), name="sms_queued"),
            models.Index(fields=["expires_at"], condition=Q(state="queued"), name="sms_expiring"),
            models.Index(fields=["line", "reference", "-id"], condition=~Q(reference=""), name="sms_reference"),
            models.Index(fields=["line", "-id"], name="sms_of_line"),
            models.Index(fields=["number", "-id"], name="sms_of_number"),
            models.Index(fields=["holder"], condition=Q(state="sending"), name="sms_in_hand"),
            models.Index(fields=["state", "-id"], condition=Q(state__in=["failed", "uncertain"]), name="sms_troubled"),
            models.Index(fields=["id"], condition=Q(source="desk") & ~Q(told=models.F("state")), name="sms_untold"),
            models.Index(
                fields=["id"],
                condition=Q(source="api") & ~Q(state__in=["queued", "sending"]) & ~Q(told=models.F("state")),
                name="sms_key_untold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.state}"


class SmsIn(models.Model):
    """One SMS that came in; stored before the gateway is told that we have it."""

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=64)  # the gateway's number of the event; may come again after a reboot
    sender = models.CharField(max_length=64)  # as it came: a number, a short code, a name
    number = models.CharField(max_length=20, blank=True)  # E.164, where the sender is a whole number
    text = models.TextField(blank=True)
    smsc = models.CharField(max_length=32, blank=True)
    received_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)  # when it was handed to the desk

    class Meta:
        verbose_name_plural = "sms in"
        indexes = [
            models.Index(fields=["line", "external_id", "-id"], name="sms_in_id"),
            models.Index(fields=["id"], condition=Q(taken_at=None), name="sms_in_waiting"),
            models.Index(fields=["number", "-id"], name="sms_in_number"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} → {self.line_id}"


class LineEvent(models.Model):
    """What a line told beside SMS: a call, its state, minutes left … The newest are kept."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="+")
    verb = models.CharField(max_length=16)
    external_id = models.CharField(max_length=64)
    fields = models.JSONField(default=dict)
    at = models.DateTimeField()
    waits = models.BooleanField(default=False)  # a delivery report whose SMS is not known as sent yet

    class Meta:
        indexes = [
            models.Index(fields=["line", "-id"], name="sms_event_line"),
            models.Index(fields=["line", "-id"], condition=Q(waits=True), name="sms_event_waits"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} of {self.line_id}"


class Consent(models.Model):
    """What a number's owner said about getting SMS; the newest word counts. Never changed, never removed."""

    class Kind(models.TextChoices):
        IN = "in"
        OUT = "out"

    number = models.CharField(max_length=20)  # E.164
    kind = models.CharField(max_length=3, choices=Kind.choices)
    source = models.CharField(max_length=12)  # sms, desk, api, file
    words = models.CharField(max_length=300, blank=True)  # what they wrote, or where it is on record
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["number", "-id"], name="sms_consent_number")]

    def __str__(self) -> str:
        return f"{self.number}: {self.kind}"
