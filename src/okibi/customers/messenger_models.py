"""People as messengers know them: a user id, often a number, and perhaps whose it is."""

from django.db import models
from django.db.models import Q


class MessengerIdentity(models.Model):
    """One account of a messenger. Keyed by number and by user id: either may come without the other.

    ``person`` without ``verified_at`` is a guess by the number: it says who is asking, and unlocks nothing.
    """

    network = models.CharField(max_length=12)  # channels.messenger.values.Network
    user_id = models.CharField(max_length=120, blank=True)  # of the messenger: a BSUID, a Telegram or MAX id
    e164 = models.CharField(max_length=16, blank=True)
    name = models.CharField(max_length=200, blank=True)  # as they call themselves
    person = models.ForeignKey("okibi_customers.Person", null=True, on_delete=models.CASCADE, related_name="messengers")
    verified_at = models.DateTimeField(null=True)
    first_seen_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "messenger identities"
        constraints = [
            models.UniqueConstraint(
                fields=["network", "user_id"], condition=~Q(user_id=""), name="messenger_user_once"
            ),
            models.UniqueConstraint(fields=["network", "e164"], condition=~Q(e164=""), name="messenger_number_once"),
            models.CheckConstraint(condition=~Q(user_id="", e164=""), name="messenger_somebody"),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True) | Q(person__isnull=False), name="messenger_verified_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network} {self.e164 or self.user_id}"
