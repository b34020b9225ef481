"""Which channels there are: kind → where its adapter stands. A new channel is a folder and a line here."""

from functools import cache
from typing import cast

from django.utils.module_loading import import_string

from okibi.channels.port import Channel

ADAPTERS: dict[str, str] = {
    "email": "okibi.channels.email.adapter.EmailChannel",
    "form": "okibi.channels.form.adapter.FormChannel",
    "ipv": "okibi.channels.ipv.adapter.IpvChannel",
    "whatsapp": "okibi.channels.whatsapp.adapter.WhatsAppChannel",
    "greenapi": "okibi.channels.greenapi.adapter.GreenApiChannel",
    "wazzup": "okibi.channels.wazzup.adapter.WazzupChannel",
    "max": "okibi.channels.max.adapter.MaxChannel",
    "telegram": "okibi.channels.telegram.adapter.TelegramChannel",
    "sip": "okibi.channels.sip.adapter.SipChannel",
    "sms": "okibi.channels.sms.adapter.SmsChannel",
    "phone": "okibi.channels.phone.adapter.PhoneChannel",
    "cti": "okibi.channels.cti.adapter.CtiChannel",
    "mango": "okibi.channels.mango.adapter.MangoChannel",
    "megafon": "okibi.channels.megafon.adapter.MegafonChannel",
    "zadarma": "okibi.channels.zadarma.adapter.ZadarmaChannel",
}


@cache
def channel(kind: str) -> Channel:
    """The adapter of a kind. Raises KeyError for a kind nobody registered."""
    return cast("Channel", import_string(ADAPTERS[kind])())
