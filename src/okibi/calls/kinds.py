"""Where a call stands, and a task to call somebody."""

from django.db import models


class CallState(models.TextChoices):
    """Where a call stands."""

    RINGING = "ringing"
    TALKING = "talking"
    ENDED = "ended"  # somebody of the desk spoke, or it went out
    MISSED = "missed"  # it came in, and nobody took it to its end


class RecordingState(models.TextChoices):
    """Where a recording stands."""

    WAITING = "waiting"  # the exchange has it, or will soon
    KEPT = "kept"  # our copy is here
    LOST = "lost"  # the exchange gave none, however often it was asked


class TaskKind(models.TextChoices):
    """Why somebody is to be called."""

    CALL_BACK = "call_back"  # they called and nobody answered
    ANSWER = "answer"
    REFUSAL = "refusal"


class TaskState(models.TextChoices):
    """Where a task stands. Only REACHED and OTHER_WAY stop a request's clock."""

    OPEN = "open"
    REACHED = "reached"  # the words were said
    OTHER_WAY = "other_way"  # the person agreed to get them another way, on record
    GIVEN_UP = "given_up"
    WITHDRAWN = "withdrawn"  # there is nothing left to call for


class TryOutcome(models.TextChoices):
    """How one try to call ended."""

    SAID = "said"
    NOT_REACHED = "not_reached"
    LEFT_WORD = "left_word"  # somebody else, or a machine, was told that the desk called
