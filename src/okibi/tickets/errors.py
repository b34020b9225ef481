"""What can go wrong with a ticket."""

from okibi.kernel.errors import ConflictError, NotAllowedError
from okibi.kernel.sentence import Sentence


class NoSuchTicketError(NotAllowedError):
    """There is no such ticket, or it isn't for this person to see: one answer for both."""

    code = "no_such_ticket"

    def __init__(self) -> None:
        super().__init__(Sentence(ru="Такой заявки нет.", en="There is no such request."))


class ChangedMeanwhileError(ConflictError):
    """Somebody changed the ticket between reading and writing."""

    code = "changed_meanwhile"
