"""Where a message that is to be sent stands."""

from django.db import models


class OutboundState(models.TextChoices):
    """Where a message that is to be sent stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    BOUNCED = "bounced"
    FAILED = "failed"  # given up for good
    NO_WINDOW = "no_window"  # a messenger takes only templates now: a person chooses one, or another way
    UNCERTAIN = "uncertain"  # the line broke after the last byte: not sent again by itself
