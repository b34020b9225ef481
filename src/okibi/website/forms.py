"""The forms of the public site. What a person typed is never lost: a form with an error comes back filled in."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from okibi.flows.site_request import Upload
from okibi.kernel.clock import now
from okibi.kernel.errors import NotAllowedError
from okibi.kernel.human import size_text
from okibi.kernel.signing import sign, unsign
from okibi.kernel.visible import has_words
from okibi.policy.scheme_values import Scheme
from okibi.website.classes import class_choices

MOST_FILES = 10
TOGETHER = 25 * 1024 * 1024  # bytes, of all files of one request
TEXT_LENGTH = 20_000  # characters
FASTEST = timedelta(seconds=2)  # nobody fills a form in less
PAGE_LIFETIME = timedelta(hours=24)
FORM = "site-form"  # what the token of an opened form is signed for


def opened_form() -> dict[str, str]:
    """What a fresh page carries: the form's own id, and when it was opened, signed together."""
    form_id = str(uuid.uuid4())
    return {"form_id": form_id, "opened": sign(FORM, [form_id, now().timestamp()])}


def largest_file() -> int:
    """Bytes of one file."""
    return min(int(settings.OKIBI_MAX_UPLOAD), TOGETHER)


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files within the limits that the page names before they are chosen."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """The files as a list. Raises ValidationError with a sentence for whichever limit is passed."""
        given: Iterable[Any] = data if isinstance(data, list | tuple) else [data] if data else []
        files = [super(ManyFilesField, self).clean(one, initial) for one in given]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                gettext(
                    "There are %(count)d files; at most %(most)d can go with one message. Put the rest into an archive."
                )
                % {"count": len(files), "most": MOST_FILES}
            )
        large = [file.name for file in files if (file.size or 0) > largest_file()]
        if large:
            raise forms.ValidationError(
                gettext("Too large: %(names)s. One file may have at most %(size)s.")
                % {"names": ", ".join(large), "size": limit_words(largest_file())}
            )
        if sum(file.size or 0 for file in files) > TOGETHER:
            raise forms.ValidationError(
                gettext("Together the files have more than %(size)s. Send the largest by another message.")
                % {"size": limit_words(TOGETHER)}
            )
        return files


def limit_words(size: int) -> str:
    """A limit in the reader's language."""
    return size_text(size, get_language())


def files_help() -> str:
    """The limits, said before anything is chosen."""
    return gettext("A picture of the error or a log helps. Up to %(most)d files, %(size)s together.") % {
        "most": MOST_FILES,
        "size": limit_words(TOGETHER),
    }


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
        """The page that comes back carries a fresh token, and says nothing of the fields that nobody sees."""
        given: Any = self.data.copy() if hasattr(self.data, "copy") else dict(self.data)
        given.update(opened_form())
        self.data = given
        for name in ("form_id", "opened"):
            self.errors.pop(name, None)

    def _opened_in_time(self, form_id: str, opened: str) -> bool:
        try:
            signed_id, at = unsign(FORM, opened, int(PAGE_LIFETIME.total_seconds()))
        except (NotAllowedError, ValueError, TypeError):
            return False
        return bool(signed_id == form_id) and now().timestamp() - float(at) >= FASTEST.total_seconds()


class FilesMixin(SiteForm):
    """A form with files."""

    files_field = "attachments"

    def uploads(self) -> list[Upload]:
        """The files as the flow takes them."""
        return [
            Upload(file.name or "file", file.content_type or "application/octet-stream", file.read())
            for file in self.cleaned_data.get(self.files_field) or []
        ]


def _text_area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class WordsField(forms.CharField):
    """What somebody wrote; characters that nobody sees are no words."""

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return text if has_words(text) else ""


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
