"""What an account of GREEN-API must say, and what it takes."""

from okibi.channels.messenger.shape import DIGITS, MB, Limits, Option, Shape

SHAPE = Shape(
    kind="greenapi",
    base_url="https://api.green-api.com",
    options={"instance": Option(r"\d{4,20}", DIGITS)},
    secrets={"token": True, "webhook_token": True},
    # no window: the vendor writes as the linked telephone does; WhatsApp itself watches how much is sent
    limits=Limits(text=20_000, caption=1024, sizes={"": 100 * MB}, per_second=5, pair=(10, 60)),
    media_hosts=("green-api.com", "greenapi.com", "yandexcloud.net", "amazonaws.com", "digitaloceanspaces.com"),
    signed_by=("webhook_token",),
)
