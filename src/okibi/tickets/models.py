"""Support requests («заявки»): what was asked, what was promised, what was said."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from okibi.kernel.models import Blob
from okibi.tickets.kinds import MessageKind

# States in which somebody still owes somebody something; the partial indexes of the queues are built on them.
ACTIVE_STATES = ["new", "open", "waiting", "planned", "uncovered"]
CLOCK_STATES = ["new", "open"]


class Ticket(models.Model):
    """One request. Its moments are UTC; its promise is kept by the scheme version it was judged by.

    Foreign keys whose index is the beginning of one in ``Meta.indexes`` have none of their own.
    """

    number = models.CharField(max_length=12)  # 26-001042
    token = models.CharField(max_length=24)  # secret part of its own reply address
    subject = models.CharField(max_length=998)
    kind = models.CharField(max_length=12)  # class of the request: a key of the scheme's classes
    kind_by = models.CharField(max_length=12, default="proposed")  # requester, proposed, staff
    state = models.CharField(max_length=12, default="new")  # policy.ticket_states.State
    channel = models.CharField(max_length=16)
    language = models.CharField(max_length=2, default="ru")

    requester = models.ForeignKey(
        "okibi_customers.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    requester_name = models.CharField(max_length=200, blank=True)  # as they wrote it, or of the card
    requester_address = models.CharField(max_length=320)  # where the answer goes, in the channel's notation
    requester_sure = models.BooleanField(default=False)  # the channel proved who it is, or a specialist asked
    organisation = models.ForeignKey(
        "okibi_customers.Organisation", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    organisation_name = models.CharField(max_length=200, blank=True)
    assignee = models.ForeignKey("okibi_accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(
        "okibi_environments.Device", null=True, on_delete=models.PROTECT, related_name="+"
    )  # that placed it, where it came by ИПВ

    product = models.CharField(max_length=40, blank=True)
    product_version = models.CharField(max_length=40, blank=True)
    scheme = models.ForeignKey("okibi_schemes.SchemeVersion", on_delete=models.PROTECT, related_name="+")
    verdict = models.JSONField(default=dict)  # policy.verdict JSON
    environment = models.JSONField(default=dict)  # what the requester reported
    rejudge_at = models.DateTimeField(null=True)  # when coverage may change by itself

    placed_at = models.DateTimeField()  # the system received it
    clock_start = models.DateTimeField()  # when the reaction term began to count (cover may come later)
    aim_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)  # when the leading specialist hears that the term is near
    due_at = models.DateTimeField(null=True)
    sort_at = models.DateTimeField()  # what the queues are sorted by: due_at while the clock runs
    reacted_at = models.DateTimeField(null=True)  # first substantive answer: the clock stopped
    aim_told_at = models.DateTimeField(null=True)
    due_told_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)

    planned_version = models.CharField(max_length=40, blank=True)
    refusal = models.JSONField(null=True)  # {ground, reasons, facts}
    taken_on_reason = models.TextField(blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="absorbed")
    linked_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="linked")
    ended_at = models.DateTimeField(null=True)  # solved, refused or closed
    last_message_at = models.DateTimeField()
    unread = models.BooleanField(default=True)  # the requester wrote after the staff last looked
    sender_unproved = models.BooleanField(default=False)  # nothing proves who wrote the last unread

    class Meta:
        constraints = [  # not unique=True: that makes a second index, for LIKE
            models.UniqueConstraint(fields=["number"], name="ticket_number_once"),
            models.UniqueConstraint(fields=["token"], name="ticket_token_once"),
        ]
        indexes = [
            models.Index(fields=["sort_at", "id"], condition=Q(state__in=ACTIVE_STATES), name="ticket_active"),
            models.Index(fields=["state", "sort_at", "id"], condition=Q(state__in=ACTIVE_STATES), name="ticket_state"),
            models.Index(
                fields=["assignee", "sort_at", "id"], condition=Q(state__in=ACTIVE_STATES), name="ticket_mine"
            ),
            models.Index(
                fields=["sort_at", "id"],
                condition=Q(assignee__isnull=True, state__in=CLOCK_STATES),
                name="ticket_nobody",
            ),
            models.Index(
                fields=["due_at"], condition=Q(state__in=CLOCK_STATES, reacted_at__isnull=True), name="ticket_clock"
            ),
            models.Index(fields=["state", "-id"], condition=Q(state__in=("solved", "refused")), name="ticket_ended"),
            models.Index(fields=["rejudge_at"], condition=Q(rejudge_at__isnull=False), name="ticket_rejudge"),
            models.Index(fields=["requester", "-id"], name="ticket_requester"),
            models.Index(fields=["organisation", "-id"], name="ticket_organisation"),
            models.Index(fields=["device", "-id"], condition=Q(device__isnull=False), name="ticket_device"),
            models.Index(
                fields=["placed_at", "kind"], include=["id", "state", "due_at", "reacted_at"], name="ticket_report"
            ),
            models.Index(fields=["requester_address", "-id"], name="ticket_address"),
        ]

    def __str__(self) -> str:
        return self.number


class Message(models.Model):
    """One thing said on a ticket, whoever said it."""

    Kind = MessageKind

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages", db_index=False)
    kind = models.CharField(max_length=12, choices=MessageKind.choices)
    at = models.DateTimeField()
    staff = models.ForeignKey("okibi_accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=200, blank=True)
    author_address = models.CharField(max_length=320, blank=True)
    channel = models.CharField(max_length=16, blank=True)
    text = models.TextField(blank=True)  # what is read first: without quotes and signature
    folded = models.TextField(blank=True)  # quotes and signature, shown on demand
    html = models.TextField(blank=True)  # sanitised
    external_id = models.CharField(max_length=200, blank=True)
    inbound = models.ForeignKey("okibi_channels.Inbound", null=True, on_delete=models.PROTECT, related_name="+")
    outbound = models.ForeignKey("okibi_channels.Outbound", null=True, on_delete=models.PROTECT, related_name="+")
    authentication = models.JSONField(default=dict)  # spf, dkim, dmarc as the trusted server saw them
    messenger = models.JSONField(default=dict)  # {parts, body, context, forwarded}: channels.messenger.values.Told

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "id"], name="message_ticket"),
            models.Index(fields=["external_id"], condition=~Q(external_id=""), name="message_external"),
            models.Index(fields=["outbound"], condition=Q(outbound__isnull=False), name="message_outbound"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class Attachment(models.Model):
    """A file of a message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=120)
    size = models.BigIntegerField()  # bytes
    inline = models.BooleanField(default=False)
    content_id = models.CharField(max_length=255, blank=True)

    class Meta:
        indexes = [models.Index(fields=["blob"], name="attachment_blob")]

    def __str__(self) -> str:
        return self.name


