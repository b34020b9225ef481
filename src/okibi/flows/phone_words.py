"""What the journal says of a call."""

from okibi.calls.models import Call
from okibi.channels.telephone.words import HIDDEN, length_of
from okibi.kernel.sentence import Sentence
from okibi.policy.phone_numbers import display

DIRECTIONS = {"in": Sentence("входящий", "incoming"), "out": Sentence("исходящий", "outgoing")}


def said_of(call: Call) -> dict[str, object]:
    """What the journal says of a call; consoles listen to it."""
    who = call.person.name if call.person else ""
    number = display(call.number) if call.number else ""
    return {
        "call": call.pk,
        "number": number or HIDDEN.as_dict(),
        "name": who,
        "who": f"{who}, {number}" if who and number else number or HIDDEN.as_dict(),
        "staff": call.answered_by.name if call.answered_by else call.extension or "—",
        "direction": DIRECTIONS[call.direction].as_dict(),
        "length": length_of(call.talk_seconds or 0).as_dict(),
    }
