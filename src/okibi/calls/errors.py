"""What can be wrong with an act on a call or a task."""

from okibi.kernel.errors import ConflictError, InputError, NotAllowedError
from okibi.kernel.sentence import Sentence


class NoSuchCallError(NotAllowedError):
    """There is no such call, or no such task."""

    code = "no_such_call"

    def __init__(self) -> None:
        super().__init__(Sentence(ru="Такого звонка нет.", en="There is no such call."))


class TaskOverError(ConflictError):
    """The task has its end already."""

    code = "call_task_over"

    def __init__(self) -> None:
        super().__init__(
            Sentence(ru="Это поручение позвонить уже закрыто.", en="This task to call somebody is closed already.")
        )


class TooEarlyToGiveUpError(InputError):
    """Fewer tries than the rules ask for."""

    code = "call_too_early"

    def __init__(self, tries: int, needed: int) -> None:
        super().__init__(
            Sentence(
                ru=f"Прекратить попытки можно после {needed}-й: пока их было {tries}.",
                en=f"One may give up after {needed} tries: there were {tries}.",
            )
        )
