"""What Kannel's table must say: each of its lines is one of Kannel's SMSCs, by its smsc-id."""

from datetime import timedelta

from okibi.kernel.sentence import Sentence
from okibi.sms.gateways.shape import Option, Shape

URL = r"https?://[^\s/?#@]+(:\d{1,5})?(/[^\s?#]*)?"
LOOK = Option(
    r"([1-9]|[1-5]\d|60)(\.\d{1,3})?|0\.\d{1,3}",
    Sentence("секунды, не больше 60: 30", "seconds, at most 60: 30"),
    default="30",
)


def url(ru: str, en: str, *, needed: bool = False) -> Option:
    return Option(URL, Sentence(f"адрес пишут так: {ru}", f"an address is written {en}"), needed=needed)


SENDSMS, ADMIN, CALLBACK = (
    "http://127.0.0.1:13013/cgi-bin/sendsms",
    "http://127.0.0.1:13000",
    "https://desk.example.org",
)
SHAPE = Shape(
    kind="kannel",
    title=Sentence("Kannel (HTTP)", "Kannel (HTTP)"),
    options={
        "sendsms": url(SENDSMS, SENDSMS, needed=True),
        "username": Option(r"\S{1,60}", Sentence("имя без пробелов", "a name without spaces"), needed=True),
        "admin": url(ADMIN, ADMIN),  # where not given, Kannel lives while its smsbox answers
        "callback": url(CALLBACK, CALLBACK),  # ours, as Kannel sees it; where not given, no reports are asked for
        "source": Option(
            r"\+?\d{3,20}|(?=.*[A-Za-z])[\x20-\x7e]{1,11}",
            Sentence(
                "номер или имя отправителя: не больше 11 латинских знаков",
                "a number, or a sender's name of at most 11 Latin characters",
            ),
        ),
        "look_seconds": LOOK,
    },
    secrets={"password": True, "token": True, "status_password": False},
    place="sendsms",
    listens=False,
    pushes=True,
    pace=0.0,
    reports_within=timedelta(days=4),  # references are ours and never come again
    repeats_within=timedelta(days=4),  # its ids are UUIDs
)
