"""The reference page of why an SMS did not go: every code of every kind of gateway, from the drivers' own tables."""

from collections.abc import Mapping

from okibi.kernel.sentence import Sentence
from okibi.ops.reference_tables import MADE, table
from okibi.sms.gateways.android.words import ERRORS as ANDROID
from okibi.sms.gateways.goip.errors import CMS
from okibi.sms.gateways.reasons import KANNEL, PHRASES, TP_STATUS
from okibi.sms.gateways.smpp.statuses import WORDS as SMPP

INTRODUCTION = """Beside an SMS stands one line, the same in every log and answer of the API; what it means is here.
Рядом с SMS стоит одна строка, одинаковая во всех журналах и ответах API; что она значит — здесь.
"""


def sms_errors() -> str:
    """The page, Markdown."""
    parts = [
        "# Why an SMS did not go · Почему SMS не ушла\n",
        MADE,
        INTRODUCTION,
        *_section("Whatever the gateway · Любой шлюз", PHRASES),
        *_section("Delivery reports (TP-Status) · Отчёты о доставке", _coded("TP-Status {0}", TP_STATUS)),
        *_section("GoIP (+CMS ERROR)", _coded("CMS {0}", CMS)),
        *_section("SMPP 3.4 (command_status)", {f"SMPP 0x{code:08X}": said for code, said in SMPP.items()}),
        *_section("Kannel", KANNEL),
        *_section("Android", ANDROID),
    ]
    return "\n".join(parts)


def _coded(form: str, known: Mapping[int, Sentence]) -> dict[str, Sentence]:
    return {form.format(code): said for code, said in known.items()}


def _section(title: str, known: Mapping[str, Sentence]) -> list[str]:
    rows = [[f"`{code}`", said.ru, said.en] for code, said in known.items()]
    return [f"## {title}\n", table(["Code · Код", "По-русски", "In English"], rows)]
