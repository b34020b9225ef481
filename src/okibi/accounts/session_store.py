"""Sessions as Django keeps them, read by a prepared statement: every page and every live event begins with one.

What is stored, signed and checked is Django's own; nothing is remembered between two requests, so that a session that
was ended, or has expired, opens nothing from the next request on.
"""

from typing import Any

from django.contrib.sessions.backends import db

from okibi.kernel.clock import now
from okibi.kernel.statements import run

_READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
LONGEST_KEY = 40  # characters; longer ones were never ours


class SessionStore(db.SessionStore):
    """``SESSION_ENGINE``'s class."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and no key, where there is none."""
        key = self.session_key or ""
        found = run(_READ, [key, now()]) if len(key) <= LONGEST_KEY and "\0" not in key else []
        if not found:
            self._session_key = None
            return {}
        held: dict[str, Any] = self.decode(found[0][0])
        return held
