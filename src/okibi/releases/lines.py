"""The rules of a product's packages: what the first accepted file fixes, and what a release manager sets by hand."""

import re
import uuid
from dataclasses import dataclass

from django.db import transaction

from okibi.journal.services import Actor, record
from okibi.kernel.sentence import Sentence
from okibi.releases.models import ProductLine
from okibi.releases.services import ReleaseError, line

_PACKAGE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)+")
_CERTIFICATE = re.compile(r"[0-9a-f]{64}")
MOST_TRIAL_DAYS = 365
PACKAGE_WRONG = Sentence("Пакет Android пишется так: ru.okibi.mob.", "An Android package is written so: ru.okibi.mob.")
CODE_WRONG = Sentence("UpgradeCode — это GUID: {7A4E2B90-…}.", "An UpgradeCode is a GUID: {7A4E2B90-…}.")
CERTIFICATE_WRONG = Sentence(
    "Сертификат указывают его отпечатком SHA-256: 64 шестнадцатеричных знака.",
    "A certificate is given by its SHA-256: 64 hexadecimal digits.",
)
TRIAL_WRONG = Sentence("Пробная версия — от 0 до 365 дней.", "A trial is 0 to 365 days.")


@dataclass(frozen=True, slots=True)
class LineRules:
    """What a product's files must be. "" and empty: nothing is fixed. ``trial_days`` 0: the site gives no trial."""

    android_package: str = ""
    msi_upgrade_code: str = ""
    certificates: tuple[str, ...] = ()
    free: bool = False
    trial_days: int = 0


def rules_of(product: str) -> LineRules:
    """The rules as they stand."""
    found = line(product)
    return LineRules(
        found.android_package, found.msi_upgrade_code, tuple(found.certificates), found.free, found.trial_days
    )


@transaction.atomic
def change_line(product: str, rules: LineRules, actor: Actor) -> ProductLine:
    """Set the rules; on record. Raises ReleaseError with the field."""
    found = ProductLine.objects.select_for_update().get(pk=line(product).pk)
    if rules.android_package and not _PACKAGE.fullmatch(rules.android_package):
        raise ReleaseError("android_package", PACKAGE_WRONG)
    if not 0 <= rules.trial_days <= MOST_TRIAL_DAYS:
        raise ReleaseError("trial_days", TRIAL_WRONG)
    certificates = [each.replace(":", "").strip().lower() for each in rules.certificates]
    if not all(_CERTIFICATE.fullmatch(each) for each in certificates):
        raise ReleaseError("certificates", CERTIFICATE_WRONG)
    found.android_package = rules.android_package
    found.msi_upgrade_code = _guid(rules.msi_upgrade_code)
    found.certificates = list(dict.fromkeys(certificates))
    found.free, found.trial_days = rules.free, rules.trial_days
    found.save()
    record("release.line_changed", ("product_line", found.pk), actor, {"product": product})
    return found


def _guid(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return "{" + str(uuid.UUID(text.strip())).upper() + "}"
    except ValueError:
        raise ReleaseError("msi_upgrade_code", CODE_WRONG) from None
