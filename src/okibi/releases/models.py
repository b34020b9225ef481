"""Releases and their artefacts. One registry: every feed, page and letter is a view of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from okibi.kernel.models import Blob
from okibi.policy.release_states import ReleaseState
from okibi.policy.rollout import Ring
from okibi.releases.kinds import RINGS, STATES, Architecture, ArtefactKind, Platform, ReleaseChannel


class ProductLine(models.Model):
    """What the packages of one product of the policy must be. An uploaded artefact that is not so is refused."""

    product = models.CharField(max_length=40, unique=True)  # its code in the policy
    android_package = models.CharField(max_length=255, blank=True)  # "" until the first APK sets it
    msi_upgrade_code = models.CharField(max_length=38, blank=True)  # "{…}", upper case
    certificates = ArrayField(models.CharField(max_length=64), default=list)  # SHA-256 of the signers' DER; [] any
    free = models.BooleanField(default=False)  # whoever comes to the site may fetch it
    trial_days = models.PositiveSmallIntegerField(default=0)  # of a trial from the site; 0: none is given there

    def __str__(self) -> str:
        return self.product


class Release(models.Model):
    """One version of a product. Notes and artefacts are frozen when it is published."""

    product = models.CharField(max_length=40)
    version = models.CharField(max_length=40)  # as written
    version_key = models.CharField(max_length=200, db_collation="C")  # keys.version_key: sorted and compared
    channel = models.CharField(max_length=8, choices=ReleaseChannel.choices, default=ReleaseChannel.STABLE)
    state = models.CharField(max_length=12, choices=STATES, default=ReleaseState.DRAFT.value)
    notes_ru = models.TextField(blank=True)  # written like articles' texts
    notes_en = models.TextField(blank=True)
    ring = models.CharField(max_length=12, choices=RINGS, default=Ring.EVERYBODY.value)  # how far it has come
    percent = models.PositiveSmallIntegerField(default=100)  # of the outermost ring
    floor = models.BooleanField(default=False)  # may not be jumped over
    forced_below = models.CharField(max_length=40, blank=True)  # whoever runs less must update
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    checked_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    halted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)  # why it was halted or withdrawn

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "version_key"],
                condition=~Q(state=ReleaseState.WITHDRAWN.value),
                name="release_version_once",
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="release_percent"),
        ]
        indexes = [
            models.Index(fields=["product", "-version_key"], name="release_sorted"),
            models.Index(
                fields=["product", "-published_at"],
                condition=Q(published_at__isnull=False),
                name="release_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.version}"

    def notes(self, language: str) -> str:
        """The notes for a reader of that language, as written."""
        return self.notes_en if language == "en" and self.notes_en else self.notes_ru


class Artefact(models.Model):
    """One file of a release for one platform.

    ``facts`` is what was read in it, ``problems`` why it can't be shipped.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="artefacts")
    platform = models.CharField(max_length=8, choices=Platform.choices)
    architecture = models.CharField(max_length=8, choices=Architecture.choices, default=Architecture.ANY)
    kind = models.CharField(max_length=8, choices=ArtefactKind.choices)
    name = models.CharField(max_length=255)  # safe to show and to store
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    size = models.BigIntegerField()  # bytes
    sha1 = models.CharField(max_length=40)  # Velopack's and Squirrel's feeds ask for it
    facts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)  # of {"code", "ru", "en"}
    signature = models.CharField(max_length=88, blank=True)  # Ed25519 over the whole file, base64, for appcasts
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "platform", "architecture", "kind"], name="artefact_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sha256(self) -> str:
        """Of the whole file, hex."""
        return self.blob_id


class TrustedFile(models.Model):
    """One version of signed metadata of The Update Framework, as it is given out. ``releases.trust`` writes it."""

    role = models.CharField(max_length=64)  # root, targets, snapshot, timestamp, or a product's code
    version = models.PositiveIntegerField()
    body = models.BinaryField()  # JSON, the very bytes that were signed and hashed
    expires_at = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "version"], name="trusted_file_once")]

    def __str__(self) -> str:
        return f"{self.version}.{self.role}"


class RingMember(models.Model):
    """Who comes first when a version is offered: the number of a licence or a trial, or a device's public id."""

    number = models.CharField(max_length=40, unique=True)  # upper case
    ring = models.CharField(max_length=12, choices=RINGS)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.number} {self.ring}"


class Download(models.Model):
    """One file that was handed out by hand: counted when its first byte is asked for."""

    artefact = models.ForeignKey(Artefact, on_delete=models.CASCADE, related_name="downloads")
    at = models.DateTimeField()
    ground = models.CharField(max_length=8)  # policy.downloads.Ground
    number = models.CharField(max_length=40, blank=True)  # of the licence or trial that allowed it

    def __str__(self) -> str:
        return f"{self.artefact_id} at {self.at:%Y-%m-%d %H:%M}"
