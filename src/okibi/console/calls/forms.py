"""The form of a request by telephone. It refuses nothing by itself: the flow does, and says beside which field."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from okibi.console.customers.gate import said
from okibi.console.given import whole_number
from okibi.flows.phone_request import Heard
from okibi.flows.sms_notices import tells_receipts
from okibi.kernel.clock import now
from okibi.schemes.services import in_force

LONGEST_TEXT = 50_000  # characters
MINUTE = "%Y-%m-%dT%H:%M"


class RequestForm(forms.Form):
    """What is said in a call, number first."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    call = forms.IntegerField(required=False, widget=forms.HiddenInput)
    number = forms.CharField(
        label=_("Number"),
        max_length=64,
        widget=forms.TextInput(
            attrs={"type": "tel", "autocomplete": "off", "placeholder": "+7 900 000-00-00", "autofocus": True}
        ),
    )
    person = forms.CharField(max_length=20, required=False)
    about = forms.CharField(max_length=12, required=False)
    name = forms.CharField(label=_("Name of the caller"), max_length=200, required=False)
    organisation = forms.CharField(label=_("Organisation of the caller"), max_length=240, required=False)
    licence = forms.CharField(label=_("Number of the licence"), max_length=40, required=False)
    text = forms.CharField(
        label=_("What is said"),
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": "6"}),
    )
    kind = forms.ChoiceField(label=_("Class"), required=False)
    product = forms.ChoiceField(label=_("Product"), required=False)
    version = forms.CharField(label=_("Version"), max_length=40, required=False)
    at = forms.DateTimeField(
        label=_("The call began"),
        required=False,
        input_formats=[MINUTE],
        widget=forms.DateTimeInput(format=MINUTE, attrs={"type": "datetime-local"}),
        help_text=_("The term counts from this moment."),
    )
    take = forms.BooleanField(label=_("I take it on"), required=False)
    sms = forms.BooleanField(
        label=_("They want SMS"), required=False, help_text=_("Number and term at once; it is noted on the user card.")
    )
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scheme = in_force(now()).scheme
        kinds = [(each.code, said(each.title)) for each in scheme.classes.values()]
        if not tells_receipts(scheme):
            del self.fields["sms"]
        self.fields["kind"].choices = [("", _("by the words")), *kinds]  # type: ignore[attr-defined]
        products = [(each.code, said(each.name)) for each in scheme.products]
        self.fields["product"].choices = [("", _("not said")), *products]  # type: ignore[attr-defined]

    def heard(self) -> Heard:
        """What the form says so far, whether it is valid or not."""
        given = {name: str(self.data.get(name, "")) for name in self.fields}
        person = whole_number(given["person"])
        return Heard(
            number=given["number"][:64],
            text=given["text"][:LONGEST_TEXT],
            kind=given["kind"],
            product=given["product"],
            version=given["version"],
            person_id=person or None,
            name=given["name"][:200],
            organisation=given["organisation"][:240],
            licence=given["licence"][:40],
            at=self.call_began(),
            take=bool(self.data.get("take")),
            call_id=whole_number(given["call"]),
            sms=bool(given.get("sms")),
        )

    def call_began(self) -> datetime | None:
        """When the call was received, as typed; None where nothing or nonsense stands there."""
        given = str(self.data.get("at", ""))
        try:
            return self.fields["at"].clean(given) if given else None
        except forms.ValidationError:
            return None
