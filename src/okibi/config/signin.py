"""How allauth behaves here: staff only, nobody signs up by themselves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator or by a set-up link, never by a visitor."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> Any:  # noqa: ARG002
        return "/console/"
