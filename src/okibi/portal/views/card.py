"""The own card: name, language, addresses, numbers, devices; everything about me; asking for erasure."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from okibi.customers.errors import AddressTakenError
from okibi.environments.kinds import DeviceKind
from okibi.flows import own_card, own_messengers, own_numbers, personal_data
from okibi.flows.visitor import Visitor
from okibi.kernel.errors import ConflictError, InputError, NotAllowedError, OkibiError
from okibi.portal.forms import AddressForm, CardForm, ErasureForm, NumberForm
from okibi.portal.gate import signed_in, why
from okibi.portal.pages import page
from okibi.portal.present import status_chip

ARCHIVE = "about-me.zip"
APPLICATIONS = {DeviceKind.DESKTOP, DeviceKind.MOBILE}  # these could say what they run on


def device_rows(views: list[Any]) -> list[dict[str, Any]]:
    """Devices with the chip of their environment."""
    return [
        {"view": view, "chip": status_chip(view.status), "silent": view.status is None and view.kind in APPLICATIONS}
        for view in views
    ]


def _shown(request: HttpRequest, visitor: Visitor, status: int = 200, **forms: Any) -> HttpResponseBase:
    row, numbers = own_card.own(visitor), own_numbers.own_numbers(visitor)
    context = {
        "person": row,
        "form": CardForm(initial={"name": row.name, "language": row.language}),
        "address_form": AddressForm(),
        "number_form": NumberForm(),
        "numbers": numbers,
        "tells_by_sms": any(each.sms for each in numbers),
        "number_code_of": request.GET.get("number_code", ""),
        "messengers": own_messengers.own_messengers(visitor),
        "code_of": request.GET.get("code", ""),
        "devices": device_rows(own_card.device_views(visitor)),
        **forms,
    }
    return page(request, visitor, "card", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(person=True)
def card(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """See the card, or change name and language."""
    if request.method != "POST":
        return _shown(request, visitor)
    form = CardForm(request.POST)
    if not form.is_valid() or not _added(form, "name", lambda: own_card.change(visitor, **form.cleaned_data)):
        return _shown(request, visitor, 422, form=form)
    messages.success(request, _("Saved"))
    return redirect("portal-card")


def _added(form: Any, field: str, act: Callable[[], object]) -> bool:
    """Whether the act was carried out; else the reason stands beside the field."""
    try:
        act()
    except NotAllowedError:
        raise
    except OkibiError as error:
        form.add_error(field, why(error))
        return False
    return True


@require_POST
@signed_in(person=True)
def add_address(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """One more address: its owner opens the link of a letter first."""
    form = AddressForm(request.POST)
    if not form.is_valid() or not _added(
        form, "address", lambda: own_card.ask_address(visitor, form.cleaned_data["address"])
    ):
        return _shown(request, visitor, 422, address_form=form)
    words = _("A letter went to %(address)s. Open its link in this browser, and the address is in your card.")
    messages.info(request, words % {"address": form.cleaned_data["address"]})
    return redirect("portal-card")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest, signed: str) -> HttpResponseBase:
    """The link of that letter. Opening changes nothing; the button does."""
    try:
        own_card.address_of(signed)
    except NotAllowedError as error:
        raise Http404 from error
    confirmed: Callable[..., HttpResponseBase] = signed_in(person=True)(_confirm)
    return confirmed(request, signed=signed)


def _confirm(request: HttpRequest, visitor: Visitor, *, signed: str) -> HttpResponseBase:
    address = own_card.address_for(visitor, signed)
    if request.method != "POST":
        return page(request, visitor, "address_confirm", {"address": address, "person": own_card.own(visitor)})
    try:
        own_card.confirm_address(visitor, signed)
    except AddressTakenError:
        messages.warning(request, _("This address stands in another card. Write to us, and we put them together."))
    else:
        messages.success(request, _("The address %(address)s is in your card.") % {"address": address})
    return redirect("portal-card")


@require_POST
@signed_in(person=True)
def act_on_address(request: HttpRequest, visitor: Visitor, email_id: int) -> HttpResponseBase:
    """Set the mailing flag (a checkbox: absent is off) or remove the address."""
    if request.POST.get("act") == "remove":
        return _done(request, lambda: own_card.remove_address(visitor, email_id), _("The address is removed."))
    on = bool(request.POST.get("on"))
    return _done(request, lambda: own_card.set_mailing(visitor, email_id, on=on), _("Saved"))


def _done(request: HttpRequest, act: Callable[[], object], words: str) -> HttpResponseBase:
    try:
        act()
    except ConflictError as error:
        messages.warning(request, why(error))
    else:
        messages.success(request, words)
    return redirect("portal-card")


@require_POST
@signed_in(person=True)
def add_number(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """One more telephone number."""
    form = NumberForm(request.POST)
    act = lambda: own_card.add_number(visitor, form.cleaned_data["phone"])  # noqa: E731
    if not form.is_valid() or not _added(form, "phone", act):
        return _shown(request, visitor, 422, number_form=form)
    messages.success(request, _("The number is added."))
    return redirect("portal-card")


@require_POST
@signed_in(person=True)
def act_on_number(request: HttpRequest, visitor: Visitor, phone_id: int) -> HttpResponseBase:
    """SMS about one's requests (a checkbox: absent is off), a code sent to the number or given back, or removal."""
    act = request.POST.get("act", "remove")
    if act == "sms":
        on = bool(request.POST.get("on"))
        return _done(request, lambda: own_numbers.wish_sms(visitor, phone_id, on=on), _("Saved"))
    if act == "code":
        return _code_of_number(request, visitor, phone_id)
    return _done(request, lambda: own_card.remove_number(visitor, phone_id), _("The number is removed."))


