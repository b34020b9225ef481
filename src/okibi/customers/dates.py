"""The day it is where the scheme is kept. Licences and trials are counted in its days."""

from datetime import date, datetime

from django.utils import timezone

from okibi.kernel.clock import now


def day_of(moment: datetime) -> date:
    """The calendar day of an aware moment in the scheme's zone (``TIME_ZONE``, Europe/Moscow)."""
    return moment.astimezone(timezone.get_default_timezone()).date()


def today() -> date:
    """The present day in the scheme's zone."""
    return day_of(now())
