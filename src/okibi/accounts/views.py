"""Pages of signing in that allauth does not have: set-up links and what to do about a forgotten password."""

from allauth.account import views as account_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import RedirectView, TemplateView

from okibi.accounts import links
from okibi.accounts.forms import FirstAdminForm, PasswordForm
from okibi.accounts.services import use_setup_token
from okibi.kernel.errors import NotAllowedError, OkibiError
from okibi.kernel.sentence import Sentence


@never_cache
@sensitive_post_parameters("password1", "password2")
def setup(request: HttpRequest, secret: str) -> HttpResponse:
    """A one-time link: the first administrator is made, or a person sets a password."""
    try:
        invitation = links.invitation_of(secret)
    except NotAllowedError as error:
        return _dead(request, error.sentence)
    form_class = PasswordForm if invitation.staff else FirstAdminForm
    form = form_class(request.POST or None, staff=invitation.staff)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            use_setup_token(secret, data.get("name", ""), data.get("email", ""), data["password1"])
        except NotAllowedError as error:
            return _dead(request, error.sentence)
        except OkibiError as error:
            form.add_error(None, error.sentence.in_language(request.LANGUAGE_CODE))
        else:
            return redirect(f"{reverse('account_login')}?ready=1")
    return render(request, "account/setup.html", {"form": form, "invitation": invitation})


def _dead(request: HttpRequest, sentence: Sentence) -> HttpResponse:
    return render(request, "account/setup_dead.html", {"sentence": sentence}, status=410)


class ChangePasswordView(account_views.PasswordChangeView):  # type: ignore[misc]
    """Back to the profile, where everything about one's own access is."""

    success_url = reverse_lazy("console-staff-profile")


change_password = ChangePasswordView.as_view()
forgotten = TemplateView.as_view(template_name="account/forgotten.html")
to_profile = RedirectView.as_view(pattern_name="console-staff-profile")
