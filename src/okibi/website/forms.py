"""The forms of the public site. What a person typed is never lost: a form with an error comes back filled in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from okibi.channels.ipv.adapter import StoredFile
from okibi.flows import tus
from okibi.flows.site_request import Upload
from okibi.flows.sms_notices import tells_receipts
from okibi.kernel.errors import OkibiError
from okibi.kernel.visible import has_words
from okibi.policy.scheme_values import Scheme
from okibi.sms.services import numbered
from okibi.uploads.fields import UploadsField
from okibi.website import pieces
from okibi.website.classes import class_choices
from okibi.website.files import ManyFilesField, check_number, files_help
from okibi.website.opened import form_of, opened_form, too_fast
from okibi.website.present import spoken

TEXT_LENGTH = 20_000  # characters


class SiteForm(forms.Form):
    """A form that knows when it was opened, is taken once, and has a trap that only machines fill in."""

    use_required_attribute = False
    form_id = forms.UUIDField(widget=forms.HiddenInput)
    opened = forms.CharField(widget=forms.HiddenInput)
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    @classmethod
    def fresh(cls, *args: Any, **kwargs: Any) -> Any:
        """A form as it is first shown."""
        initial = {**opened_form(), **kwargs.pop("initial", {})}
        return cls(*args, **{**kwargs, "initial": initial})

    def shown_fields(self) -> list[forms.BoundField]:
        """The fields that people see: all but the hidden ones and the trap."""
        return [field for field in self.visible_fields() if field.name != "website"]

    @property
    def trapped(self) -> bool:
        """A machine filled in what people can't see."""
        return bool(self.data.get("website"))

    def clean(self) -> dict[str, Any]:
        """Refuse a form that was sent too fast, too late, or with a token of another form; say what to do."""
        cleaned = super().clean() or self.cleaned_data
        if not self._opened_in_time(str(cleaned.get("form_id", "")), cleaned.get("opened", "")):
            self._open_anew()
            raise forms.ValidationError(
                gettext(
                    "The page was open too long or was sent too fast. Everything is kept: please send it once more."
                )
            )
        return cleaned

    def _open_anew(self) -> None:
        """The page that comes back carries a fresh token, and says nothing of the fields that nobody sees.

        A form that was opened here stays the same form: the files that it brought are its own.
        """
        given: Any = self.data.copy() if hasattr(self.data, "copy") else dict(self.data)
        given.update(opened_form(form_of(str(given.get("opened", "")), None)))
        self.data = given
        for name in ("form_id", "opened"):
            self.errors.pop(name, None)

    def _opened_in_time(self, form_id: str, opened: str) -> bool:
        return bool(form_id) and form_of(opened) == form_id and not too_fast(opened)


class FilesMixin(SiteForm):
    """A form with files: sent with it, or in pieces before it."""

    files_field = "attachments"
    uploads = UploadsField(required=False, check=check_number)

    @property
    def pieces(self) -> dict[str, Any]:
        """What the script that sends files in pieces is told, and what came by it already."""
        return pieces.told(self, str(self["opened"].value() or ""))

    def sent_with(self) -> list[Upload]:
        """The files that came with the form, as the flow takes them."""
        return [
            Upload(file.name or "file", file.content_type or "application/octet-stream", file.read())
            for file in self.cleaned_data.get(self.files_field) or []
        ]

    def sent_before(self) -> tuple[StoredFile, ...] | None:
        """Those that came in pieces; None, with a sentence beside the field, where one is gone."""
        try:
            return tus.files_of(pieces.owner_of(self.cleaned_data["opened"]), self.cleaned_data["uploads"])
        except OkibiError as error:
            self.add_error(self.files_field, spoken(error.sentence))
            return None


def _text_area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class WordsField(forms.CharField):
    """What somebody wrote; characters that nobody sees are no words."""

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return text if has_words(text) else ""


class MobileField(forms.CharField):
    """A number that takes SMS, as E.164; "" for none."""

    widget = forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "placeholder": "+7 900 000-00-00"})

    def clean(self, value: Any) -> str:
        """Raises ValidationError with the reason for anything that takes no SMS."""
        written = str(super().clean(value) or "")
        try:
            return numbered(written) if written.strip() else ""
        except OkibiError as error:
            raise forms.ValidationError(spoken(error.sentence)) from error


