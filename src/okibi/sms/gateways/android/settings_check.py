"""What a telephone's table must say: each of its lines is one of its SIM cards, sim1 to sim3."""

from datetime import timedelta

from okibi.kernel.sentence import Sentence
from okibi.sms.gateways.shape import Option, Shape

URL = r"https?://[^\s/?#@]+(:\d{1,5})?/?"
SECONDS = r"([1-9]|[1-5]\d|60)(\.\d{1,3})?|0\.\d{1,3}"


def _url(example: str, *, needed: bool = False) -> Option:
    return Option(URL, Sentence(f"адрес пишут так: {example}", f"an address is written {example}"), needed=needed)


def _seconds(default: str) -> Option:
    said = Sentence(f"секунды, не больше 60: {default}", f"seconds, at most 60: {default}")
    return Option(SECONDS, said, default=default)


SHAPE = Shape(
    kind="android",
    title=Sentence("Телефон Android", "Android telephone"),
    options={
        "address": _url("http://192.0.2.20:8080", needed=True),
        "username": Option(r"[^\s:]{1,60}", Sentence("имя без пробелов", "a name without spaces"), default="sms"),
        "callback": _url("https://desk.example.org"),  # ours, as the telephone sees it; it takes https only
        "wait_seconds": Option(
            r"[1-9]\d{0,2}|0\.\d{1,3}", Sentence("секунды: 120", "seconds: 120"), default="120"
        ),  # for the telephone's word that the SMS left
        "ask_seconds": _seconds("2"),
        "look_seconds": _seconds("30"),
    },
    secrets={"password": True, "signing_key": False},
    line_name=Option("sim[1-3]", Sentence("нужно sim1, sim2 или sim3", "sim1, sim2 or sim3 is needed"), needed=True),
    place="address",
    listens=False,
    pushes=True,
    reports_within=timedelta(days=4),  # references are ours and never come again
    repeats_within=timedelta(days=4),  # it pushes an event again for two days, under the same id
)
