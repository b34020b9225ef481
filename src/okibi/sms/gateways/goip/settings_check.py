"""What a GoIP's table must say."""

from okibi.kernel.sentence import Sentence
from okibi.sms.gateways.shape import Option, Shape

SHAPE = Shape(
    kind="goip",
    title=Sentence("GoIP (UDP)", "GoIP (UDP)"),
    options={
        "listen": Option(
            r"[0-9A-Za-z.\-]+:\d{1,5}",
            Sentence("адрес пишут так: 0.0.0.0:44444", "an address is written 0.0.0.0:44444"),
            default="0.0.0.0:44444",
        ),
        # some firmware sends anew at every SEND; see README.md
        "repeat_send": Option(r"yes|no", Sentence("yes или no", "yes or no"), default="yes"),
        # seconds of a tick: the vendor's are 5; the simulator's stories use less
        "tick": Option(r"\d{1,2}(\.\d{1,3})?", Sentence("секунды: 5", "seconds: 5"), default="5"),
    },
    line_passwords=True,
)