class Pause(models.Model):
    """A span in which the desk waited for the requester and the clock stood still."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="pauses", db_index=False)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    staff = models.ForeignKey("okibi_accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["ticket", "began_at"], name="pause_ticket")]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(ended_at__isnull=True), name="pause_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.began_at} – {self.ended_at or '…'}"


class Reading(models.Model):
    """One side read what the other said, up to a message. Rows are only added: they tell when each was read."""

    class Side(models.TextChoices):
        REQUESTER = "requester"
        DESK = "desk"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="readings")
    side = models.CharField(max_length=9, choices=Side.choices)
    up_to = models.BigIntegerField()  # id of the newest message that was read
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "side", "up_to"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.side} ≤ {self.up_to}"


class MailLater(models.Model):
    """An answer given in ИПВ that goes by e-mail too if nobody reads it by then. Gone once read or mailed."""

    message = models.OneToOneField(Message, primary_key=True, on_delete=models.CASCADE, related_name="mail_later")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="mail_later_at")]

    def __str__(self) -> str:
        return f"{self.message_id} at {self.at}"


class Rating(models.Model):
    """What the requester thinks of the answer."""

    ticket = models.OneToOneField(Ticket, primary_key=True, on_delete=models.CASCADE, related_name="rating")
    score = models.PositiveSmallIntegerField()  # 1 to 5
    text = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="rating_one_to_five")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.score}"


class SearchEntry(models.Model):
    """The words of a ticket, stemmed. Apart from the ticket, so that a change of state does not touch the index."""

    ticket = models.OneToOneField(Ticket, primary_key=True, on_delete=models.CASCADE, related_name="search_entry")
    words = ArrayField(models.TextField(), default=list)

    class Meta:
        indexes = [GinIndex(fields=["words"], name="search_words", fastupdate=False)]

    def __str__(self) -> str:
        return str(self.pk)


class Presence(models.Model):
    """Who looks at a ticket now; a row older than a minute means nobody."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey("okibi_accounts.Staff", on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    typing = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "staff"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} @ {self.ticket_id}"


class AnswerTemplate(models.Model):
    """A ready answer of the desk, in both languages, with fields in braces that a ticket fills in."""

    title = models.CharField(max_length=80, unique=True)
    text_ru = models.TextField()
    text_en = models.TextField(blank=True)  # empty: the Russian text is offered to everybody
    kinds = ArrayField(models.CharField(max_length=12), default=list)  # classes of the scheme; empty: all

    def __str__(self) -> str:
        return self.title


class Mention(models.Model):
    """Somebody was called by name in an internal note, and has not looked at it yet."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="mentions")
    staff = models.ForeignKey("okibi_accounts.Staff", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "staff"], name="mention_once")]
        indexes = [models.Index(fields=["staff", "-id"], condition=Q(seen_at__isnull=True), name="mention_unseen")]

    def __str__(self) -> str:
        return f"{self.staff_id} @ {self.message_id}"


class Fix(models.Model):
    """What a request waits for: a version of a product. ``release`` is the one that brought it, once there is one."""

    ticket = models.OneToOneField(Ticket, primary_key=True, on_delete=models.CASCADE, related_name="fix")
    product = models.CharField(max_length=40)
    version = models.CharField(max_length=40)  # as it was promised
    version_key = models.CharField(max_length=200, db_collation="C")  # releases.keys.version_key
    tied_at = models.DateTimeField()
    release = models.ForeignKey("okibi_releases.Release", null=True, on_delete=models.SET_NULL, related_name="+")
    told_at = models.DateTimeField(null=True)  # the requester heard that it is out
    device = models.ForeignKey("okibi_environments.Device", null=True, on_delete=models.SET_NULL, related_name="+")
    arrived_version = models.CharField(max_length=40, blank=True)  # as the device reported it
    arrived_at = models.DateTimeField(null=True)
    gone_back_at = models.DateTimeField(null=True)  # the device reported less afterwards

    class Meta:
        indexes = [
            models.Index(fields=["product", "version_key"], name="fix_version"),
            models.Index(fields=["tied_at"], condition=Q(told_at__isnull=True), name="fix_untold"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.product} {self.version}"
