"""Make an administrator from the command line; the password is held to the rules that the site has."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation

from okibi.accounts.services import create_admin
from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence


def create(email: str, name: str, password: str) -> None:
    """Make the administrator. Raises InputError (what is wrong, in both languages), ConflictError when there is one."""
    told = {}
    for language in ("ru", "en"):
        with translation.override(language):
            told[language] = _complaints(email, name, password)
    if told["en"]:
        raise InputError(Sentence(ru=told["ru"], en=told["en"]))
    create_admin(email, name, password)


def _complaints(email: str, name: str, password: str) -> str:
    said: list[str] = []
    if not name:
        said.append(translation.gettext("This field is required.") + " (name)")
    for check, value in ((validate_email, email), (validate_password, password)):
        try:
            check(value)
        except ValidationError as error:
            said += [str(message) for message in error.messages]
    return " ".join(said)
