"""What is typed about a member of staff."""

from django import forms
from django.utils.translation import gettext_lazy as _

from okibi.accounts.roles import Role
from okibi.kernel.templatetags.okibi_ui import THEMES

LANGUAGES = [("ru", "Русский"), ("en", "English")]
THEME_WORDS = dict(zip(THEMES, (_("As the system"), _("Light"), _("Dark")), strict=True))


class StaffForm(forms.Form):
    """What an administrator says about a person."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As customers see it in answers."))
    email = forms.EmailField(label=_("E-mail"), help_text=_("With this address the person signs in."))
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[Role.SPECIALIST],
        help_text=_(
            "A specialist answers requests; the leading one is told when terms come near and corrects the calendar; "
            "a release manager publishes versions; an administrator manages staff and the scheme."
        ),
    )


class NewStaffForm(StaffForm):
    """A newcomer."""

    language = forms.ChoiceField(label=_("Language of the pages"), choices=LANGUAGES)


class ProfileForm(forms.Form):
    """What a person says about themselves. The colours belong to this browser."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As customers see it in answers."))
    language = forms.ChoiceField(label=_("Language of the pages"), choices=LANGUAGES)
    signature = forms.CharField(
        label=_("Signature"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands under your answers."),
    )
    theme = forms.ChoiceField(label=_("Colours in this browser"), choices=list(THEME_WORDS.items()))
