"""The forms of the portal. What a person typed is never lost: a form with an error comes back filled in."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from okibi.kernel.visible import has_words
from okibi.policy.scheme_values import RequestClass, Scheme
from okibi.portal.files import FilesForm

TEXT_LENGTH = 20_000  # characters
KINDS = {
    "incident": _("Something is broken or shows an error"),
    "suggestion": _("I have an idea how to make it better"),
    "question": _("I have a question: how to do something"),
    "update": _("Please update the software by yourselves"),
    "mailing": _("I want new mobile versions by e-mail"),
}
LANGUAGES = [("ru", "Русский"), ("en", "English")]


def text_area(rows: int, draft: str = "") -> forms.Textarea:
    """A field for words; ``draft``: under which name the browser keeps them until they are sent."""
    return forms.Textarea(attrs={"rows": rows, **({"data-draft": draft} if draft else {})})


class KeyedForm(forms.Form):
    """A form that is carried out once: a second press of its button changes nothing."""

    use_required_attribute = False
    form_id = forms.UUIDField(widget=forms.HiddenInput)

    @classmethod
    def fresh(cls, *args: Any, **kwargs: Any) -> Any:
        """A form as it is first shown."""
        initial = {"form_id": str(uuid.uuid4()), **kwargs.pop("initial", {})}
        return cls(*args, **{**kwargs, "initial": initial})

    @property
    def key(self) -> str:
        """The idempotency key of a valid form."""
        return str(self.cleaned_data["form_id"])


class PersonErasureForm(forms.Form):
    """Asking for the erasure of somebody of the organisation."""

    use_required_attribute = False
    text = forms.CharField(label=_("Anything to add?"), required=False, widget=text_area(3), max_length=2000)
    sure = forms.BooleanField(
        label=_("This person knows of it, and I understand that it can't be undone"),
        error_messages={"required": _("Please confirm that you understand this.")},
    )


class SignInForm(forms.Form):
    """Who wants in."""

    use_required_attribute = False
    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True, "inputmode": "email"}),
        error_messages={
            "required": _("Please write your e-mail: the code goes there."),
            "invalid": _("This does not look like an e-mail address. An example: anna@example.org."),
        },
    )


class JoinForm(SignInForm):
    """Who accepts an invitation: nobody knows their name yet, the address stands there already."""

    name = forms.CharField(
        label=pgettext_lazy("site", "Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
        error_messages={"required": _("Please write your name.")},
    )
    field_order = ("name", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs.pop("autofocus")


class CodeForm(forms.Form):
    """The six digits."""

    use_required_attribute = False
    code = forms.CharField(
        label=_("Code of six digits"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "class": "pt-code"}
        ),
        error_messages={"required": _("Please type the code of the letter.")},
    )


class NewForm(FilesForm, KeyedForm):
    """A new request. The questions stand in the order in which a person thinks of them."""

    kind = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What happened, or what do you need?"),
        widget=text_area(7, "portal-new"),
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
    device = forms.ChoiceField(label=_("On which device?"), required=False)
    environment = forms.CharField(
        label=_("What does it run on?"),
        required=False,
        max_length=200,
        help_text=_("For example: Windows 10 x64, .NET 4.8, 4 GB of memory. Or: Android 12."),
    )

    def __init__(self, scheme: Scheme, devices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "ru"
        fields: Any = self.fields
        fields["kind"].choices = [(code, kind_words(kind)) for code, kind in scheme.classes.items()]
        parts = [
            (part.code, f"{part.name.in_language(language)}: {part.kind.in_language(language)}")
            for part in scheme.products
        ]
        fields["product"].choices = [("", gettext("I do not know, or it is none of them")), *parts]
        fields["device"].choices = [("", gettext("Another one: I describe it below")), *devices]
        if not devices:
            del fields["device"]


def kind_words(kind: RequestClass) -> str:
    """The class as a customer would say it; a class of a later scheme by its own title."""
    known = KINDS.get(kind.code)
    return str(known) if known else kind.title.in_language(get_language() or "ru").capitalize()


class SayForm(FilesForm, KeyedForm):
    """More words on a request."""

    text = forms.CharField(label=_("Add a message"), widget=text_area(4), max_length=TEXT_LENGTH, required=False)

    def __init__(self, *args: Any, draft: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["text"].widget = text_area(4, draft)

    def clean(self) -> dict[str, Any]:
        """Words or a file."""
        cleaned = super().clean() or self.cleaned_data
        files = cleaned.get("attachments") or cleaned.get("uploads")
        if not has_words(cleaned.get("text") or "") and not files and not self.errors:
            self.add_error("text", gettext("Please write what you want to add."))
        return cleaned


class ReopenForm(KeyedForm):
    """Why it is not solved after all. It stands on one page with the form for more words: its ids are its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "reopen_%s", **kwargs})

    text = forms.CharField(
        label=_("What is still wrong?"),
        widget=text_area(4),
        max_length=TEXT_LENGTH,
        error_messages={"required": _("Please write what is still wrong.")},
    )


class RatingForm(forms.Form):
    """What the requester thinks of the answer."""

    use_required_attribute = False
    score = forms.IntegerField(min_value=1, max_value=5, error_messages={"required": _("Please choose a mark.")})
    text = forms.CharField(required=False, max_length=2000)


class CardForm(forms.Form):
    """The own card."""

    use_required_attribute = False
    name = forms.CharField(
        label=pgettext_lazy("site", "Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please write your name.")},
    )
    language = forms.ChoiceField(label=_("Language of our letters"), choices=LANGUAGES)


class AddressForm(forms.Form):
    """One more address, or whom to invite."""

    use_required_attribute = False
    address = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={
            "required": _("Please write an address."),
            "invalid": _("This does not look like an e-mail address. An example: anna@example.org."),
        },
    )


class NumberForm(forms.Form):
    """One more telephone number."""

    use_required_attribute = False
    phone = forms.CharField(
        label=_("Telephone number"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": _("Please write a number.")},
    )


class ErasureForm(forms.Form):
    """Asking for erasure."""

    use_required_attribute = False
    text = forms.CharField(label=_("Anything to add?"), required=False, widget=text_area(3), max_length=2000)
    sure = forms.BooleanField(
        label=_("I understand that my requests end and that this can't be undone"),
        error_messages={"required": _("Please confirm that you understand this.")},
    )
