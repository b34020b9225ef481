"""Mailings, their lines (one per address) and the personal links that the letters carry."""

from django.db import models
from django.db.models import Q

from okibi.mailings.kinds import LineState, MailingState


class Mailing(models.Model):
    """One published mobile version on its way to the registry's addresses. One per release."""

    release = models.OneToOneField("okibi_releases.Release", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default=MailingState.DRAFT.value)
    per_minute = models.PositiveIntegerField(default=60)  # letters
    next_at = models.DateTimeField(null=True)  # the pace: when the next letter may leave
    round = models.PositiveSmallIntegerField(default=1)  # the second and later ones remind those who did not install
    reason = models.CharField(max_length=500, blank=True)  # why it was stopped, or paused by itself
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(state=MailingState.SENDING.value), name="mailing_sending"),
        ]

    def __str__(self) -> str:
        return f"{self.release}: {self.state}"


class Line(models.Model):
    """One address of a mailing. Address, name and language are as they were when the letter was planned."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="lines")
    email = models.ForeignKey("okibi_customers.EmailAddress", null=True, on_delete=models.SET_NULL, related_name="+")
    person = models.ForeignKey("okibi_customers.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    key = models.CharField(max_length=320)  # the address as customers.keys.address_key has it
    address = models.CharField(max_length=320)
    name = models.CharField(max_length=200, blank=True)
    organisation_name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2, default="ru")
    state = models.CharField(max_length=10, default=LineState.QUEUED.value)
    round = models.PositiveSmallIntegerField(default=1)
    error = models.CharField(max_length=500, blank=True)
    handed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    downloaded_at = models.DateTimeField(null=True)
    installed_at = models.DateTimeField(null=True)
    installed_version = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailing", "key"], name="mailing_line_once")]
        indexes = [
            models.Index(fields=["mailing", "state", "id"], name="mailing_line_state"),
            models.Index(
                fields=["person", "mailing"], condition=Q(installed_at__isnull=True), name="mailing_line_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.state}"


class Link(models.Model):
    """The personal link of one letter. The token itself stands in that letter only; here is its hash."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64)  # SHA-256 of 128 random bits, base64url
    leave_hash = models.CharField(max_length=64)  # the same of the token that takes the address out of the registry
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    downloads = models.PositiveSmallIntegerField(default=0)
    downloads_most = models.PositiveSmallIntegerField(default=10)
    given = models.PositiveIntegerField(default=0)  # of the file, in thousandths, all parts together

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="mailing_link_once"),
            models.UniqueConstraint(fields=["leave_hash"], name="mailing_leave_once"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}"
