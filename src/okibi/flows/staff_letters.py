"""Letters of the system to members of staff: to each in their language, once."""

from collections.abc import Mapping
from typing import Any

from okibi.accounts.models import Staff
from okibi.channels import outbox
from okibi.channels.port import Party
from okibi.flows import letters


def tell(staff: Staff, name: str, fields: Mapping[str, Any], key: str) -> None:
    """Put the letter ``name`` in the queue; the same ``key`` again sends nothing."""
    letter = letters.write(name, staff.language, fields)
    outbox.put(
        kind="email",
        key=key,
        to=Party(staff.email, staff.name),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        automatic=True,
        about=("staff", staff.pk),
    )
