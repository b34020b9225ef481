"""Who the vendor's customers are, how they are reached, and what they hold."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.base import ModelBase
from django.utils.translation import gettext_lazy as _

from okibi.customers.keys import address_likeness, name_key, organisation_key, person_match_key
from okibi.customers.messenger_models import MessengerIdentity  # noqa: F401  Django finds models here


class Derived(models.Model):
    """A row with fields that follow from another one: ``save`` fills them by itself, ``bulk_create`` does not."""

    derived: ClassVar[Mapping[str, Sequence[str]]] = {}  # what follows from each field

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        self.derive()
        if update_fields is not None:
            named = list(update_fields)
            update_fields = [*named, *(name for source in named for name in self.derived.get(source, ()))]
        super().save(force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields)

    def derive(self) -> Self:
        """Fill what follows from other fields."""
        return self


class Organisation(Derived):
    """A legal entity that may hold licences and trials."""

    derived = {"name": ["name_key"]}

    name = models.CharField(max_length=200)
    name_key = models.CharField(
        max_length=400, default="", editable=False
    )  # keys.organisation_key: searched, sorted, compared
    inn = models.CharField(max_length=12, blank=True)  # taxpayer number
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inn"], condition=~Q(inn=""), name="organisation_inn_once")]
        indexes = [
            GinIndex(OpClass("name_key", name="gin_trgm_ops"), name="organisation_name_trgm"),
            models.Index(fields=["name_key", "id"], name="organisation_sorted"),
            GinIndex(OpClass("inn", name="gin_trgm_ops"), name="organisation_inn_trgm"),
        ]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> Self:
        self.name_key = organisation_key(self.name)
        return self


class Person(Derived):
    """A user card: one person with all addresses and numbers."""

    derived = {"name": ["name_key", "match_key"]}

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=400, default="", editable=False)  # keys.name_key: searched and sorted
    match_key = models.CharField(max_length=400, default="", editable=False)  # keys.person_match_key: compared
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    organisation_admin = models.BooleanField(default=False)  # sees the organisation's requests, people and devices
    organisation_claimed = models.BooleanField(default=False)  # joined by a licence number; nobody vouched for it yet
    position = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, default="ru")
    note = models.TextField(blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            GinIndex(OpClass("name_key", name="gin_trgm_ops"), name="person_name_trgm"),
            models.Index(fields=["name_key", "id"], condition=Q(merged_into__isnull=True), name="person_sorted"),
            models.Index(
                fields=["organisation", "match_key"], condition=Q(merged_into__isnull=True), name="person_match"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> Self:
        self.name_key, self.match_key = name_key(self.name), person_match_key(self.name)
        return self


class DistinctPeople(models.Model):
    """Two cards that look alike and were found to be two people; the lower id first."""

    first = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="distinct_people_once"),
            models.CheckConstraint(condition=Q(first__lt=models.F("second")), name="distinct_people_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"


class EmailAddress(Derived):
    """One e-mail address of a user card. Stored as written; unique without regard to case."""

    derived = {"key": ["likeness"]}

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="emails")
    address = models.CharField(max_length=320)
    key = models.CharField(max_length=320, unique=True)  # lower case, domain in A-label form
    likeness = models.CharField(max_length=320, default="", editable=False)  # keys.address_likeness
    verified_at = models.DateTimeField(null=True)
    mobile_mailing = models.BooleanField(default=False)  # scheme §3: flag "mailing of the mobile version"
    mobile_attached = models.BooleanField(default=False, db_default=False)  # and the file itself goes with the letter
    bounced_at = models.DateTimeField(null=True)
    bounce_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["mobile_mailing"], condition=Q(mobile_mailing=True), name="email_mailing"),
            models.Index(
                fields=["id"], condition=Q(mobile_mailing=True, bounced_at__isnull=False), name="email_mailing_bounced"
            ),
            GinIndex(OpClass("key", name="gin_trgm_ops"), name="email_key_trgm"),
            models.Index(fields=["likeness"], name="email_likeness"),
        ]

    def __str__(self) -> str:
        return self.address

    def derive(self) -> Self:
        self.likeness = address_likeness(self.key)
        return self


class PhoneNumber(models.Model):
    """One telephone number of a user card, E.164. A number may belong to several people (a reception desk)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="phones")
    e164 = models.CharField(max_length=16)
    extension = models.CharField(max_length=8, blank=True)
    verified_at = models.DateTimeField(null=True)
    sms_wish = models.CharField(max_length=3, blank=True, default="", db_default="")  # policy.sms_notices.SmsWish
    sms_wish_at = models.DateTimeField(null=True)
    sms_wish_by = models.CharField(max_length=8, blank=True, default="", db_default="")  # console, portal, phone, sms

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "e164", "extension"], name="phone_once_per_person")]
        indexes = [
            models.Index(fields=["e164"], name="phone_e164"),
            GinIndex(OpClass("e164", name="gin_trgm_ops"), name="phone_trgm"),
        ]

    def __str__(self) -> str:
        return self.e164


class Holding(models.Model):
    """What a licence and a trial share: a holder, a number, a span of dates in the scheme's zone, both included."""

    number = models.CharField(max_length=40, unique=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="%(class)ss"
    )
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="%(class)ss")
    valid_from = models.DateField()
    revoked_on = models.DateField(null=True, blank=True)
    revoke_reason = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    @property
    def holder_name(self) -> str:
        return str(self.organisation or self.person)

    @property
    def is_revoked(self) -> bool:
        return self.revoked_on is not None


def _one_holder(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(organisation__isnull=False, person__isnull=True)
        | Q(organisation__isnull=True, person__isnull=False),
        name=name,
    )


class Licence(Holding):
    """A non-exclusive right to the software (scheme §1)."""

    kind = "licence"

    products = ArrayField(models.CharField(max_length=40), default=list)
    modules = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    seats = models.PositiveIntegerField(default=1)
    valid_until = models.DateField(null=True, blank=True)  # None: perpetual
    maintenance_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            _one_holder("licence_one_holder"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")), name="licence_dates"
            ),
        ]
        indexes = [
            models.Index(fields=["valid_until", "id"], name="licence_until"),
            GinIndex(OpClass("number", name="gin_trgm_ops"), name="licence_number_trgm"),
        ]


class Trial(Holding):
    """A time-limited trial version (scheme §1), got from the site or in another way."""

    kind = "trial"

    class Source(models.TextChoices):
        SITE = "site", _("the site")
        OTHER = "other", _("another way")

    product = models.CharField(max_length=40)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.SITE)
    valid_until = models.DateField()

    class Meta:
        constraints = [
            _one_holder("trial_one_holder"),
            models.CheckConstraint(condition=Q(valid_until__gte=models.F("valid_from")), name="trial_dates"),
        ]
        indexes = [
            models.Index(fields=["valid_until", "id"], name="trial_until"),
            GinIndex(OpClass("number", name="gin_trgm_ops"), name="trial_number_trgm"),
        ]

    @property
    def products(self) -> list[str]:
        """As a licence has it: a trial is of one whole product."""
        return [self.product]

    @property
    def modules(self) -> list[str]:
        return []
