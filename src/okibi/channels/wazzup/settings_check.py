"""What an account of Wazzup24 must say, and what it takes."""

from datetime import timedelta

from okibi.channels.messenger.shape import MB, UUID, UUID_PATTERN, Limits, Option, Shape
from okibi.kernel.sentence import Sentence

CHAT_TYPES = Sentence("нужен вид чата латиницей, например whatsapp", "a chat type such as whatsapp is needed")
SHAPE = Shape(
    kind="wazzup",
    base_url="https://api.wazzup24.com",
    options={
        "channel_id": Option(UUID_PATTERN, UUID),
        "chat_type": Option(r"[a-z]{2,20}", CHAT_TYPES),  # whatsapp: a linked telephone; wapi: the Cloud API
    },
    secrets={"token": True, "webhook_token": True},
    limits=Limits(text=4096, caption=0, sizes={"": 50 * MB}, per_second=5, pair=(10, 60), window=timedelta(hours=24)),
    templates=False,
    media_hosts=("wazzup24.com", "wazzup24.ru"),
    signed_by=("webhook_token",),
)
