"""A new request: the form, the verdict before it is sent, and what was solved before that reads alike."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from okibi.flows import ipv_request, own_card, similar
from okibi.flows.ipv_request import Draft, NotTakenInYetError, Preview
from okibi.flows.judgement import ENTITLEMENT
from okibi.flows.visitor import Visitor
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError
from okibi.policy.verdict import Status
from okibi.portal.environment import report_of
from okibi.portal.forms import NewForm
from okibi.portal.gate import signed_in, why
from okibi.portal.pages import page
from okibi.portal.present import lines_of, steps_view
from okibi.schemes.services import in_force

SHORTEST = 12  # characters of what is typed from which something similar is looked for
WHERE = {"device", "product", "version", "environment"}
Devices = dict[str, Any]  # by public id


def _devices(visitor: Visitor) -> Devices:
    return {device.public_id: device for device in own_card.devices_in_use(visitor)}


def _choices(devices: Devices) -> list[tuple[str, str]]:
    return [(key, device.name or device.get_kind_display()) for key, device in devices.items()]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The form; its second button shows the verdict first."""
    scheme, devices = in_force(now()).scheme, _devices(visitor)
    if request.method != "POST":
        initial = {"kind": "incident", **{key: request.GET[key] for key in ("kind", "product") if key in request.GET}}
        initial |= {"device": next(iter(devices), "")}
        return _form(request, visitor, NewForm.fresh(scheme, _choices(devices), initial=initial))
    form = NewForm(scheme, _choices(devices), request.POST, request.FILES, visitor=visitor)
    if "check" in request.POST:
        judged = _preview(visitor, request.POST, devices)
        typed = {name: request.POST[name] for name in request.POST}
        again = NewForm(scheme, _choices(devices), initial=typed)
        return _form(request, visitor, again, **judged)
    if not form.is_valid():
        return _form(request, visitor, form, status=422)
    return _place(request, visitor, form, devices)


def _form(
    request: HttpRequest, visitor: Visitor, form: NewForm, *, status: int = 200, **judged: Any
) -> HttpResponseBase:
    """The page; software and device stand folded where a device that is known says them, and nothing there is wrong."""
    devices = form.fields.get("device")
    known = dict(getattr(devices, "choices", ())).get(form["device"].value() or "") if devices else ""
    folded = bool(devices and form["device"].value()) and not (WHERE & set(form.errors))
    context = {"form": form, "folded": folded and not form["product"].value(), "device_name": known, **judged}
    return page(request, visitor, "new", context, status=status)


def _place(request: HttpRequest, visitor: Visitor, form: NewForm, devices: Devices) -> HttpResponseBase:
    files = form.stored()
    if files is None:
        return _form(request, visitor, form, status=422)
    draft = _draft(form.cleaned_data, devices, files)
    try:
        ticket = ipv_request.place(visitor, form.key, draft)
    except NotTakenInYetError:
        messages.info(request, _("Your request is kept; it appears here in a moment."))
        return redirect(f"{reverse('portal-requests')}?sent=1")
    except InputError as error:
        field = error.data.get("field")
        form.add_error(field if field in form.fields else None, why(error))
        return _form(request, visitor, form, status=422)
    messages.success(request, _("Request %(number)s is placed.") % {"number": ticket.number})
    return redirect(f"{reverse('portal-request', args=[ticket.number])}?placed=1")


def _draft(given: Any, devices: Devices, files: Sequence[Any] = ()) -> Draft:
    """What was typed; a device that was chosen says its environment, and its product where none was named."""
    device = devices.get(given.get("device") or "")
    said = str(given.get("environment") or "").replace("\0", "")
    product = str(given.get("product") or "") or (device.product if device else "")
    same = device is not None and product == device.product
    version = str(given.get("version") or "") or (device.version if device and same else "")
    report = device.report if device and not said.strip() else report_of(said, product, in_force(now()).scheme)
    return Draft(
        text=str(given.get("text") or "").replace("\0", ""),
        kind=str(given.get("kind") or ""),
        product=product,
        version=version.replace("\0", ""),
        report=report,
        files=tuple(files),
        language=(get_language() or "ru")[:2],
    )


@require_POST
@signed_in
def preview(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The verdict and the term of what is typed so far; nothing is stored."""
    return render(request, "portal/preview.html", _preview(visitor, request.POST, _devices(visitor)))


def _preview(visitor: Visitor, given: Any, devices: Devices) -> dict[str, Any]:
    try:
        found: Preview = ipv_request.preview(visitor, _draft(given, devices))
    except InputError as error:
        return {"judged": None, "problem": why(error)}
    lines = [
        line for line in lines_of(found.verdict) if line["status"] != Status.UNKNOWN or line["about"] == ENTITLEMENT
    ]
    met = [line for line in lines if line["status"] == Status.MET and line["about"] != ENTITLEMENT]
    return {
        "judged": found,
        "lines": [line for line in lines if line not in met],
        "met": met,
        "covered": found.covered.value,
        "steps": steps_view(found.steps),
    }


@require_POST
@signed_in
def alike(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Answered requests that read alike, of the visitor's own side only."""
    text = request.POST.get("text", "").replace("\0", "")
    product = request.POST.get("product", "").replace("\0", "")[:40]
    found = similar.similar(visitor, text, product, limit=3) if len(text.strip()) >= SHORTEST else []
    return render(request, "portal/similar.html", {"found": found})
