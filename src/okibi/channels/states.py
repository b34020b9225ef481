"""Where a message that is to be sent stands."""

from django.db import models


class OutboundState(models.TextChoices):
    """Where a message that is to be sent stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"  # given up for good
    UNCERTAIN = "uncertain"  # the line broke after the last byte: not sent again by itself
