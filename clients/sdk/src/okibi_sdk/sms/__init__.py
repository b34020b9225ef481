"""Send SMS through the desk's GSM gateways, by an API key with the scopes ``sms:send`` and ``sms:read``.

>>> with SmsClient("https://help.example.org", "okk_…") as sms:
...     sms.send(NewSms("+7 900 000-00-17", "Order 17 is ready", reference="order-17")).state
"""

from okibi_sdk.sms.client import AsyncSmsClient, SmsClient
from okibi_sdk.sms.models import (
    Batch,
    BatchLine,
    How,
    IncomingSms,
    Lines,
    NewSms,
    Refused,
    Segments,
    Sms,
    SmsLine,
    SmsState,
)

__all__ = [
    "AsyncSmsClient",
    "Batch",
    "BatchLine",
    "How",
    "IncomingSms",
    "Lines",
    "NewSms",
    "Refused",
    "Segments",
    "Sms",
    "SmsClient",
    "SmsLine",
    "SmsState",
]
