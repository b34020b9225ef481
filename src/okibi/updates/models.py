"""Agreements on automatic updates, their hosts, and the updates that ran under them. Moments are UTC."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from okibi.policy.agreement_states import OPEN, AgreementState, in_force
from okibi.policy.update_states import ENDED, RunState
from okibi.policy.update_windows import Windows, parse_windows
from okibi.updates.kinds import Answered, Force, Way

_OPEN = sorted(state.value for state in OPEN)
_LIVE = sorted(state.value for state in RunState if state not in ENDED)


class Agreement(models.Model):
    """What a customer grants: which hosts, which products, when. Its terms never change after it was proposed."""

    ticket = models.ForeignKey(
        "okibi_tickets.Ticket", null=True, on_delete=models.SET_NULL, related_name="agreements"
    )  # the request of class "update" it grew from
    organisation = models.ForeignKey(
        "okibi_customers.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        "okibi_customers.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )  # who asked for it; whose it is where there is no organisation
    state = models.CharField(max_length=10, default=AgreementState.PROPOSED.value)
    products = ArrayField(models.CharField(max_length=40), default=list)  # codes of the policy, as ProductLine has them
    windows = models.JSONField(default=dict)  # policy.update_windows: {"mon": ["22:00-06:00"]}; {}: at any time
    zone = models.CharField(max_length=64)  # IANA name in which the windows are read
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()  # this moment does not belong to it
    note = models.TextField(blank=True)  # to the customer, said with the letter
    language = models.CharField(max_length=2, default="ru")

    asked_by = models.ForeignKey("okibi_accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    link_hash = models.CharField(max_length=64, blank=True)  # SHA-256 of the token in the letter's link; "": none

    granted_by = models.ForeignKey("okibi_customers.Person", null=True, on_delete=models.PROTECT, related_name="+")
    granted_name = models.CharField(max_length=200, blank=True)  # who said yes or no, as they were called then
    answered_by = models.CharField(max_length=8, blank=True, choices=[(each.value, each.value) for each in Answered])
    answered_note = models.CharField(max_length=500, blank=True)  # desk: who said it and how
    answered_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=200, blank=True)  # a name, as the journal has it
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | Q(person__isnull=False), name="agreement_whose"
            ),
            models.CheckConstraint(condition=Q(valid_until__gt=models.F("valid_from")), name="agreement_dates"),
            models.CheckConstraint(
                condition=~Q(answered_by=Answered.DESK.value) | ~Q(answered_note=""), name="agreement_desk_note"
            ),
            models.UniqueConstraint(fields=["link_hash"], condition=~Q(link_hash=""), name="agreement_link_once"),
        ]
        indexes = [
            models.Index(fields=["valid_until"], condition=Q(state__in=_OPEN), name="agreement_open"),
            models.Index(fields=["organisation", "-id"], name="agreement_organisation"),
            models.Index(fields=["person", "-id"], name="agreement_person"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    def is_in_force(self, at: datetime) -> bool:
        """Whether anything may be installed under it at that moment (aware)."""
        return in_force(AgreementState(self.state), self.valid_from, self.valid_until, at)

    @property
    def hours(self) -> Windows:
        """Its windows as a value."""
        return parse_windows(self.windows, self.zone)


class Host(models.Model):
    """One computer of an agreement, and how the server may reach it."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="hosts")
    device = models.ForeignKey(
        "okibi_environments.Device", null=True, on_delete=models.PROTECT, related_name="+"
    )  # the enrolled installation on it
    name = models.CharField(max_length=120)
    way = models.CharField(max_length=8, default=Way.POLL.value, choices=[(each.value, each.value) for each in Way])
    address = models.CharField(max_length=255, blank=True)  # name or IP; "" where it asks by itself
    port = models.PositiveIntegerField(null=True)  # the one port that was granted
    login = models.CharField(max_length=120, blank=True)  # for ssh and winrm
    secret = models.BinaryField(null=True)  # sealed (updates.vault); gone with the agreement
    kept_at = models.DateTimeField(null=True)  # the login was given
    kept_by = models.CharField(max_length=200, blank=True)
    recipe = models.JSONField(default=dict)  # updates.recipe: what is installed there and how; {}: nothing was said
    fingerprint = models.CharField(max_length=120, blank=True)  # of the host's key or certificate, SHA-256
    shown = models.CharField(max_length=120, blank=True)  # another one that it showed: waits for a person's word
    last_test_at = models.DateTimeField(null=True)
    last_test = models.JSONField(
        null=True
    )  # {"ok", "code", "ru", "en"}, of ssh and winrm "lines" of {"ok", "ru", "en"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "name"], name="host_once"),
            models.CheckConstraint(condition=Q(way=Way.POLL.value) | ~Q(address=""), name="host_address"),
            models.CheckConstraint(condition=Q(port__isnull=True) | Q(port__gte=1, port__lte=65535), name="host_port"),
        ]

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """One update of a fleet: a release put on its way to many hosts at once."""

    release = models.ForeignKey("okibi_releases.Release", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)  # why it was stopped
    halt_least = models.PositiveSmallIntegerField(default=3)  # so many broken hosts, and …; 0: never halted by itself
    halt_percent = models.PositiveSmallIntegerField(default=20)  # … this share of those that ended, halt the release

    def __str__(self) -> str:
        return f"{self.pk} {self.release}"


