"""Devices and installations of the customers: how they became known, what they report, where their answers go."""

from django.db import models
from django.db.models import Q

from okibi.environments.kinds import DeviceKind, EnrolledBy, EnrolmentState

__all__ = ["Device", "DeviceKind", "EnrolledBy", "Enrolment", "EnrolmentState", "Invitation", "PushSubscription"]


class Device(models.Model):
    """One installation of an application, or one signed-in browser. Its bearer token is stored as a hash."""

    public_id = models.CharField(max_length=12)  # "d" and eleven of a–z, 0–9
    kind = models.CharField(max_length=8, choices=DeviceKind.choices)
    name = models.CharField(max_length=120, blank=True)
    user_name = models.CharField(max_length=200, blank=True)  # what whoever enrolled it called themselves
    person = models.ForeignKey("okibi_customers.Person", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "okibi_customers.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )  # whose licence, trial or invitation let it in
    holding_person = models.ForeignKey(
        "okibi_customers.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )  # the same, where a natural person holds it
    licence_number = models.CharField(max_length=40, blank=True)  # licence or trial given at the enrolment
    token_hash = models.CharField(max_length=64)  # SHA-256 of the secret
    language = models.CharField(max_length=2, default="ru")
    enrolled_by = models.CharField(max_length=12, choices=EnrolledBy.choices)
    report = models.JSONField(default=dict)  # the environment in the API's shape, as last reported
    reported_at = models.DateTimeField(null=True)
    product = models.CharField(max_length=40, blank=True)
    version = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=120, blank=True)  # a name, as the journal has it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["public_id"], name="device_once")]  # no second index for LIKE
        indexes = [
            models.Index(fields=["person", "-id"], name="device_person"),
            models.Index(fields=["organisation", "-id"], name="device_organisation"),
        ]

    def __str__(self) -> str:
        return self.public_id


class Invitation(models.Model):
    """A one-time code with which a person of an organisation enrols. Only its hash is stored."""

    code_hash = models.CharField(max_length=64, unique=True)  # SHA-256
    organisation = models.ForeignKey("okibi_customers.Organisation", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("okibi_customers.Person", null=True, on_delete=models.CASCADE, related_name="+")
    email = models.CharField(max_length=320, blank=True)  # where it was sent
    made_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-id"], name="invitation_organisation")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.email}"


class Enrolment(models.Model):
    """A device on its way in: waits for the code that went to an e-mail address."""

    public_id = models.CharField(max_length=12, unique=True)  # "e" and eleven of a–z, 0–9
    secret_hash = models.CharField(max_length=64)  # SHA-256; the device alone has the secret
    state = models.CharField(max_length=24, choices=EnrolmentState.choices)
    email = models.CharField(max_length=320, blank=True)
    email_key = models.CharField(max_length=320, blank=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2, default="ru")
    code_hash = models.CharField(max_length=64, blank=True)  # HMAC-SHA-256 of the public id and the code
    attempts = models.PositiveSmallIntegerField(default=0)
    enrolled_by = models.CharField(max_length=12, choices=EnrolledBy.choices)
    licence_number = models.CharField(max_length=40, blank=True)
    invitation = models.ForeignKey(Invitation, null=True, on_delete=models.CASCADE, related_name="+")
    device = models.OneToOneField(Device, null=True, on_delete=models.CASCADE, related_name="enrolment")
    wish = models.JSONField(default=dict)  # kind, name, product, version, report of the device
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["email_key", "created_at"], condition=~Q(email_key=""), name="enrolment_email"),
            models.Index(
                fields=["licence_number", "created_at"], condition=~Q(licence_number=""), name="enrolment_licence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"


class PushSubscription(models.Model):
    """Where a device's Web Push messages go (RFC 8030), and the keys they are encrypted for (RFC 8291)."""

    device = models.OneToOneField(Device, on_delete=models.CASCADE, related_name="push")
    endpoint = models.CharField(max_length=1000)
    p256dh = models.CharField(max_length=120)  # base64url, uncompressed point
    auth = models.CharField(max_length=40)  # base64url, 16 bytes
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.device_id}"
