"""A device's report of its environment in the API's shape, and as the policy reads it.

The shape, every part optional: ``{system: {family, name, version, build, edition, architecture, api_level},
dotnet: {release, version}, cpu_mhz, memory_mb, disk_free_mb, locale, app: {…}, gateway: {…}}``. ``family``: windows …;
``disk_free_mb`` and ``memory_mb`` in megabytes of 1024². A server with the SMS module says ``gateway: {connected: true,
model, last_seen}`` (scheme.md §2; ``seen_at`` is the same). What makes no sense is as good as unsaid: no error.
"""

import json
from collections.abc import Mapping
from typing import Any

from okibi.channels.clean import json_safe

LONGEST = 16_000  # characters of a whole report, as JSON
LONGEST_VALUE = 200
_SERVER = ("server", "сервер")


def plain_report(report: Mapping[str, Any]) -> dict[str, Any]:
    """The report as it may be stored: plain JSON without odd characters, or nothing where it is too large."""
    try:
        cleaned = json_safe(dict(report))
        text = json.dumps(cleaned, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return {}
    return cleaned if isinstance(cleaned, dict) and len(text) <= LONGEST else {}


def policy_report(report: Mapping[str, Any]) -> dict[str, str]:
    """The keys of ``policy.platforms.environment_from_report``; empty where nothing useful was said."""
    system, dotnet = _table(report.get("system")), _table(report.get("dotnet"))
    family = _said(system.get("family")).lower()
    name, version = _said(system.get("name")), _said(system.get("version"))
    found = {
        "arch": _said(system.get("architecture")),
        "dotnet_release": _said(dotnet.get("release")),
        "dotnet": _said(dotnet.get("version")),
        "cpu_mhz": _said(report.get("cpu_mhz")),
        "ram_mb": _said(report.get("memory_mb")),
        "disk_free_mb": _said(report.get("disk_free_mb")),
        "os": " ".join(part for part in (name or family.capitalize(), _edition(system, name)) if part),
    }
    gateway = _table(report.get("gateway"))
    if "connected" in gateway:
        found["gateway"] = "connected" if gateway["connected"] is True else "away"
        found["gateway_model"] = _said(gateway.get("model"))
        found["gateway_seen_at"] = _said(gateway.get("last_seen") or gateway.get("seen_at"))
    if family == "windows":
        found |= {"nt_version": version, "build": _said(system.get("build")), "product_type": _product_type(system)}
    elif family == "android":
        found |= {"android_version": version, "android_api": _said(system.get("api_level"))}
    elif version and version not in found["os"]:
        found["os"] = f"{found['os']} {version}".strip()
    return {key: value for key, value in found.items() if value}


def _edition(system: Mapping[str, Any], name: str) -> str:
    edition = _said(system.get("edition"))
    return "" if edition.lower() in name.lower() else edition


def _product_type(system: Mapping[str, Any]) -> str:
    """1 for a client, 3 for a server, as Win32_OperatingSystem.ProductType says; nothing where no word tells."""
    words = f"{_said(system.get('edition'))} {_said(system.get('name'))}".lower()
    return ("3" if any(word in words for word in _SERVER) else "1") if words.strip() else ""


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _said(value: object) -> str:
    """A text or a number, short; nothing for anything else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return " ".join(str(value).split())[:LONGEST_VALUE]
