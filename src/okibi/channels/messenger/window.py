"""The 24-hour window: until when one may write freely to somebody. A pure value; time is passed in.

It begins with the client's last message on the same number of ours (Meta, Cloud API: customer service window); outside
it only approved templates may go. Messengers without such a rule have no window: they may always be written to.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """``opened_by``: the client's last message (aware), None where there was none. ``span`` None: always open."""

    opened_by: datetime | None
    span: timedelta | None

    @property
    def until(self) -> datetime | None:
        """The first moment at which one may no longer write freely; None where there is none."""
        return self.opened_by + self.span if self.opened_by is not None and self.span is not None else None

    def is_open(self, at: datetime) -> bool:
        """Whether one may write freely at that moment: before the end, not at it."""
        return self.span is None or (self.until is not None and at < self.until)

    def left(self, at: datetime) -> timedelta:
        """How long still; zero once it is closed, and zero where it has no end (see :attr:`span`)."""
        return max(self.until - at, timedelta()) if self.until is not None else timedelta()
