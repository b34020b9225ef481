"""A person's own telephone numbers, as shapes."""

from ninja import Schema


class SmsTold(Schema):
    """Whether SMS tell of one's requests. ``stopped``: the number answered STOP, and only START from it ends that."""

    on: bool
    stopped: bool


class Number(Schema):
    """A telephone number of the card, in E.164. ``verified``: a code that went there came back."""

    id: int
    number: str
    extension: str
    verified: bool
    sms: SmsTold | None


class Numbers(Schema):
    """All numbers of the card, oldest first."""

    items: list[Number]
