"""What is typed about SMS: one message, a text kept for again, a campaign, whom it is for, a wish."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okibi.flows.sms_campaigns import products
from okibi.policy.sms_words import Wish

LONGEST = 2000  # characters
COUNTED = ("text", "text_ru", "text_en")


def counted(rows: int, field: str) -> forms.Textarea:
    """A field of a text whose segments are counted while it is typed."""
    return forms.Textarea(
        attrs={
            "rows": rows,
            "hx-post": reverse_lazy("console-sms-count"),
            "hx-trigger": "input changed delay:150ms, load",
            "hx-target": f"#count-{field}",
            "hx-vals": f'{{"field": "{field}"}}',
            "hx-params": f"field,{field},csrfmiddlewaretoken",
        }
    )


class SendForm(forms.Form):
    """One SMS."""

    number = forms.CharField(
        label=_("Mobile number"),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    text = forms.CharField(label=_("Text"), max_length=LONGEST, widget=counted(4, "text"))
    at_once = forms.BooleanField(
        label=_("At once, even in quiet hours"), required=False, help_text=_("Only for what can't wait until morning.")
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    use_required_attribute = False


class TextsForm(forms.Form):
    """A text kept for again."""

    name = forms.CharField(label=pgettext_lazy("of a text", "Name"), max_length=120)
    text_ru = forms.CharField(
        label=_("Text in Russian"), max_length=LONGEST, required=False, widget=counted(4, "text_ru")
    )
    text_en = forms.CharField(
        label=_("Text in English"), max_length=LONGEST, required=False, widget=counted(4, "text_en"),
        help_text=_("Without it, readers of English get the Russian text."),
    )  # fmt: skip
    use_required_attribute = False


class CampaignForm(TextsForm):
    """A campaign's words."""

    is_advert = forms.BooleanField(
        label=_("This is an advert"),
        required=False,
        help_text=_(
            "It goes only to numbers whose owners agreed to it (Federal Law “On Advertising”, article 18). "
            "News about what a customer uses is none."
        ),
    )
    field_order = ["name", "is_advert", "text_ru", "text_en"]


class CardsForm(forms.Form):
    """Which user cards."""

    organisation = forms.CharField(
        label=_("Organisation"), max_length=200, required=False,
        widget=forms.TextInput(attrs={
            "list": "sms-orgs", "autocomplete": "off", "hx-target": "#sms-orgs", "hx-swap": "innerHTML",
            "hx-get": reverse_lazy("console-customers-suggest-organisations"),
            "hx-trigger": "input changed delay:200ms",
        }),
    )  # fmt: skip
    product = forms.ChoiceField(label=_("Who holds a licence of"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("any")), ("ru", _("Russian")), ("en", _("English"))]
    )
    with_consent = forms.BooleanField(label=_("Only who agreed to SMS"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["product"].choices = [("", _("any product")), *products()]  # type: ignore[attr-defined]


class FileForm(forms.Form):
    """A file of recipients."""

    file = forms.FileField(label=_("CSV or XLSX file"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}))
    use_required_attribute = False


class WishForm(forms.Form):
    """What a number's owner said."""

    number = forms.CharField(
        label=_("Mobile number"),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("What they said"),
        choices=[(Wish.OUT.value, _("wants no SMS")), (Wish.IN.value, _("agrees to get SMS"))],
        widget=forms.RadioSelect,
        initial=Wish.OUT.value,
    )
    words = forms.CharField(
        label=_("How it is known"),
        max_length=300,
        help_text=_("A call, a letter, a signed paper: where it can be found."),
    )
    use_required_attribute = False
