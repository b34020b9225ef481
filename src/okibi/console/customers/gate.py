"""What every customer page does alike: who may, what a missing record answers, how a refusal reaches a form."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast, overload

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import get_language

from okibi.accounts.roles import Role
from okibi.console.access import staff_of, staff_required
from okibi.customers.errors import NotFoundError
from okibi.kernel.errors import NotAllowedError, OkibiError
from okibi.kernel.sentence import Sentence

T = TypeVar("T")
View = Callable[..., HttpResponseBase]
V = TypeVar("V", bound=View)

CARD_EDITORS = (Role.SPECIALIST, Role.LEADING, Role.ADMIN)
RIGHT_EDITORS = (Role.LEADING, Role.ADMIN)


@overload
def page(view: V) -> V: ...
@overload
def page(*, roles: tuple[str, ...]) -> Callable[[V], V]: ...
def page(view: View | None = None, *, roles: tuple[str, ...] = ()) -> Any:
    """A view for signed-in staff (with ``roles``: for those who hold one) that answers 404 to what is not there."""

    def decorate(inner: View) -> View:
        @wraps(inner)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return inner(request, *args, **kwargs)
            except (NotFoundError, NotAllowedError) as error:
                raise Http404(said(error.sentence)) from error

        return cast("View", staff_required(answered, roles=roles))

    return decorate(view) if view else decorate


def said(sentence: Sentence) -> str:
    """A sentence in the reader's language."""
    return sentence.in_language(get_language() or "ru")


def may(request: HttpRequest) -> dict[str, bool]:
    """What the signed-in member of staff may do here, for templates."""
    staff = staff_of(request)
    return {"may_edit": staff.has_role(*CARD_EDITORS), "may_rights": staff.has_role(*RIGHT_EDITORS)}


def tried(form: forms.Form, call: Callable[[dict[str, Any]], T]) -> T | None:
    """What ``call`` gives for a valid form's data, or None: the refusal then stands beside its field."""
    if not form.is_valid():
        return None
    try:
        return call(form.cleaned_data)
    except NotFoundError:
        raise
    except OkibiError as error:
        field = getattr(error, "field", None)
        form.add_error(field if field in form.fields else None, said(error.sentence))
        return None
