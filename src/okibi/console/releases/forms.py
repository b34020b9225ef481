"""What is typed about a version and about a product's packages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from okibi.console.customers.gate import said
from okibi.flows.release_intake import products
from okibi.policy.rollout import Ring
from okibi.releases.kinds import RINGS, ReleaseChannel
from okibi.releases.lines import LineRules
from okibi.releases.services import Planned

LONGEST = 50_000  # characters of the notes


def product_names() -> dict[str, str]:
    """Products of the scheme by code, in the reader's language."""
    return {each.code: said(each.name) for each in products()}


class ReleaseForm(forms.Form):
    """A version in both languages."""

    product = forms.ChoiceField(label=_("Product"))
    version = forms.CharField(label=_("Version"), max_length=40, help_text=_("4.2.0, 4.2.0.17 or 4.3.0-beta.1"))
    channel = forms.ChoiceField(
        label=_("Update channel"),
        choices=ReleaseChannel.choices,
        help_text=_("Whoever follows beta gets stable versions too."),
    )
    notes_ru = forms.CharField(
        label=_("What changed, in Russian"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": "9"}),
        help_text=_("A draft may be without it; what is published is not."),
    )
    notes_en = forms.CharField(
        label=_("What changed, in English"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": "6"}),
        help_text=_("Without it, readers of English get the Russian notes."),
    )
    ring = forms.ChoiceField(label=_("For whom first"), choices=RINGS)
    percent = forms.IntegerField(label=_("Share of the outermost circle, %"), min_value=0, max_value=100)
    forced_below = forms.CharField(
        label=_("Must be taken by whoever runs less than"),
        max_length=40,
        required=False,
        help_text=_("A version. Empty: nobody must."),
    )
    floor = forms.BooleanField(
        label=_("May not be jumped over"),
        required=False,
        help_text=_("Whoever runs less takes this version before any later one."),
    )
    use_required_attribute = False

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].choices = list(product_names().items())  # type: ignore[attr-defined]
        if fixed:
            del self.fields["product"]


def planned(data: dict[str, Any], product: str = "") -> Planned:
    """What was typed, as the registry takes it."""
    return Planned(**{"product": product, **data, "ring": Ring(data["ring"])})


class LineForm(forms.Form):
    """What a product's packages must be."""

    android_package = forms.CharField(label=_("Android package"), max_length=255, required=False)
    msi_upgrade_code = forms.CharField(label=_("MSI UpgradeCode"), max_length=38, required=False)
    certificates = forms.CharField(
        label=_("Signing certificates"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": "3", "spellcheck": "false"}),
        help_text=_("SHA-256 of each, one a line. Empty: the first confirmed file sets it."),
    )
    free = forms.BooleanField(label=_("Whoever comes to the site may download it"), required=False)
    trial_days = forms.IntegerField(
        label=_("Days of a trial from the site"), min_value=0, max_value=365, help_text=_("0: the site gives none.")
    )
    use_required_attribute = False

    def rules(self) -> LineRules:
        """What was typed, as the registry takes it."""
        data = self.cleaned_data
        return LineRules(**{**data, "certificates": tuple(data["certificates"].split())})


class ReasonForm(forms.Form):
    """Why a version is halted or withdrawn."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


class RolloutForm(forms.Form):
    """How far a version has come."""

    ring = forms.ChoiceField(label=_("For whom"), choices=RINGS)
    percent = forms.IntegerField(label=_("Share of the outermost circle, %"), min_value=0, max_value=100)
    use_required_attribute = False
