"""An unreadable message is read once more."""

from okibi.channels import inbox
from okibi.flows.intake import take
from okibi.journal.services import Actor, record


def read_again(inbound_id: int, actor: Actor) -> bool:
    """Parse and take in one message of the tray again; gives whether it left the tray."""
    inbox.read_again(inbound_id)
    inbox.process_one(take, inbound_id)
    left = inbound_id not in {row.pk for row in inbox.unreadable()}
    if left:
        record("inbound.reparsed", ("inbound", inbound_id), actor)
    return left
