"""What a key of the vendor's own systems may do. Apart from the models, so that doors may name scopes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """One right of an API key."""

    REQUESTS_READ = "requests:read", _("read requests")
    REQUESTS_WRITE = "requests:write", _("place requests for people")
    CUSTOMERS_READ = "customers:read", _("read customers")
    CUSTOMERS_WRITE = "customers:write", _("create and change customers")
    LICENCES_READ = "licences:read", _("read licences and trials")
    LICENCES_WRITE = "licences:write", _("create, extend and revoke licences")
    RELEASES = "releases", _("make and publish versions")
    SMS_SEND = "sms:send", _("send SMS")
    SMS_READ = "sms:read", _("see its SMS, those that came in, and the lines")
    WEBHOOKS_MANAGE = "webhooks:manage", _("manage webhooks")
