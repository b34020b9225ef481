"""Words of releases. Apart from the models, so that doors may name them."""

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okibi.policy.release_states import ReleaseState
from okibi.policy.rollout import Ring

STATES = [
    (ReleaseState.DRAFT.value, pgettext_lazy("version", "draft")),
    (ReleaseState.CHECKED.value, pgettext_lazy("version", "checked")),
    (ReleaseState.PUBLISHED.value, pgettext_lazy("version", "published")),
    (ReleaseState.HALTED.value, pgettext_lazy("version", "halted")),
    (ReleaseState.WITHDRAWN.value, pgettext_lazy("version", "withdrawn")),
]
RINGS = [
    (Ring.INTERNAL.value, _("the vendor's own")),
    (Ring.PILOT.value, _("pilot customers")),
    (Ring.EVERYBODY.value, _("everybody")),
]


def ring_in_words(ring: Ring) -> dict[str, str]:
    """The ring as the journal keeps words that a reader sees: {"ru", "en"}."""
    name = dict(RINGS)[ring.value]
    found = {}
    for language in ("ru", "en"):
        with translation.override(language):
            found[language] = str(name)
    return found


class ReleaseChannel(models.TextChoices):
    """How settled a version is. An installation follows one of them; who follows beta gets stable versions too."""

    STABLE = "stable", _("stable")
    BETA = "beta", _("beta")


class Platform(models.TextChoices):
    """What an artefact runs on."""

    WINDOWS = "windows", "Windows"
    ANDROID = "android", "Android"
    LINUX = "linux", "Linux"


class Architecture(models.TextChoices):
    """What processor an artefact is for."""

    ANY = "any", _("any processor")
    X86 = "x86", "x86"
    X64 = "x64", "x64"
    ARM64 = "arm64", "ARM64"


class ArtefactKind(models.TextChoices):
    """What an artefact is, as found by reading it."""

    EXE = "exe", "EXE"
    MSI = "msi", "MSI"
    APK = "apk", "APK"
    NUPKG = "nupkg", "NUPKG"  # a Velopack package
    ARCHIVE = "archive", _("archive")


_MEDIA_TYPES = {
    ArtefactKind.APK.value: "application/vnd.android.package-archive",
    ArtefactKind.MSI.value: "application/x-msi",
}


def media_type_of(kind: str) -> str:
    """As what a file of that kind is handed out."""
    return _MEDIA_TYPES.get(kind, "application/octet-stream")
