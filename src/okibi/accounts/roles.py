"""What members of staff may do. Apart from the models, so that doors may name roles."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a member of staff may do. One person may hold several roles."""

    SPECIALIST = "specialist", _("specialist")
    LEADING = "leading", _("leading specialist")
    RELEASES = "releases", _("release manager")
    ADMIN = "admin", _("administrator")