class Run(models.Model):
    """The update of one host to one release."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="runs")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="runs")
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="runs")
    device = models.ForeignKey("okibi_environments.Device", null=True, on_delete=models.PROTECT, related_name="+")
    release = models.ForeignKey("okibi_releases.Release", on_delete=models.PROTECT, related_name="+")
    force = models.CharField(
        max_length=10, default=Force.SOFT.value, choices=[(each.value, each.value) for each in Force]
    )
    forced_at = models.DateTimeField(null=True)  # timeforced: from this moment on
    state = models.CharField(max_length=16, default=RunState.SCHEDULED.value)
    progress_done = models.PositiveIntegerField(null=True)
    progress_of = models.PositiveIntegerField(null=True)
    percent = models.PositiveSmallIntegerField(default=0)
    message = models.JSONField(null=True)  # {"ru", "en"}, or a text of the updater, ≤ 500 characters
    version_before = models.CharField(max_length=40, blank=True)  # what the host ran when it was made
    tries = models.PositiveSmallIntegerField(default=1)  # the how-manieth run of this host in the batch
    asks_host = models.BooleanField(default=False)  # the person at the host has to agree first
    consented_at = models.DateTimeField(null=True)  # they did
    heard_at = models.DateTimeField(null=True)  # the updater's last word of this run
    woken_at = models.DateTimeField(null=True)  # the host's open port was last told to look
    held_until = models.DateTimeField(null=True)  # a worker is at this host now (ssh, winrm)
    again_at = models.DateTimeField(null=True)  # another run has taken this one's place
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="run_percent"),
            models.UniqueConstraint(fields=["host", "release"], condition=Q(state__in=_LIVE), name="run_live_once"),
        ]
        indexes = [
            models.Index(fields=["agreement", "state"], condition=Q(state__in=_LIVE), name="run_agreement_live"),
            models.Index(fields=["device", "id"], condition=Q(state__in=_LIVE), name="run_device_live"),
            models.Index(fields=["batch", "state", "id"], name="run_batch_state"),
            models.Index(fields=["device", "-id"], name="run_device"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class Step(models.Model):
    """One report of a run, as the updater made it. Only ever added."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()  # ours
    execution = models.CharField(max_length=16)  # the words of hawkBit's DDI
    result = models.CharField(max_length=16, blank=True)
    code = models.IntegerField(null=True)
    details = ArrayField(models.CharField(max_length=500), default=list, size=20)

    def __str__(self) -> str:
        return f"{self.run_id} {self.execution}"
