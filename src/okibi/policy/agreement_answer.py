"""What a customer answers to the letter that asks for access: only a bare yes grants it."""

from okibi.policy.bare_answer import answers

_YES = """
да | да подтверждаю | подтверждаю | подтверждаем | да подтверждаем | согласен | согласна | согласны | да согласен |
да согласна | да согласны | разрешаю | разрешаем | да разрешаю | да разрешаем | да спасибо | подтверждаю спасибо |
подтверждено | yes | yes i confirm | i confirm | we confirm | confirm | confirmed | yes confirmed | i agree | we agree |
agreed | yes i agree | yes we agree | yes thanks | yes thank you
"""
_NO = """
нет | не подтверждаю | нет не подтверждаю | не подтверждаем | не согласен | не согласна | не согласны |
нет не согласен | нет не согласна | отказываюсь | отказываемся | не разрешаю | не разрешаем | нет не разрешаю |
нет спасибо |
no | no thanks | no thank you | i do not confirm | i don't confirm | we do not confirm | i do not agree |
i don't agree | we do not agree | not agreed | i decline | we decline | decline | declined
"""
_ANSWERS = answers(_YES, _NO)


def read_agreement_answer(text: str) -> bool | None:
    """Yes, no, or None: a specialist reads it."""
    return _ANSWERS.read(text)
