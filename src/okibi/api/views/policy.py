"""What the desk promises, and what it would say of a draft."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from okibi.api import shapes, shown
from okibi.api.auth import MAYBE_DEVICE, maybe_visitor
from okibi.api.given import VerdictGiven
from okibi.api.problems import language_of
from okibi.api.rendering import moment
from okibi.calendars.services import work_calendar
from okibi.flows import ipv_request
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.policy.platforms import Requirement
from okibi.policy.scheme_values import Scheme
from okibi.schemes.services import in_force
from okibi.uploads.services import most

router = Router(tags=["policy"], auth=MAYBE_DEVICE)


@router.get("/policy", response=shapes.Policy, operation_id="getPolicy")
def policy(request: HttpRequest) -> dict[str, Any]:
    """The scheme in force (products, classes and their terms, channels, environments), and whether the desk works."""
    stored, at, language = in_force(now()), now(), language_of(request)
    scheme = stored.scheme
    calendar = work_calendar(scheme)
    open_now = calendar.is_open(at)
    return {
        "version": stored.digest,
        "vendor": {
            "name": scheme.vendor.name.in_language(language),
            "site": scheme.vendor.site,
            "support_address": scheme.vendor.support_address,
        },
        "products": _products(scheme, language),
        "classes": _classes(scheme, language),
        "channels": [
            {
                "code": channel.code,
                "name": channel.name.in_language(language),
                "about": channel.about.in_language(language),
                "preferred": channel.preferred,
                "open": str(channel.open),
            }
            for channel in scheme.channels
        ],
        "environments": [
            {"place": str(place), "lines": _required(needed, language)} for place, needed in scheme.environments.items()
        ],
        "working_now": open_now,
        "next_opening": None if open_now else moment(calendar.next_opening(at)),
        "most_upload": most(),
    }


def _products(scheme: Scheme, language: str) -> list[dict[str, Any]]:
    return [
        {
            "code": product.code,
            "name": product.name.in_language(language),
            "kind": product.kind.in_language(language),
            "place": str(product.place),
            "module_of": product.module_of,
            "condition": product.condition.in_language(language) if product.condition else "",
        }
        for product in scheme.products
    ]


def _classes(scheme: Scheme, language: str) -> list[dict[str, Any]]:
    return [
        {
            "code": each.code,
            "name": each.title.in_language(language),
            "aim": each.aim.sentence.in_language(language),
            "due": each.due.sentence.in_language(language),
            "promised": each.promised,
        }
        for each in scheme.classes.values()
    ]


def _required(needed: Requirement, language: str) -> list[str]:
    said = [Sentence(f"{needed.os} или новее", f"{needed.os} or newer")]
    if needed.dotnet:
        name = f"Microsoft .NET Framework {needed.dotnet}"
        said.append(Sentence(f"{name} или новее", f"{name} or newer"))
    if needed.cpu_mhz:
        said.append(Sentence(f"процессор от {needed.cpu_mhz} МГц", f"processor of {needed.cpu_mhz} MHz or more"))
    if needed.ram_mb:
        said.append(Sentence(f"память от {needed.ram_mb} МБ", f"memory of {needed.ram_mb} MB or more"))
    for arch, size in needed.disk_mb.items():
        said.append(Sentence(f"свободно на диске от {size} МБ ({arch})", f"free disk of {size} MB or more ({arch})"))
    return [each.in_language(language) for each in said]


@router.post("/verdicts", response=shapes.Verdict, operation_id="previewVerdict")
def verdicts(request: HttpRequest, draft: VerdictGiven) -> dict[str, Any]:
    """What support would say of this draft now: line by line, with the term and how it is counted. Nothing is kept."""
    given = ipv_request.Draft(
        text=draft.text,
        kind=draft.kind,
        subject=draft.subject,
        product=draft.product,
        version=draft.version,
        report=draft.environment,
        language=language_of(request),
    )
    return shown.preview(ipv_request.preview(maybe_visitor(request), given), language_of(request))
