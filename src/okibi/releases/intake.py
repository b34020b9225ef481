"""A stored file becomes an artefact: read, judged against its product and what was published, and again later."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from okibi.journal.services import Actor
from okibi.kernel import blobs
from okibi.kernel.models import Blob
from okibi.kernel.sentence import Sentence
from okibi.policy.platforms import Requirement
from okibi.policy.release_states import ReleaseState
from okibi.policy.versions import parse_version
from okibi.releases.kinds import Architecture, ArtefactKind, Platform
from okibi.releases.lines import change_line, rules_of
from okibi.releases.models import Artefact, Release
from okibi.releases.reading.facts import Facts, facts_from
from okibi.releases.reading.judge import Expected, Fault, faults_of, unpinned
from okibi.releases.reading.stored import read_blob
from okibi.releases.services import ReadArtefact, ReleaseError, add_artefact

UNPINNED = "unpinned"
NAMES: Mapping[str, Sentence] = {
    "android_package": Sentence("пакет", "package"),
    "msi_upgrade_code": Sentence("UpgradeCode", "UpgradeCode"),
    "certificates": Sentence("сертификат подписи SHA-256", "signing certificate SHA-256"),
}
EMPTY = Sentence("Файл пуст.", "The file is empty.")
_FROZEN = (ReleaseState.PUBLISHED.value, ReleaseState.HALTED.value, ReleaseState.WITHDRAWN.value)


@dataclass(frozen=True, slots=True)
class Given:
    """A stored file as it came. Platform and processor are taken from the words only where a file does not say them.

    ``facts``: of a file of our own making, read already; every other file is read in a process of its own.
    """

    name: str
    blob: Blob
    platform: str = ""
    architecture: str = ""
    facts: Facts | None = None


def take_in(release: Release, given: Given, requirement: Requirement | None, actor: Actor) -> Artefact:
    """Read a file and put it into the draft with everything that is wrong with it.

    Raises ReleaseError where it can't even be told what it is; ReleaseStateError where the release is frozen.
    """
    if not given.blob.size:
        raise ReleaseError("file", EMPTY)
    facts = given.facts or read_blob(given.blob)
    faults = faults_of(facts, expected_of(release, requirement))
    if any(each.code == "unknown" for each in faults):
        raise ReleaseError("file", faults[0].why)
    is_archive = facts.kind == ArtefactKind.ARCHIVE.value
    platform = (given.platform if is_archive else "") or facts.platform or Platform.WINDOWS.value
    architecture = (given.architecture if is_archive else "") or facts.architecture
    found = ReadArtefact(
        name=given.name,
        blob=given.blob,
        sha1=_sha1(given.blob),
        platform=platform if platform in Platform.values else Platform.WINDOWS.value,
        architecture=architecture if architecture in Architecture.values else Architecture.ANY.value,
        kind=facts.kind,
        facts=facts.as_json(),
        problems=_problems(facts, expected_of(release, requirement)),
    )
    return add_artefact(release.pk, found, actor)


@transaction.atomic
def judge_again(release: Release, requirement: Requirement | None) -> None:
    """The files of a draft against what holds now: pins, versions and the scheme may have changed since."""
    if release.state in _FROZEN:
        return
    expected = expected_of(release, requirement)
    for artefact in release.artefacts.all():
        problems = _problems(facts_of(artefact), expected)
        if problems != artefact.problems:
            artefact.problems = problems
            artefact.save(update_fields=["problems"])


@transaction.atomic
def pin(release: Release, requirement: Requirement | None, actor: Actor) -> None:
    """Fix for the product what the draft's files bring for the first time: somebody looked and said it is right."""
    expected = expected_of(release, requirement)
    rules = rules_of(release.product)
    for artefact in release.artefacts.all():
        brought = unpinned(facts_of(artefact), expected)
        if "certificates" in brought:
            brought["certificates"] = [*rules.certificates, *brought["certificates"]]
        rules = replace(rules, **_as_rules(brought))
    if rules != rules_of(release.product):
        change_line(release.product, rules, actor)
    judge_again(release, requirement)


def expected_of(release: Release, requirement: Requirement | None) -> Expected:
    """What the files of a release have to be; three queries."""
    rules = rules_of(release.product)
    before = Artefact.objects.filter(release__product=release.product, release__published_at__isnull=False)
    before = before.exclude(release=release)
    codes: dict[str, set[Any]] = {"code": {0}, "product": set()}
    last_msi = ""
    for kind, channel, facts in before.order_by("release__version_key").values_list(
        "kind", "release__channel", "facts"
    ):
        if kind == ArtefactKind.MSI.value:
            codes["product"].add(facts.get("product_code", ""))
        if channel == release.channel and kind == ArtefactKind.APK.value:
            codes["code"].add(int(facts.get("version_code", 0)))
        if channel == release.channel and kind == ArtefactKind.MSI.value:
            last_msi = str(facts.get("version", ""))
    return Expected(
        version=parse_version(release.version),
        requirement=requirement,
        package=rules.android_package,
        upgrade_code=rules.msi_upgrade_code,
        certificates=frozenset(rules.certificates),
        last_code=max(codes["code"]),
        last_msi=last_msi,
        product_codes=frozenset(codes["product"] - {""}),
    )


def facts_of(artefact: Artefact) -> Facts:
    """What was read in it; of one that was added unread only its kind."""
    try:
        return facts_from({**artefact.facts, "kind": artefact.kind})
    except (ValueError, TypeError):
        return Facts(artefact.kind)


def _problems(facts: Facts, expected: Expected) -> list[dict[str, str]]:
    found = faults_of(facts, expected)
    if brought := unpinned(facts, expected):
        found.append(_unpinned(brought))
    return [each.as_json() for each in found]


def _unpinned(brought: Mapping[str, str | list[str]]) -> Fault:
    said = {
        language: "; ".join(f"{NAMES[name].in_language(language)} {_shown(value)}" for name, value in brought.items())
        for language in ("ru", "en")
    }
    why = Sentence(
        f"Впервые у этого продукта: {said['ru']}. Проверьте и подтвердите.",
        f"For the first time in this product: {said['en']}. Look and confirm.",
    )
    return Fault(UNPINNED, why)


def _shown(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _as_rules(brought: Mapping[str, str | list[str]]) -> dict[str, Any]:
    return {name: value if isinstance(value, str) else tuple(dict.fromkeys(value)) for name, value in brought.items()}


def _sha1(blob: Blob) -> str:
    digest = hashlib.sha1(usedforsecurity=False)
    for piece in blobs.pieces(blob):
        digest.update(piece)
    return digest.hexdigest()
