"""Who is signed in, read by a prepared statement; passwords and rates are allauth's as before."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from okibi.accounts.models import Staff
from okibi.kernel.statements import columns_of, load, run


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Asked at every page: a member of staff who was made inactive is nobody from the next request on."""

    def get_user(self, user_id: Any) -> Staff | None:
        """The active member of staff with that key, or None."""
        found = run(
            f"SELECT {columns_of(Staff, 's')} FROM okibi_accounts_staff AS s WHERE s.id = %s AND s.is_active",  # noqa: S608
            [int(user_id)],
        )
        return load(Staff, found[0]) if found else None
