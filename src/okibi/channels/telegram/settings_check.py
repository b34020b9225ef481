"""What an account of a Telegram bot must say, and what the Bot API takes."""

from okibi.channels.messenger.shape import MB, Limits, Shape

SHAPE = Shape(
    kind="telegram",
    base_url="https://api.telegram.org",
    options={},
    secrets={"token": True, "webhook_secret": False},
    flags=("polling",),
    # "avoid sending more than one message per second in a chat", 30 in a second over all (Bots FAQ)
    limits=Limits(text=4096, caption=1024, sizes={"image/": 10 * MB, "": 50 * MB}, per_second=25, pair=(20, 20)),
    signed_by=("webhook_secret",),
)
