"""One's own profile: name, language, signature, colours, password, second factor, sessions."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from okibi.accounts import selectors, services, sessions
from okibi.accounts.adapter import set_language_cookie
from okibi.accounts.roles import Role
from okibi.console.access import actor_of, staff_of
from okibi.console.customers.gate import page, tried
from okibi.console.staff.forms import ProfileForm
from okibi.kernel.templatetags.okibi_ui import THEME_COOKIE, THEMES

A_YEAR = 365 * 24 * 3600  # seconds


@page
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Everything about oneself on one page."""
    me = staff_of(request)
    theme = request.COOKIES.get(THEME_COOKIE, "")
    initial = {
        "name": me.name,
        "language": me.language,
        "signature": me.signature,
        "theme": theme if theme in THEMES else THEMES[0],
    }
    form = ProfileForm(request.POST or None, initial=initial)
    if form.is_bound and tried(form, lambda data: _save(request, data)):
        return _saved(request, form.cleaned_data)
    context = {
        "form": form,
        "me_staff": me,
        "roles": ", ".join(str(Role(role).label) for role in me.roles),
        "totp": selectors.has_totp(me),
        "totp_needed": selectors.must_have_totp(me),
        "sessions": sessions.sessions_of(me, request.session.session_key),
    }
    return render(request, "console/staff/profile.html", context)


@page
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one of one's own sessions."""
    sessions.end_session(staff_of(request), session_id, actor_of(request))
    messages.success(request, _("The session has ended."))
    return redirect("console-staff-profile")


@page
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End all of one's own sessions but this one."""
    sessions.end_all(staff_of(request), actor_of(request), keep_key=request.session.session_key)
    messages.success(request, _("The other sessions have ended."))
    return redirect("console-staff-profile")


def _save(request: HttpRequest, data: dict[str, Any]) -> bool:
    services.change_profile(
        staff_of(request), name=data["name"], language=data["language"], signature=data["signature"]
    )
    return True


def _saved(request: HttpRequest, data: dict[str, Any]) -> HttpResponse:
    with override(data["language"]):
        messages.success(request, _("Saved."))
    response = redirect("console-staff-profile")
    set_language_cookie(response, data["language"])
    response.set_cookie(
        THEME_COOKIE, data["theme"], max_age=A_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response
