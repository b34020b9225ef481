"""The environment as a specialist enters it: one dialog on the ticket page, judged at once."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from okibi.console.access import staff_of, staff_required
from okibi.console.desk.panes import render_pane
from okibi.flows import environment_given
from okibi.flows.environment_given import Given
from okibi.kernel.errors import InputError
from okibi.policy.platform_described import described
from okibi.policy.platform_resources import Arch
from okibi.policy.platforms import Place
from okibi.schemes.services import by_id
from okibi.tickets import selectors

if TYPE_CHECKING:
    from okibi.tickets.models import Ticket

THOUSAND = 1000  # megahertz of a gigahertz
BINARY = 1024  # megabytes of a gigabyte
PLACES = (
    ("", _("by the product")),
    (Place.WORKSTATION.value, _("workstation")),
    (Place.SERVER.value, _("server")),
    (Place.MOBILE.value, _("mobile device")),
)


class AmountField(forms.CharField):
    """A number of giga-units, with a point or a comma, as whole mega-units; None where nothing was written."""

    def __init__(self, unit: int, **given: Any) -> None:
        self.unit = unit
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(required=False, max_length=8, widget=widget, **given)

    def clean(self, value: Any) -> int | None:
        text = str(super().clean(value)).replace(",", ".")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or not 0 <= number < 100_000:
            raise forms.ValidationError(_("Write a number, such as 8 or 0.5."))
        return int(number * self.unit)


class EnvironmentForm(forms.Form):
    """Free words, or values one by one: values outweigh words."""

    words = forms.CharField(
        label=_("In words"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": "2", "placeholder": "Windows 10 x64, .NET 4.8, 8 ГБ", "autofocus": True}),
        help_text=_("As the requester says it. The values below, where given, outweigh the words."),
    )
    place = forms.ChoiceField(label=_("Where it runs"), required=False, choices=PLACES)
    product = forms.ChoiceField(label=_("Product"), required=False)
    version = forms.CharField(label=_("Version"), required=False, max_length=40)
    arch = forms.ChoiceField(
        label=_("Architecture"), required=False, choices=[("", "—"), *((arch.value, arch.value) for arch in Arch)]
    )
    dotnet = forms.CharField(label=_(".NET Framework"), required=False, max_length=40)
    cpu_mhz = AmountField(THOUSAND, label=_("Processor, GHz"))
    ram_mb = AmountField(BINARY, label=_("Memory, GB"))
    disk_mb = AmountField(BINARY, label=_("Free disk space, GB"))
    use_required_attribute = False

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "ru"
        parts = [(part.code, part.name.in_language(language)) for part in by_id(ticket.scheme_id).scheme.products]
        self.fields["product"].choices = [("", _("not named")), *parts]  # type: ignore[attr-defined]

    def given(self) -> Given:
        """The values of a valid form."""
        data = self.cleaned_data
        return Given(
            **{
                **data,
                "place": Place(data["place"]) if data["place"] else None,
                "arch": Arch(data["arch"]) if data["arch"] else None,
            }
        )


def _initial(ticket: Ticket) -> dict[str, Any]:
    """What the verdict was judged by, ready to be corrected."""
    kept = ticket.environment.get("given") or {}
    words = kept.get("words") if kept else described(environment_given.environment_of(ticket))
    shown: dict[str, Any] = {
        "words": words if isinstance(words, str) else words.in_language(get_language() or "ru") if words else "",
        "place": ticket.environment.get("place", ""),
        "product": ticket.product,
        "version": ticket.product_version,
        "arch": kept.get("arch", ""),
        "dotnet": kept.get("dotnet", ""),
    }
    for name, unit in (("cpu_mhz", THOUSAND), ("ram_mb", BINARY), ("disk_mb", BINARY)):
        amount = kept.get(name)
        shown[name] = f"{amount / unit:g}" if amount is not None else ""
    return shown


@staff_required
@require_http_methods(["GET", "POST"])
def environment(request: HttpRequest, number: str) -> HttpResponse:
    """The dialog; sent, it is judged, and the ticket is shown with its new verdict."""
    ticket = selectors.access_ticket(number)
    form = EnvironmentForm(request.POST or None, initial=_initial(ticket), ticket=ticket)
    if request.method == "POST" and form.is_valid():
        try:
            environment_given.give(ticket.pk, staff_of(request), form.given())
        except InputError as error:
            form.add_error("words", error.sentence.in_language(get_language() or "ru"))
        else:
            return _judged(request, number)
    context = {"form": form, "ticket": ticket, "act_url": reverse("console-environment", args=[number])}
    status = 422 if form.errors else 200
    return render(request, "console/desk/environment.html", context, status=status)


@staff_required
@require_POST
def agree(request: HttpRequest, number: str, message_id: int) -> HttpResponse:
    """Judge by what the requester wrote later; a message that names no environment is told above the composer."""
    try:
        environment_given.agree(selectors.access_ticket(number).pk, staff_of(request), message_id)
    except InputError as error:
        said = {"errors": [error.sentence.in_language(get_language() or "ru")]}
        return render_pane(request, selectors.access_ticket(number), said, status=409)
    return _judged(request, number)


def _judged(request: HttpRequest, number: str) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect("console-ticket", number)
    response = render_pane(request, selectors.access_ticket(number))
    response.headers["HX-Retarget"] = "#ticket"
    response.headers["HX-Reswap"] = "innerHTML"
    return response
