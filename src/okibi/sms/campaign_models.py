"""Campaigns, whom they are for, texts kept for again, and what was wrong with lines."""

from django.db import models
from django.db.models import Q

from okibi.sms.campaign_kinds import CampaignState, RecipientState, TroubleKind


class Campaign(models.Model):
    """One text in two languages on its way to many numbers."""

    name = models.CharField(max_length=120)
    state = models.CharField(max_length=9, default=CampaignState.DRAFT.value)
    text_ru = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    is_advert = models.BooleanField(default=True)  # goes only to numbers whose owners agreed to it
    source = models.CharField(max_length=300, blank=True)  # where its recipients came from, for people
    per_minute = models.PositiveIntegerField(default=30)  # SMS
    starts_at = models.DateTimeField(null=True)  # when a scheduled one begins
    hours_from = models.TimeField(null=True)  # between these hours of a day alone, by the clock of whoever gets it
    hours_until = models.TimeField(null=True)
    next_at = models.DateTimeField(null=True)  # the pace: when the next SMS may be queued
    price = models.DecimalField(max_digits=7, decimal_places=2, null=True)  # roubles of a segment when it began
    reason = models.CharField(max_length=500, blank=True)  # why it was stopped
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(state__in=["scheduled", "sending"]), name="sms_campaign_due"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"


class Recipient(models.Model):
    """One number of a campaign, as it was when the campaign took it; the room knows a person by their id only."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="recipients")
    written = models.CharField(max_length=60)  # the number as it stood where it came from
    number = models.CharField(max_length=20, blank=True)  # E.164; "" where it is none
    name = models.CharField(max_length=200, blank=True)
    organisation = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2, default="ru")
    values = models.JSONField(default=dict)  # what the other places of the text are filled with
    person = models.BigIntegerField(null=True, db_index=True)  # a user card's id: this room lies below cards
    line = models.PositiveIntegerField(null=True)  # of the file
    state = models.CharField(max_length=8, default=RecipientState.PLANNED.value)
    why = models.CharField(max_length=20, blank=True)  # campaign_kinds.Why it is left out
    missing = models.CharField(max_length=20, blank=True)  # the place that nothing fills
    segments = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True)  # quiet hours where it lives
    round = models.PositiveSmallIntegerField(default=1)  # a pause takes back what waits; then it is queued anew
    sms = models.OneToOneField("okibi_sms.Sms", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["campaign", "state", "id"], name="sms_recipient_state"),
            models.Index(fields=["campaign", "number"], name="sms_recipient_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.written}: {self.state}"


class SmsTemplate(models.Model):
    """A text kept for again, in both languages."""

    name = models.CharField(max_length=120, unique=True)
    text_ru = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Trouble(models.Model):
    """Something wrong with a line, from when to when. One that comes back soon is the same one."""

    line = models.ForeignKey("okibi_sms.Line", on_delete=models.CASCADE, related_name="troubles")
    kind = models.CharField(max_length=8, choices=[(each.value, each.value) for each in TroubleKind])
    detail = models.CharField(max_length=300, blank=True)
    began_at = models.DateTimeField()
    well_since = models.DateTimeField(null=True)  # it looks well; over when it stays so
    ended_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # administrators got a letter
    over_told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "kind"], condition=Q(ended_at=None), name="sms_trouble_once"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(told_at=None), name="sms_trouble_untold"),
            models.Index(
                fields=["id"], condition=Q(ended_at__isnull=False, over_told_at=None), name="sms_trouble_over_untold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.line_id}"


class BalanceOfDay(models.Model):
    """What a line's SIM had on one day (of the desk's zone): the day's last answer of the operator."""

    line = models.ForeignKey("okibi_sms.Line", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)  # null: the answer had no figure
    words = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "day"], name="sms_balance_of_day_once")]

    def __str__(self) -> str:
        return f"{self.line_id} {self.day}: {self.words}"
