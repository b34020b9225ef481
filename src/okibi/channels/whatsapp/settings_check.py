"""What an account of the Cloud API must say, and what the Cloud API takes."""

from datetime import timedelta

from okibi.channels.messenger.shape import DIGITS, MB, Limits, Option, Shape

SHAPE = Shape(
    kind="whatsapp",
    base_url="https://graph.facebook.com/v26.0",
    options={"phone_number_id": Option(r"\d{5,30}", DIGITS), "waba_id": Option(r"\d{5,30}", DIGITS, needed=False)},
    secrets={"token": True, "app_secret": True, "verify_token": True},
    flags=("coexistence",),  # the number is used by WhatsApp Business on a telephone too: a quarter of the throughput
    limits=Limits(
        text=4096,
        caption=1024,
        sizes={"image/": 5 * MB, "audio/": 16 * MB, "video/": 16 * MB, "": 100 * MB},
        per_second=20,  # the lower of the two (80 without coexistence): a desk writes by hand
        pair=(10, 60),  # one message in six seconds to one person
        window=timedelta(hours=24),
    ),
    templates=True,
    media_hosts=("fbsbx.com", "facebook.com", "whatsapp.net"),
    signed_by=("app_secret",),
)
