"""What a +CMS ERROR says: 3GPP TS 27.005 §3.2.5 and TS 24.011 Annex E. Pure."""

import re

from okibi.kernel.sentence import Sentence

CMS: dict[int, Sentence] = {
    1: Sentence("номер не существует", "unassigned number"),
    8: Sentence("оператор запретил", "barred by the operator"),
    10: Sentence("вызовы запрещены", "barred calls"),
    21: Sentence("отклонено", "rejected"),
    27: Sentence("номер недоступен", "destination out of order"),
    28: Sentence("номер не опознан", "unidentified subscriber"),
    29: Sentence("услуга отклонена", "facility rejected"),
    30: Sentence("неизвестный номер", "unknown subscriber"),
    38: Sentence("сеть не работает", "network out of order"),
    41: Sentence("временный сбой", "temporary failure"),
    42: Sentence("сеть перегружена", "congestion"),
    47: Sentence("нет ресурсов", "resources unavailable"),
    50: Sentence("услуга не подключена", "not subscribed"),
    69: Sentence("не поддерживается", "not implemented"),
    96: Sentence("неверное сообщение", "wrong message"),
    310: Sentence("нет SIM", "no SIM"),
    311: Sentence("нужен PIN SIM-карты", "SIM PIN is needed"),
    313: Sentence("SIM неисправна", "SIM failure"),
    321: Sentence("неверный номер ячейки", "wrong index"),
    330: Sentence("номер центра SMS неизвестен", "SMSC address unknown"),
    331: Sentence("нет сети", "no network"),
    332: Sentence("сеть не ответила", "network timeout"),
    500: Sentence("неизвестная ошибка", "unknown error"),
    512: Sentence("неизвестная ошибка", "unknown error"),
}
PERMANENT = frozenset({1, 28, 30})  # of the number, whatever line asks


def error_of(rest: str) -> tuple[str, bool]:
    """The words of ``errorstatus:38`` and whether no other line could do better."""
    match = re.search(r"errorstatus:\s*(-?\d+)", rest)
    if not match:
        return rest.strip()[:200] or "error", False
    code = int(match[1])
    return f"CMS {code}: {CMS[code].en if code in CMS else 'unknown error'}", code in PERMANENT
