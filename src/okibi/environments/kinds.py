"""Words for devices and enrolments. Apart from the models, so that doors may name them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeviceKind(models.TextChoices):
    """What a device is."""

    DESKTOP = "desktop", _("computer")
    MOBILE = "mobile", _("telephone or tablet")
    BROWSER = "browser", _("browser")
    SERVER = "server", _("server")
    OTHER = "other", _("another device")


class EnrolledBy(models.TextChoices):
    """On which ground a device was let in."""

    LICENCE = "licence", _("licence number")
    TRIAL = "trial", _("trial number")
    INVITATION = "invitation", _("invitation")
    EMAIL = "email", _("e-mail")
    ACCESS = "access", _("access for updates")  # the desk found it where it was let in (updates.Host)
    NONE = "none", _("nothing")


class EnrolmentState(models.TextChoices):
    """How an enrolment stands."""

    AWAITING_CONFIRMATION = "awaiting_confirmation", _("waiting for the code")
    CONFIRMED = "confirmed", _("confirmed")
    EXPIRED = "expired", _("expired")
    REFUSED = "refused", _("refused")
