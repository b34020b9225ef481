"""The class proposed from free words: the specification is the table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.classify import LEAST_CONFIDENCE, TicketClass, classify

INCIDENT = """
Не работает отчёт по складу
После обновления программа не запускается
Программа вылетает при печати накладной
Ошибка 0x80004005 при входе
Зависает при открытии карточки
Не могу войти в ОКИБИ
Пропали все документы за октябрь
Сервер упал, никто не может работать
Не печатает этикетки
Сбой синхронизации мобильного приложения
СМС не отправляются через шлюз
Неправильно считает итог
Белый экран на телефоне
Ужасно тормозит с утра
После автоматического обновления слетели настройки
Перестала приходить почта из программы
Не открывается база
The application crashes on start
Error while saving an order
Printing does not work
The server stopped working after the update
Cannot log in, wrong total shown
It hangs every morning
Reports fail with an exception
"""
SUGGESTION = """
Предлагаю добавить тёмную тему
Предложение: вывод отчёта в Excel
Было бы удобно видеть остатки на телефоне
Хотелось бы сортировать список по дате
Просим добавить поле «Комментарий»
Добавьте, пожалуйста, фильтр по складу
Пожелание по карточке клиента
Не хватает кнопки «Повторить»
Можно ли добавить печать штрихкодов?
Идея: напоминания о платежах
Прошу доработать форму накладной
Неплохо бы улучшить поиск
Feature request: dark theme
It would be nice to have an Excel export
I suggest an additional filter
Could you please add a comment field?
Proposal for improvement of the stock report
"""
QUESTION = """
Как выгрузить отчёт в PDF?
Подскажите, где найти журнал
Где скачать новую версию?
Можно ли работать с двух компьютеров?
Сколько мест в нашей лицензии?
У меня вопрос по лицензии
Поддерживается ли Windows 7?
Что означает статус «Проведён»?
Как мне восстановить пароль
How do I export a report?
Where can I find the journal?
Is it possible to use two computers?
"""
UPDATE = """
Просим обновить сервер автоматически
Заявка на автоматическое обновление рабочих мест
Нужно автообновление, доступ к портам открыт
Прошу выполнить обновление на сервере, порты открыты
Обновите, пожалуйста, нашу программу
Просим обновлять программу на трёх наших компьютерах автоматически
Просим автоматически ставить и обновлять программу на складе
We would like you to update the program automatically
Please update our server automatically
Request for an automatic update of the workstations
"""
MAILING = """
Включите меня в реестр рассылки обновления мобильных версий
Прошу добавить адрес в рассылку мобильной версии
Подпишите anna@example.org на новые версии
Хочу получать новые версии мобильного приложения на почту
Please add me to the mailing list of the mobile version
Subscribe boris@example.org to new mobile versions
"""
UNCLEAR = """
Добрый день
Посмотрите, пожалуйста, вложение
Здравствуйте! Это Анна Вольская.
Hello
12345
?
"""


def _cases(block: str, expected: TicketClass) -> list[tuple[str, TicketClass]]:
    return [(line, expected) for line in block.strip().splitlines()]


CASES = [
    *_cases(INCIDENT, TicketClass.INCIDENT),
    *_cases(SUGGESTION, TicketClass.SUGGESTION),
    *_cases(QUESTION, TicketClass.QUESTION),
    *_cases(UPDATE, TicketClass.UPDATE),
    *_cases(MAILING, TicketClass.MAILING),
]


@pytest.mark.parametrize(("words", "expected"), CASES, ids=[words for words, _ in CASES])
def test_words_propose_their_class_and_say_which_words_spoke(words, expected):
    proposal = classify(words)
    assert (proposal.ticket_class, proposal.confident) == (expected, True)
    assert proposal.words


@pytest.mark.parametrize("words", UNCLEAR.strip().splitlines())
def test_unclear_words_fall_to_the_strictest_promise_without_confidence(words):
    proposal = classify(words)
    assert proposal.ticket_class is TicketClass.INCIDENT
    assert not proposal.confident


def test_the_subject_and_the_text_speak_together():
    assert classify("Вопрос", "Предлагаю добавить тёмную тему, было бы удобно").ticket_class is TicketClass.SUGGESTION


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_gets_a_class_and_only_confident_proposals_leave_the_incident(subject, text):
    proposal = classify(subject, text)
    assert 0 <= proposal.confidence <= 1
    assert proposal.ticket_class is TicketClass.INCIDENT or proposal.confidence >= LEAST_CONFIDENCE
