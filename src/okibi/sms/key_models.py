"""SMS that keys of the vendor's own systems asked for, and what each key used up."""

from django.db import models


class KeySms(models.Model):
    """Which key asked for an SMS, and the caller's own name of it."""

    sms = models.OneToOneField("okibi_sms.Sms", on_delete=models.CASCADE, primary_key=True, related_name="asked")
    owner = models.CharField(max_length=12)  # the key's public id; the room knows no more of it
    reference = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name_plural = "key sms"
        indexes = [models.Index(fields=["owner", "-sms"], name="sms_of_key")]

    def __str__(self) -> str:
        return f"{self.owner}: {self.sms_id}"


class KeyUse(models.Model):
    """Segments that one key asked for on one day (of the desk's zone)."""

    owner = models.CharField(max_length=12)
    day = models.DateField()
    segments = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "day"], name="sms_key_use_once")]

    def __str__(self) -> str:
        return f"{self.owner} {self.day}: {self.segments}"


class KeyLimit(models.Model):
    """Segments that one key may ask for in a day, as an administrator set it; it stands above the file of gateways."""

    owner = models.CharField(max_length=12, unique=True)
    segments = models.PositiveIntegerField()  # 0: any number
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.owner}: {self.segments}"
