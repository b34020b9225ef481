"""Versions as pages show them: chips, files with what was read in them, bars of who runs what."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from okibi.console.customers.gate import said
from okibi.environments.in_use import InUse, versions_in_use
from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.policy.downloads import Ground
from okibi.policy.release_states import ReleaseState
from okibi.policy.rollout import Ring
from okibi.policy.versions import ProductVersion, parse_version
from okibi.releases.downloads import counts
from okibi.releases.intake import UNPINNED

KINDS = {"published": "good", "checked": "acc", "halted": "warn", "withdrawn": "bad"}
MOST_BARS = 8  # of one product: the rest stands together


def chip(release: Any) -> dict[str, str]:
    """The state."""
    return {"kind": KINDS.get(str(release.state), ""), "text": str(release.get_state_display())}


def reach(release: Any) -> str:
    """Who gets it."""
    ring = str(release.get_ring_display())
    return ring if release.percent == 100 else f"{ring}, {release.percent}\N{NO-BREAK SPACE}%"


GROUNDS = {
    Ground.FREE: pgettext_lazy("downloaded", "by anybody"),
    Ground.LICENCE: pgettext_lazy("downloaded", "by a licence"),
    Ground.TRIAL: pgettext_lazy("downloaded", "by a trial"),
}


def fetched(release_id: int) -> list[dict[str, Any]]:
    """How often the version was fetched by hand, by what let it be; nothing where it never was."""
    found = counts(release_id)
    return [
        {"name": words, "value": str(found[ground.value])} for ground, words in GROUNDS.items() if ground.value in found
    ]


def file_of(artefact: Any) -> dict[str, Any]:
    """A file with what was read in it, in words, and what is wrong."""
    facts = artefact.facts
    platform = artefact.get_platform_display()
    if artefact.architecture != "any":
        platform = f"{platform}, {artefact.get_architecture_display()}"
    problems = [{"text": said(Sentence(each["ru"], each["en"])), "code": each["code"]} for each in artefact.problems]
    return {
        "file": artefact,
        "platform": platform,
        "facts": [{"name": name, "value": value} for name, value in _facts(facts) if value],
        "problems": [each["text"] for each in problems if each["code"] != UNPINNED],
        "unpinned": [each["text"] for each in problems if each["code"] == UNPINNED],
    }


def _facts(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    sdk = f"{facts.get('min_sdk', '')}–{facts.get('target_sdk', '')}" if facts.get("min_sdk") else ""
    return [
        (_("Version in the file"), facts.get("version", "")),
        (_("Named"), " — ".join(filter(None, [facts.get("title", ""), facts.get("company", "")]))),
        (_("Package"), facts.get("package", "")),
        ("versionCode", str(facts.get("version_code", "") or "")),
        ("minSdk–targetSdk", sdk),
        (_("Windows, from NT"), facts.get("subsystem", "")),
        (_(".NET Framework"), facts.get("dotnet", "")),
        ("UpgradeCode", facts.get("upgrade_code", "")),
        ("ProductCode", facts.get("product_code", "")),
        (_("Signature"), "" if facts.get("faults") and not facts.get("signature") else _signature(facts)),
        (_("Certificate, SHA-256"), " ".join(facts.get("certificates", []))),
        (_("Files inside"), str(facts.get("entries", "") or "")),
    ]


def _signature(facts: Mapping[str, Any]) -> str:
    if facts.get("signature") == "valid":
        return ", ".join(filter(None, [_("holds"), " + ".join(facts.get("schemes", [])), facts.get("signer", "")]))
    return _("does not hold") if facts.get("signature") else _("not signed")


def usage() -> dict[str, list[dict[str, Any]]]:
    """Bars by product: versions from the highest down, each with its devices and its share of the longest bar."""
    found: dict[str, list[InUse]] = {}
    for each in versions_in_use():
        found.setdefault(each.product, []).append(each)
    return {product: bars(rows) for product, rows in found.items()}


def bars(rows: Sequence[InUse]) -> list[dict[str, Any]]:
    """The bars of one product; more than eight versions: the oldest stand together."""
    rows = sorted(rows, key=lambda each: (_version(each.version), each.version), reverse=True)
    shown = [(each.version, each.devices) for each in rows[:MOST_BARS]]
    if rest := sum(each.devices for each in rows[MOST_BARS:]):
        shown.append((_("older"), rest))
    most = max((devices for _version_, devices in shown), default=1)
    total = sum(devices for _version_, devices in shown)
    return [
        {
            "version": version,
            "devices": devices,
            "width": max(1, devices * 100 // most),
            "share": round(devices * 100 / total),
        }
        for version, devices in shown
    ]


def _version(text: str) -> ProductVersion:
    try:
        return parse_version(text)
    except InputError:
        return parse_version("0")


def doable(release: Any, *, maker: bool, artefacts: Sequence[Any]) -> dict[str, bool]:
    """Which acts the page offers."""
    state = ReleaseState(release.state)
    draft = state in (ReleaseState.DRAFT, ReleaseState.CHECKED)
    everybody = release.ring == Ring.EVERYBODY and release.percent == 100
    return {
        "change": maker and draft,
        "check": maker and state is ReleaseState.DRAFT and bool(artefacts),
        "publish": maker and state is ReleaseState.CHECKED,
        "halt": maker and state is ReleaseState.PUBLISHED,
        "resume": maker and state is ReleaseState.HALTED,
        "withdraw": maker and state is not ReleaseState.WITHDRAWN,
        "widen": maker and state in (ReleaseState.PUBLISHED, ReleaseState.HALTED) and not everybody,
    }
