"""What is typed about a day, and the file of days."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from okibi.calendars.words import KIND_WORDS
from okibi.console.uploads import UploadField
from okibi.policy.worktime import DayKind

LARGEST_FILE = 256 * 1024  # bytes; a calendar of ten years is a tenth of it


class DayForm(forms.Form):
    """One day. Empty hours of a working day are the desk's usual ones."""

    kind = forms.ChoiceField(label=_("What day it is"))
    opens = forms.TimeField(
        label=_("Opens"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    closes = forms.TimeField(
        label=_("Closes"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=_("Empty: the usual hours. 00:00 is the midnight that ends the day."),
    )
    note_ru = forms.CharField(
        label=_("Why, in Russian"),
        required=False,
        max_length=200,
        help_text=_("Shown as the source of the day, and in the working of terms."),
    )
    note_en = forms.CharField(label=_("Why, in English"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "ru"
        kinds: Any = self.fields["kind"]
        kinds.choices = [(kind.value, words.in_language(language)) for kind, words in KIND_WORDS.items()]

    def clean_kind(self) -> DayKind:
        return DayKind(self.cleaned_data["kind"])


class FileForm(forms.Form):
    """A file of days."""

    file = UploadField(
        label=_("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.json,.ics"}),
        help_text=_("CSV, JSON or iCalendar, up to 256 KB."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 256 KB: that is not a calendar."))
        return file
