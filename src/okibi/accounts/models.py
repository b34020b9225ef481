"""Staff of the desk."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from okibi.accounts.roles import Role

__all__ = ["ApiKey", "Role", "SetupToken", "Staff", "StaffManager"]


class StaffManager(BaseUserManager["Staff"]):
    def get_by_natural_key(self, username: str | None) -> "Staff":
        return self.get(email__iexact=username)


class Staff(AbstractBaseUser):
    """A member of the desk's staff; signs in by e-mail and password, and a second factor."""

    email = models.EmailField()
    name = models.CharField(max_length=120)
    roles = ArrayField(models.CharField(max_length=16, choices=Role.choices), default=list)
    language = models.CharField(max_length=2, default="ru")
    signature = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StaffManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="staff_email_once")]

    def __str__(self) -> str:
        return self.name

    def has_role(self, *roles: str) -> bool:
        """Whether this person holds any of the roles; an administrator's role is not every role."""
        return bool(set(roles) & set(self.roles))

    @property
    def is_admin(self) -> bool:
        return Role.ADMIN in self.roles

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()

    @property
    def username(self) -> str:
        return self.email


class SetupToken(models.Model):
    """A one-time link with which a member of staff sets the first password. Only its hash is stored."""

    digest = models.CharField(primary_key=True, max_length=64)  # sha256 of the secret
    staff = models.ForeignKey(Staff, null=True, on_delete=models.CASCADE)  # None: makes the first administrator
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.digest[:8]


class ApiKey(models.Model):
    """What a system of the vendor's shows to the public API. Only the hash of its secret is stored."""

    name = models.CharField(max_length=120)
    public_id = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)  # sha256 of the secret
    scopes = ArrayField(models.CharField(max_length=32), default=list)  # accounts.scopes.Scope
    created_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)  # noted once a minute

    def __str__(self) -> str:
        return f"{self.name} (okk_{self.public_id}_…)"