class RequestForm(FilesMixin):
    """A request. The questions stand in the order in which a person thinks of them."""

    kind = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect)
    text = WordsField(
        label=_("What happened, or what do you need?"),
        widget=_text_area(8),
        max_length=TEXT_LENGTH,
        help_text=_("As you would tell it to a colleague. The exact words of an error message help most."),
        error_messages={"required": _("Please describe what happened or what you need.")},
    )
    product = forms.ChoiceField(label=_("In which part of the software?"), required=False)
    version = forms.CharField(
        label=pgettext_lazy("site", "Version"),
        required=False,
        max_length=40,
        help_text=_("In the application: Help → About."),
    )
    environment = forms.CharField(
        label=_("What does it run on?"),
        required=False,
        max_length=500,
        help_text=_("For example: Windows 10 x64, .NET 4.8, 4 GB of memory. Or: Android 12."),
    )
    attachments = ManyFilesField(label=pgettext_lazy("site", "Files"), required=False)
    name = forms.CharField(
        label=pgettext_lazy("site", "Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please write your name.")},
    )
    address = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        help_text=_("The number, the term and our answer go to this address."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please write your e-mail: the answer goes there."),
            "invalid": _("This does not look like an e-mail address. An example: anna@example.org."),
        },
    )
    sms_number = MobileField(
        label=_("Mobile number for an SMS"),
        required=False,
        max_length=60,
        help_text=_("If you want one: it brings the number and the term, nothing else. The answer comes by e-mail."),
    )
    organisation = forms.CharField(
        label=_("Organisation"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    licence = forms.CharField(
        label=_("Licence number"),
        required=False,
        max_length=60,
        help_text=_("If you have it at hand. It stands in the contract and in the application."),
    )

    def __init__(self, scheme: Scheme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.choices = class_choices(scheme)
        products: Any = self.fields["product"]
        products.choices = [("", gettext("I do not know, or it is none of them")), *_products(scheme)]
        self.fields["attachments"].help_text = files_help()
        if not tells_receipts(scheme):
            del self.fields["sms_number"]


def _products(scheme: Scheme) -> list[tuple[str, str]]:
    language = get_language() or "ru"
    return [
        (part.code, f"{part.name.in_language(language)}: {part.kind.in_language(language)}") for part in scheme.products
    ]


class AddForm(FilesMixin):
    """More words on a request."""

    text = WordsField(
        label=_("Add a message"),
        widget=_text_area(5),
        max_length=TEXT_LENGTH,
        error_messages={"required": _("Please write what you want to add.")},
    )
    attachments = ManyFilesField(label=pgettext_lazy("site", "Files"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attachments"].help_text = files_help()


class AskForm(SiteForm):
    """Asking for the link again."""

    number = forms.CharField(
        label=_("Number of the request"),
        max_length=40,
        help_text=_("Like 26-001042: it stands in the subject of our letter."),
        error_messages={"required": _("Please write the number of the request.")},
    )
    address = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        help_text=_("The one from which the request was placed."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please write the e-mail from which the request was placed."),
            "invalid": _("This does not look like an e-mail address. An example: anna@example.org."),
        },
    )


class WhoForm(forms.Form):
    """Who an unknown requester is."""

    use_required_attribute = False
    name = forms.CharField(
        label=pgettext_lazy("site", "Your name"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    licence_number = forms.CharField(
        label=_("Licence number"),
        required=False,
        max_length=60,
        help_text=_("It stands in the contract and in the application. With it we know you at once."),
    )
    organisation = forms.CharField(
        label=_("Organisation"),
        required=False,
        max_length=200,
        help_text=_("If the number is not at hand: a specialist will check by the name."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    def answers(self) -> dict[str, str]:
        """What was said, as the flow takes it."""
        return {name: str(self.cleaned_data[name]) for name in ("name", "licence_number", "organisation")}


class NumberForm(SiteForm):
    """A licence's or trial's number, shown at a download page."""

    number = forms.CharField(
        label=_("Licence or trial number"),
        max_length=60,
        help_text=_("It stands in the contract and in the application."),
        error_messages={"required": _("Please write the number.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class TrialForm(SiteForm):
    """Who asks for a trial."""

    name = forms.CharField(
        label=pgettext_lazy("site", "Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please write your name.")},
    )
    organisation = forms.CharField(
        label=_("Organisation"),
        required=False,
        max_length=200,
        help_text=_("Leave it empty if you try the software for yourself."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    address = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        help_text=_("We send a link there; the trial is given when you open it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please write your e-mail: the answer goes there."),
            "invalid": _("This does not look like an e-mail address. An example: anna@example.org."),
        },
    )
