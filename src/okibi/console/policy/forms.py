"""A new text of the scheme and its moment."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from okibi.console.uploads import UploadField

LARGEST_TEXT = 256 * 1024  # bytes; the published scheme is a thirtieth of it


class SchemeForm(forms.Form):
    """The text itself or a file of it; the file wins."""

    file = UploadField(
        label=_("File"), required=False, widget=forms.ClearableFileInput(attrs={"accept": ".toml"}),
        help_text=_("A TOML file; it replaces the text below."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        max_length=LARGEST_TEXT,
        widget=forms.Textarea(attrs={"class": "policy-text", "spellcheck": "false", "rows": 30}),
    )
    valid_from = forms.DateTimeField(
        label=_("In force from"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=_("Desk time. Empty: from the date in the text, or from now where that has passed."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        if file and file.size > LARGEST_TEXT:
            raise forms.ValidationError(_("The file is larger than 256 KB: that is not a scheme."))
        if file:
            try:
                data["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise forms.ValidationError(_("The file is not in UTF-8.")) from None
        data["text"] = (data.get("text") or "").replace("\r\n", "\n")
        if not data["text"].strip():
            raise forms.ValidationError(_("Give a text or a file."))
        return data
