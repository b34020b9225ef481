"""What kinds of things are said on a ticket."""

from django.db import models


class MessageKind(models.TextChoices):
    """Who says a thing to whom."""

    INCOMING = "incoming"
    REPLY = "reply"
    REFUSAL = "refusal"
    NOTE = "note"
    AUTOMATIC = "automatic"  # receipts and other letters of the system
    NOTICE = "notice"  # an SMS beside them, by the requester's wish: it says nothing that they do not


UNPROVED = "unproved"  # Message.authentication["sender"]: it joined a ticket, and nothing proves who wrote it
