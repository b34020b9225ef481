"""Only a bare yes grants access; everything with a "but" is read by a specialist."""

import pytest

from okibi.policy.agreement_answer import read_agreement_answer

ANSWERS = {
    "да": True, "Да!": True, "Подтверждаю.": True, "Да, согласны": True, "Yes": True, "I confirm.": True,
    "нет": False, "Не согласен": False, "No, thanks": False, "We don’t": None, "We do not agree": False,
    "": None, "да?": None, "да, но не в пятницу": None, "работает": None, "конечно нет": None, "да " * 30: None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "answer"), ANSWERS.items(), ids=[text[:20] or "nothing" for text in ANSWERS])
def test_how_an_answer_to_the_letter_reads(text, answer):
    assert read_agreement_answer(text) is answer
