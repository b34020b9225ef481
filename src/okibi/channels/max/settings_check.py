"""What an account of a MAX bot must say, and what its bot API takes."""

from okibi.channels.messenger.shape import MB, Limits, Shape

SHAPE = Shape(
    kind="max",
    base_url="https://platform-api.max.ru",
    options={},
    secrets={"token": True, "webhook_secret": False},
    flags=("polling",),
    limits=Limits(text=4000, caption=4000, sizes={"image/": 10 * MB, "": 100 * MB}, per_second=25),  # 30 by the vendor
    media_hosts=("max.ru", "oneme.ru", "okcdn.ru", "mycdn.me"),
    signed_by=("webhook_secret",),
)
