"""What is typed about a key and about a webhook."""

import re
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from okibi.accounts.scopes import Scope
from okibi.console.customers.gate import said
from okibi.journal.codes import CODES
from okibi.kernel.clock import now
from okibi.sms.options import MOST_SEGMENTS_A_DAY

EVERYTHING, CHOSEN = "all", "chosen"
GROUPS = {
    "ticket": _("Requests"),
    "message": _("Letters"),
    "inbound": _("Incoming mail"),
    "organisation": _("Organisations"),
    "person": _("People"),
    "address": _("E-mail addresses"),
    "phone": _("Telephone numbers"),
    "licence": _("Licences"),
    "trial": _("Trials"),
    "device": _("Devices"),
    "article": _("Help articles"),
    "template": _("Answer templates"),
    "import": _("Imports"),
    "staff": _("Staff"),
    "api_key": _("API keys"),
    "webhook": _("Webhooks"),
    "calendar": _("Calendar"),
    "scheme": _("Support scheme"),
    "system": _("System"),
}


class KeyForm(forms.Form):
    """A key of the public API."""

    name = forms.CharField(
        label=_("Whose key it is"), max_length=120, help_text=_("A system's name: the journal shows it as the actor.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    until = forms.DateField(
        label=_("Works until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The last day, included. Empty: until it is revoked."),
    )
    sms_day_limit = forms.IntegerField(
        label=_("SMS segments a day"),
        required=False,
        min_value=0,
        max_value=MOST_SEGMENTS_A_DAY,
        help_text=_("For a key that may send SMS. 0: any number. Empty: the common limit."),
    )
    use_required_attribute = False

    def clean_until(self) -> datetime | None:
        """The moment at which the last day ends."""
        day = self.cleaned_data["until"]
        if day is None:
            return None
        end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        if end <= now():
            raise forms.ValidationError(_("This day is over already."))
        return end


class SmsLimitForm(forms.Form):
    """Another day limit of SMS."""

    sms_day_limit = KeyForm.base_fields["sms_day_limit"]
    use_required_attribute = False


class WebhookForm(forms.Form):
    """Where a system is told, and of what."""

    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://crm.example.org/okibi"}),
    )
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, help_text=_("For colleagues: what listens there.")
    )
    wanted = forms.ChoiceField(
        label=_("What is told"),
        choices=[(EVERYTHING, _("Everything that happens")), (CHOSEN, _("Only what is chosen below"))],
        widget=forms.RadioSelect,
        initial=EVERYTHING,
    )
    codes = forms.MultipleChoiceField(
        label=_("Events"), required=False, choices=[(code, code) for code in CODES], widget=forms.CheckboxSelectMultiple
    )
    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("wanted") == EVERYTHING:
            data["codes"] = []
        elif data.get("wanted") == CHOSEN and not data.get("codes") and "codes" not in self.errors:
            self.add_error("codes", _("Choose at least one event."))
        return data

    def groups(self) -> list[dict[str, Any]]:
        """Every journal code under its heading, with its sentence."""
        chosen = set(self["codes"].value() or ())
        found: dict[str, list[dict[str, Any]]] = {}
        for code, sentence in CODES.items():
            row = {"code": code, "text": without_fields(said(sentence)), "chosen": code in chosen}
            found.setdefault(code.partition(".")[0], []).append(row)
        return [
            {
                "title": GROUPS.get(kind, kind),
                "rows": found[kind],
                "chosen": sum(row["chosen"] for row in found[kind]),
            }
            for kind in sorted(found, key=lambda kind: list(GROUPS).index(kind) if kind in GROUPS else len(GROUPS))
        ]


def without_fields(text: str) -> str:
    """A journal sentence with nobody and nothing in it: «{actor}: решена» is «Решена»."""
    bare = re.sub(r"\{\w+\}", "…", re.sub(r"^\{\w+\}:\s*", "", text))
    return bare[:1].upper() + bare[1:]
