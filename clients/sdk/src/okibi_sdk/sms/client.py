"""The two clients of SMS: one table of operations, two pairs of hands."""

from okibi_sdk.client import Awaiting, Blocking, Each, Operation, Settings
from okibi_sdk.sms import operations
from okibi_sdk.sms.models import Sms


class SmsOperations(Settings):
    """What both can do. The token is an API key: ``okk_…``."""

    send = Operation(operations.send)
    send_batch = Operation(operations.send_batch)
    get = Operation(operations.get)
    find = Operation(operations.find)
    find_all = Each(operations.find_all, Sms)
    cancel = Operation(operations.cancel)
    segments = Operation(operations.segments)
    lines = Operation(operations.lines)
    incoming = Operation(operations.incoming)
    get_incoming = Operation(operations.get_incoming)


class SmsClient(SmsOperations, Blocking):
    """Blocking. May be shared by threads."""


class AsyncSmsClient(SmsOperations, Awaiting):
    """For asyncio: methods are awaited, ``find_all`` is ``async for``."""
