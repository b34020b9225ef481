"""What updaters ask and tell. docs/reference/ddi.md has every shape."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from okibi.ddi.asking import TENANT, UNREADABLE, code_of, details_of, document, feedback_said, for_device, texts
from okibi.flows import update_ddi, update_runs, update_wake
from okibi.flows.update_ddi import Deployment, FileOf, Mode
from okibi.flows.update_runs import Said
from okibi.kernel.errors import InputError
from okibi.releases.trust_paths import target_path

if TYPE_CHECKING:
    from okibi.environments.models import Device

CHUNK = "bApp"  # hawkBit's word for an application
WORDS = {"confirmed": True, "denied": False}


@for_device("GET")
def poll(request: HttpRequest, device: "Device") -> HttpResponseBase:  # noqa: ARG001
    """Is there work? A link that is there is work to do."""
    found = update_ddi.poll(device)
    config: dict[str, Any] = {"polling": {"sleep": _clock(found.sleep)}}
    listens = update_wake.told_to_accept(device)
    if listens:
        config["wake"] = {"certificate": listens.certificate, "port": listens.port}
    links: dict[str, Any] = {}
    if found.work is not None and found.run_id is not None:
        changes = f"?c={found.run_id}" if found.work is update_ddi.Work.DEPLOY else ""  # older clients look for it
        links[found.work.value] = _link(device, f"{found.work.value}/{found.run_id}{changes}")
    if found.installed is not None:
        links["installedBase"] = _link(device, f"installedBase/{found.installed}")
    if found.wants_data or (listens and listens.asks):
        links["configData"] = _link(device, "configData")
    return JsonResponse({"config": config, "_links": links})


@for_device("GET")
def deployment(request: HttpRequest, device: "Device", action: int) -> HttpResponseBase:  # noqa: ARG001
    """What is to be installed, and whether it may be now."""
    return JsonResponse({"id": str(action), "deployment": _deployment(update_ddi.deployment(device, action))})


@for_device("POST")
def feedback(request: HttpRequest, device: "Device", action: int) -> HttpResponseBase:
    """How it goes."""
    update_runs.told(device, action, feedback_said(document(request)))
    return HttpResponse()


@for_device("GET")
def cancel(request: HttpRequest, device: "Device", action: int) -> HttpResponseBase:  # noqa: ARG001
    """What is to be stopped."""
    run = update_ddi.to_cancel(device, action)
    return JsonResponse({"id": str(run.pk), "cancelAction": {"stopId": str(run.pk)}})


@for_device("POST")
def cancel_feedback(request: HttpRequest, device: "Device", action: int) -> HttpResponseBase:
    """Whether it could be stopped."""
    update_runs.told_of_stopping(device, action, feedback_said(document(request)))
    return HttpResponse()


@for_device("GET")
def confirmations(request: HttpRequest, device: "Device") -> HttpResponseBase:  # noqa: ARG001
    """Whether something waits for the person at the host. Nothing is ever agreed to by itself."""
    found = update_ddi.poll(device)
    links = {}
    if found.work is update_ddi.Work.CONFIRM:
        links["confirmationBase"] = _link(device, f"confirmationBase/{found.run_id}")
    return JsonResponse({"autoConfirm": {"active": False}, "_links": links})


@for_device("GET")
def confirmation(request: HttpRequest, device: "Device", action: int) -> HttpResponseBase:  # noqa: ARG001
    """What the person at the host is asked."""
    found = _deployment(update_ddi.asked_at_host(device, action))
    return JsonResponse({"id": str(action), "confirmation": found})


@for_device("POST")
def consent(request: HttpRequest, device: "Device", action: int) -> HttpResponseBase:
    """What they said."""
    given = document(request)
    word = given.get("confirmation")
    if not isinstance(word, str) or word not in WORDS:
        raise InputError(UNREADABLE)
    said = Said(word, code=code_of(given), details=details_of(given))
    update_ddi.answered_at_host(device, action, said, yes=WORDS[word])
    return HttpResponse()


@for_device("PUT")
def config_data(request: HttpRequest, device: "Device") -> HttpResponseBase:
    """What the updater says of its host."""
    given = document(request)
    mode = given.get("mode", Mode.MERGE.value)
    if not isinstance(mode, str) or mode not in {each.value for each in Mode}:
        raise InputError(UNREADABLE)
    update_ddi.config_data(device, Mode(mode), texts(given.get("data")))
    return HttpResponse()


@for_device("GET")
def installed(request: HttpRequest, device: "Device", action: int) -> HttpResponseBase:  # noqa: ARG001
    """What was installed last."""
    return JsonResponse({"id": str(action), "deployment": _deployment(update_ddi.installed(device, action))})


@for_device("PUT")
def installed_by_hand(request: HttpRequest, device: "Device") -> HttpResponseBase:
    """Something was installed without us."""
    given = texts(document(request))
    update_ddi.installed_by_hand(device, given.get("name", ""), given.get("version", ""))
    return HttpResponse(status=201)


def _deployment(found: Deployment) -> dict[str, Any]:
    release = found.run.release
    chunk = {
        "part": CHUNK,
        "name": release.product,
        "version": release.version,
        "artifacts": [_artefact(each) for each in found.files],
    }
    shown: dict[str, Any] = {"download": found.download, "update": found.update, "chunks": [chunk]}
    if found.window is not None:
        shown["maintenanceWindow"] = "available" if found.window else "unavailable"
    if found.opens_at is not None:
        shown["windowOpens"] = found.opens_at.isoformat()
    if found.ends_at is not None:
        shown["windowEnds"] = found.ends_at.isoformat()
    return shown


def _artefact(each: FileOf) -> dict[str, Any]:
    artefact, link = each.artefact, {"href": each.url}
    release = artefact.release
    links = {"download": link}
    if each.url.startswith("http:"):
        links["download-http"] = link
    return {
        "filename": artefact.name,
        "hashes": {"sha1": artefact.sha1, "sha256": artefact.sha256},
        "size": artefact.size,
        "kind": artefact.kind,
        "platform": artefact.platform,
        "architecture": artefact.architecture,
        "tuf": {"targetpath": target_path(release.product, release.version, artefact.name)},
        "_links": links,
    }


def _link(device: "Device", rest: str) -> dict[str, str]:
    return {"href": f"{settings.OKIBI_PUBLIC_URL}/ddi/{TENANT}/controller/v1/{device.public_id}/{rest}"}


def _clock(seconds: int) -> str:
    hours, rest = divmod(min(seconds, 86_399), 3600)
    return f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
