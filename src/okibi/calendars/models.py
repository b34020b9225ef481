"""Days of the production calendar that somebody corrected; all other days are counted by law."""

from django.db import models


class DayOverride(models.Model):
    """What one date really is, laid over the computed calendar."""

    date = models.DateField(unique=True)
    kind = models.CharField(max_length=24)  # a value of policy.worktime.DayKind
    opens = models.TimeField(null=True)  # None with a working kind: the scheme's usual hours
    closes = models.TimeField(null=True)
    note_ru = models.CharField(max_length=200, blank=True)
    note_en = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey("okibi_accounts.Staff", null=True, on_delete=models.SET_NULL)

    def __str__(self) -> str:
        return f"{self.date} {self.kind}"
