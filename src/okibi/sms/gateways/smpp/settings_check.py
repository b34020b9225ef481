"""What a message centre's table must say: each of its lines is one session with a system_id and a password."""

from datetime import timedelta

from okibi.kernel.sentence import Sentence
from okibi.sms.gateways.shape import Option, Shape, yes_or_no

TON = Option("auto|[0-6]", Sentence("auto или число от 0 до 6", "auto or a number from 0 to 6"), default="auto")
NPI = Option(
    "auto|[0-9]|1[0-8]", Sentence("auto или число от 0 до 18", "auto or a number from 0 to 18"), default="auto"
)
SECONDS = Sentence("секунды: 30", "seconds: 30")
SECONDS_60 = Sentence("секунды, не больше 60: 30", "seconds, at most 60: 30")


def _one_of(words: str, default: str) -> Option:
    listed = words.replace("|", ", ")
    return Option(words, Sentence(f"одно из: {listed}", f"one of: {listed}"), default=default)


SHAPE = Shape(
    kind="smpp",
    title=Sentence("SMPP 3.4", "SMPP 3.4"),
    options={
        "address": Option(
            r"[0-9A-Za-z.\-]+:\d{1,5}",
            Sentence("адрес пишут так: smsc.example.org:2775", "an address is written smsc.example.org:2775"),
            needed=True,
        ),
        "tls": yes_or_no("no"),
        "bind": _one_of("transceiver|pair", "transceiver"),
        "system_type": Option(
            r"[\x21-\x7e]{0,12}", Sentence("не больше 12 латинских знаков", "at most 12 Latin characters")
        ),
        "source": Option(
            r"\+?\d{3,20}|(?=.*[A-Za-z])[\x20-\x7e]{1,11}",
            Sentence(
                "номер или имя отправителя: не больше 11 латинских знаков",
                "a number, or a sender's name of at most 11 Latin characters",
            ),
        ),
        "source_ton": TON,
        "source_npi": NPI,
        "dest_ton": TON,
        "dest_npi": NPI,
        "alphabet": _one_of("gsm7|latin1|ucs2", "gsm7"),
        "long": _one_of("udh|sar|payload", "udh"),
        "receipts": yes_or_no("yes"),
        "receipt_ids": _one_of("auto|same|hex-dec|dec-hex", "auto"),
        "window": Option(r"[1-9]\d{0,2}", Sentence("число от 1 до 999", "a number from 1 to 999"), default="10"),
        "per_second": Option(
            r"\d{1,4}",
            Sentence("частей SMS в секунду, 0 — сколько угодно", "segments a second, 0 for any"),
            default="0",
        ),
        "enquire_seconds": Option(r"([1-9]|[1-5]\d|60)(\.\d{1,3})?|0\.\d{1,3}", SECONDS_60, default="30"),
        "answer_seconds": Option(r"[1-9]\d{0,2}(\.\d{1,3})?|0\.\d{1,3}", SECONDS, default="60"),
    },
    line_passwords=True,
    line_name=Option(
        r"[\x21-\x7e]{1,15}",
        Sentence(
            "нужен system_id: не больше 15 латинских знаков", "a system_id is needed: at most 15 Latin characters"
        ),
        needed=True,
    ),
    place="address",
    listens=False,
    pace=0.0,
    reports_within=timedelta(days=4),  # a message centre keeps trying for three, and its ids do not come again
)
