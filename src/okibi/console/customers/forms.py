"""Forms of the customer pages. They only read what was typed; whether it is possible is the services' business."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from okibi.console.customers.gate import said
from okibi.console.uploads import UploadField
from okibi.customers import selectors
from okibi.customers.importing.columns import Kind
from okibi.kernel.sentence import Sentence

if TYPE_CHECKING:
    from okibi.customers.models import Organisation

Choices = Sequence[tuple[str, str]]

LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
SOURCES = [("site", _("the site")), ("other", _("another way"))]
UNKNOWN_ORGANISATION = Sentence(
    "Такой организации нет. Выберите из подсказки или сначала заведите её.",
    "There is no such organisation. Choose one of those proposed, or create it first.",
)
SEVERAL_ORGANISATIONS = Sentence(
    "Таких организаций несколько: выберите из подсказки, там есть ИНН или номер.",
    "There are several of this name: choose one of those proposed, they show the taxpayer number.",
)
UNKNOWN_PERSON = Sentence("Карточки с таким адресом нет.", "No card has this address.")


class OrganisationField(forms.CharField):
    """An organisation by name, chosen from what is proposed while typing; cleans to its id or None."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {
            "list": "organisations",
            "autocomplete": "off",
            "hx-get": reverse_lazy("console-customers-suggest-organisations"),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "#organisations",
            "hx-swap": "innerHTML",
        }
        super().__init__(widget=forms.TextInput(attrs=attributes), max_length=300, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = selectors.organisations_said(text)
        if len(found) != 1:
            raise forms.ValidationError(said(SEVERAL_ORGANISATIONS if found else UNKNOWN_ORGANISATION))
        return found[0].pk


class DayField(forms.DateField):
    """A calendar day."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%d.%m.%Y"], **kwargs)


class OrganisationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    inn = forms.CharField(
        label=_("Taxpayer number (INN)"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    note = forms.CharField(label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)


class PersonForm(forms.Form):
    name = forms.CharField(label=_("First and last name"), max_length=200)
    organisation = OrganisationField(label=_("Organisation"), required=False)
    position = forms.CharField(label=_("Position"), required=False, max_length=120)
    language = forms.ChoiceField(label=_("Language of letters"), choices=LANGUAGES, initial="ru")
    note = forms.CharField(label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)


class NewPersonForm(PersonForm):
    address = forms.CharField(
        label=_("E-mail addresses"), required=False, max_length=1000, help_text=_("Several: by commas.")
    )
    phone = forms.CharField(
        label=_("Telephone numbers"),
        required=False,
        max_length=400,
        help_text=_("Several: by commas; an extension as “ext. 12”."),
    )

    field_order = ("name", "organisation", "address", "phone", "position", "language", "note")

    def clean_address(self) -> list[str]:
        return _parts(self.cleaned_data["address"])

    def clean_phone(self) -> list[str]:
        return _parts(self.cleaned_data["phone"])


class AddressForm(forms.Form):
    address = forms.CharField(label=_("New address"), max_length=320)


class NumberForm(forms.Form):
    phone = forms.CharField(label=_("New number"), max_length=60)


class HolderForm(forms.Form):
    """The holder's part of a new licence or trial."""

    organisation = OrganisationField(label=_("Organisation"), required=False)
    person = forms.CharField(label=_("or a person: an e-mail address of the card"), required=False, max_length=320)
    number = forms.CharField(
        label=_("Number"), required=False, max_length=40, help_text=_("Left empty, the next of our own is given.")
    )

    def clean_person(self) -> int | None:
        address = self.cleaned_data["person"]
        if not address:
            return None
        person = selectors.person_by_email(address)
        if person is None:
            raise forms.ValidationError(said(UNKNOWN_PERSON))
        return person.pk


class ScopeForm(forms.Form):
    """What a licence covers. ``products`` and ``modules`` are (code, name) pairs of the scheme in force."""

    products = forms.MultipleChoiceField(label=_("Products"), widget=forms.CheckboxSelectMultiple)
    modules = forms.MultipleChoiceField(label=_("Modules"), widget=forms.CheckboxSelectMultiple, required=False)
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=1_000_000, initial=1)
    maintenance_until = DayField(label=_("New versions until"), required=False, help_text=_("Empty: without end."))
    note = forms.CharField(label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)

    def __init__(self, *args: Any, products: Choices, modules: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "products", products)
        _offer(self, "modules", modules)


class LicenceForm(ScopeForm, HolderForm):
    valid_from = DayField(label=_("Valid from"))
    valid_until = DayField(
        label=_("Valid until"), required=False, help_text=_("This day is included. Empty: without end.")
    )

    field_order = (
        *("organisation", "person", "number", "products", "modules", "seats"),
        *("valid_from", "valid_until", "maintenance_until", "note"),
    )


class TrialForm(HolderForm):
    product = forms.ChoiceField(label=_("Product"))
    source = forms.ChoiceField(label=_("Got from"), choices=SOURCES, initial="site")
    valid_from = DayField(label=_("Valid from"))
    valid_until = DayField(label=_("Valid until"), help_text=_("This day is included."))
    note = forms.CharField(label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)

    def __init__(self, *args: Any, products: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "product", products)


class ExtendLicenceForm(forms.Form):
    until = DayField(label=_("New last day"), required=False, help_text=_("This day is included. Empty: without end."))


class ExtendTrialForm(forms.Form):
    until = DayField(label=_("New last day"), help_text=_("This day is included."))


class RevokeForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("It stays on record."))
    on = DayField(label=_("From which day"), help_text=_("From this day on it covers nothing."))


class ImportForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is in the file"),
        choices=[
            (Kind.PEOPLE.value, _("People and organisations")),
            (Kind.LICENCES.value, _("Licences")),
            (Kind.TRIALS.value, _("Trials")),
        ],
        widget=forms.RadioSelect,
        initial=Kind.PEOPLE.value,
    )
    file = UploadField(
        label=_("File"),
        help_text=_("CSV or XLSX, up to 50,000 lines and 20 MB. Nothing is written before you confirm."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )


def label_of(organisation: Organisation) -> str:
    """An organisation as the field writes it and reads it back, never mistaken for a namesake."""
    return selectors.organisation_label(organisation)


def _offer(form: forms.Form, field: str, choices: Choices) -> None:
    """Let a field choose among the scheme's codes; a code that the record has and the scheme lost stays possible."""
    kept = form.initial.get(field) or []
    codes = {code for code, _name in choices}
    lost = [(code, code) for code in ([kept] if isinstance(kept, str) else kept) if code not in codes]
    form.fields[field].choices = [*choices, *lost]  # type: ignore[attr-defined]


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