def _code_of_number(request: HttpRequest, visitor: Visitor, phone_id: int) -> HttpResponseBase:
    return _by_code(
        request,
        request.POST.get("number_code"),
        f"?number_code={phone_id}#numbers",
        (lambda: own_numbers.send_code(visitor, phone_id), _("An SMS with a code of six digits is on its way.")),
        (lambda said: own_numbers.confirm(visitor, phone_id, said), _("The number is confirmed.")),
    )


def _by_code(
    request: HttpRequest,
    said: str | None,
    again: str,
    send: tuple[Callable[[], None], str],
    confirm: tuple[Callable[[str], None], str],
) -> HttpResponseBase:
    """A code is sent, or it came back as ``said``; each with its words. ``again``: where on the card it is typed."""
    there = f"{reverse('portal-card')}{again}"
    try:
        if said is None:
            send[0]()
            messages.info(request, send[1])
            return redirect(there)
        confirm[0](said[:40])
    except (ConflictError, InputError) as error:
        messages.warning(request, why(error))
        return redirect(there if said is not None else "portal-card")
    messages.success(request, confirm[1])
    return redirect("portal-card")


@require_POST
@signed_in(person=True)
def act_on_messenger(request: HttpRequest, visitor: Visitor, identity_id: int) -> HttpResponseBase:
    """Have a code sent into an own messenger, or give the code that came there."""
    return _by_code(
        request,
        request.POST.get("messenger_code"),
        f"?code={identity_id}#messengers",
        (
            lambda: own_messengers.send_code(visitor, identity_id),
            _("A code of six digits is on its way into your messenger."),
        ),
        (
            lambda said: own_messengers.confirm(visitor, identity_id, said),
            _("The messenger is confirmed: we know you by it from now on."),
        ),
    )


@require_POST
@signed_in(person=True)
def cut_off(request: HttpRequest, visitor: Visitor, device: str) -> HttpResponseBase:
    """End an own device. Ending this browser is signing out."""
    return _done(request, lambda: own_card.cut_off(visitor, device), _("The device is cut off."))


@require_POST
@signed_in(person=True)
def take_data(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Everything about me: at once, or by a page that says when a large archive is ready."""
    del request
    if personal_data.is_large(visitor):
        return redirect("portal-data", personal_data.begin(visitor).pk)
    return FileResponse(personal_data.archive(visitor), as_attachment=True, filename=ARCHIVE)


@require_safe
@signed_in(person=True)
def data(request: HttpRequest, visitor: Visitor, chore_id: int) -> HttpResponseBase:
    """A large archive: being made, ready, or over. ``?take=1`` gives it."""
    chore = personal_data.find(visitor, chore_id)
    if chore is None:
        raise Http404
    ready = personal_data.ready(chore)
    if ready is not None and request.GET.get("take"):
        return FileResponse(ready, as_attachment=True, filename=ARCHIVE)
    if ready is not None:
        ready.close()
    return page(request, visitor, "data", {"chore": chore, "ready": ready is not None})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(person=True)
def erasure(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Ask to be forgotten: a request to the desk."""
    form = ErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = own_card.ask_for_erasure(visitor, form.cleaned_data["text"])
        messages.success(request, _("Request %(number)s is placed.") % {"number": number})
        return redirect("portal-request", number)
    context = {"form": form, "person": own_card.own(visitor)}
    return page(request, visitor, "erasure", context, status=422 if form.errors else 200)
