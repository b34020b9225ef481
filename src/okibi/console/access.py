"""The console's gate: signed-in staff only, by role, with one actor for the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import get_language

from okibi.journal.services import Actor
from okibi.kernel.errors import NotAllowedError

if TYPE_CHECKING:
    from okibi.accounts.models import Staff

View = Callable[..., HttpResponseBase]


class StaffRequest(HttpRequest):
    """A request that passed the gate."""

    user: Staff


def staff_required(view: View | None = None, *, roles: Sequence[str] = ()) -> Any:
    """Let only active staff in; with ``roles``, only those who hold one of them (others: 403).

    What a room says is not there (NotAllowedError) is answered 404.
    """

    def decorate(inner: View) -> View:
        @wraps(inner)
        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                if request.headers.get("HX-Request"):
                    return HttpResponse(
                        status=401, headers={"HX-Redirect": request.build_absolute_uri("/accounts/login/")}
                    )
                return redirect_to_login(request.get_full_path())
            if not request.user.is_active or (roles and not staff_of(request).has_role(*roles)):
                raise PermissionDenied
            try:
                response = inner(request, *args, **kwargs)
            except NotAllowedError as error:  # the same answer for "absent" and "not yours"
                raise Http404(error.sentence.in_language(get_language() or "ru")) from error
            response.headers.setdefault("Cache-Control", "private, no-cache")  # customers' data is for this reader
            return response

        return gate

    return decorate(view) if view else decorate


def staff_of(request: HttpRequest) -> Staff:
    """The signed-in member of staff."""
    return cast("Staff", request.user)


def actor_of(request: HttpRequest) -> Actor:
    """Who acts, for the journal."""
    staff = staff_of(request)
    return Actor("staff", staff.pk, staff.name)
