"""The reply without the quote and the signature, for every mail program that writes to us."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.channels.email.parse import parse
from okibi.channels.email.quoting import fold
from okibi.channels.email.tests.mails import html_mail, text_mail

OUTLOOK = (
    "Олег Лесин <oleg@example.org>\n{sent}: 20 ноября 2026 г. 12:41\n"
    "{to}: Анна Волская\n{subject}: RE: печать\n\nСтарое"
)
QUOTES = {
    "Gmail, Russian, wrapped": "пт, 20 нояб. 2026 г. в 12:41, Олег Лесин\n<oleg@example.org>:\n\n> Старое\n> ещё",
    "Gmail, Russian, quote not marked": "пт, 20 нояб. 2026 г. в 12:41, Олег <oleg@example.org>:\n\nСтарое",
    "Gmail, English": "On Fri, Nov 20, 2026 at 12:41 PM Oleg Lesin <oleg@example.org> wrote:\n\n> Старое",
    "Gmail, English, in three lines": "On Fri, Nov 20, 2026 at 12:41 PM Oleg\n<oleg@example.org>\nwrote:\n\n> Старое",
    "Yandex": '20.11.2026, 12:41, "Олег Лесин" <oleg@example.org>:\n\nСтарое',
    "Yandex, fields above": "-" * 16
    + '\nКому: Анна (anna@example.org);\nТема: Печать;\n20.11.2026, 12:41, "Олег" <oleg@example.org>:\nСтарое',
    "Yandex, fields above, marked": "-" * 16
    + '\nКому: Анна (anna@example.org);\nТема: Печать;\n20.11.2026, 12:41, "Олег" <oleg@example.org>:\n> Старое',
    "Mail.ru, block": "От кого: " + OUTLOOK.format(sent="Дата", to="Кому", subject="Тема"),
    "Mail.ru": "Пятница, 20 ноября 2026, 12:41 +03:00 от Олег Лесин <oleg@example.org>:\n \nСтарое",
    "Mail.ru, marked": ">Пятница, 20 ноября 2026, 12:41 +03:00 от Олег <oleg@example.org>:\n>\n>Старое\n>",
    "Apple": "20 нояб. 2026 г., в 12:41, Олег Лесин <oleg@example.org> написал(а):\n\n> \n> Старое",
    "Thunderbird, Russian": "20.11.2026 12:41, Олег Лесин пишет:\n> Старое\n> ещё",
    "Thunderbird, English": "On 20.11.2026 12:41, Oleg Lesin wrote:\n> Старое",
    "Outlook, English rule": "-----Original Message-----\nFrom: Oleg\nSent: Friday\n\nСтарое",
    "Outlook, Russian rule": "-----Исходное сообщение-----\nОт: Олег\n\nСтарое",
    "Android": "-------- Исходное сообщение --------\nОт: Олег\n\nСтарое",
    "Outlook, English block": "From: " + OUTLOOK.format(sent="Sent", to="To", subject="Subject"),
    "Outlook, Russian block": "От: " + OUTLOOK.format(sent="Отправлено", to="Кому", subject="Тема"),
    "Outlook on the web": "_" * 32 + "\nОт: " + OUTLOOK.format(sent="Дата", to="Кому", subject="Тема"),
    "Outlook, bold markers": "*From:* "
    + OUTLOOK.format(sent="*Sent*", to="*To*", subject="*Subject*").replace("*:", ":*"),
    "marks alone": "> Старое\n> ещё\n>> старше",
    "German": "Am 20.11.26 um 12:41 schrieb Oleg Lesin:\n> Старое",
}


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES.keys())
def test_a_quote_below_the_answer_is_folded(quote: str) -> None:
    folded = fold(f"Спасибо, теперь печатает!\n\n{quote}\n")
    assert folded.reply == "Спасибо, теперь печатает!"
    assert "Старое" in folded.quoted


MARKED = [name for name, quote in QUOTES.items() if "\n>" in quote and not name.startswith("Mail.ru")]


@pytest.mark.parametrize("name", MARKED)
def test_an_answer_below_the_quote_survives(name: str) -> None:
    folded = fold(f"{QUOTES[name]}\n\nВерсия 7.2, Windows 10.\n")
    assert folded.reply == "Версия 7.2, Windows 10."


def test_answers_between_quotes_survive_with_what_they_answer() -> None:
    text = "Олег пишет:\n> Какая версия?\n7.2\n> Какая Windows?\nДесятая\n> С уважением\n"
    assert fold(text).reply == "7.2\n> Какая Windows?\nДесятая"


SIGNATURES = {
    "dashes and space": "-- \nАнна Волская\nООО «Рябина»",
    "dashes": "--\nАнна Волская",
    "с уважением": "С уважением,\nАнна Волская\n+7 900 000-00-01",
    "с уважением, in one line": "С уважением, Анна Волская",
    "с ув.": "С ув., Анна",
    "both": "-- \nС уважением,\nАнна Волская",
    "iPhone": "Отправлено с iPhone",
    "Mail.ru": "--\nОтправлено из мобильной Почты Mail.ru",
    "Yandex": "Отправлено из мобильной Яндекс Почты: https://ya.cc/m",
    "English phone": "Sent from my iPhone",
    "Outlook for phones": "Get Outlook for Android<https://aka.ms/x>",
    "best regards": "Best regards,\nAnna",
    "kind regards": "Kind regards\nAnna Volskaya",
    "German": "Mit freundlichen Grüßen\nAnna",
}


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES.keys())
def test_a_signature_is_folded(signature: str) -> None:
    folded = fold(f"Программа не печатает.\n\n{signature}\n")
    assert folded.reply == "Программа не печатает."
    assert folded.signature


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES.keys())
def test_a_signature_between_answer_and_quote_is_folded(signature: str) -> None:
    folded = fold(f"Не печатает.\n\n{signature}\n\n{QUOTES['Gmail, Russian, wrapped']}")
    assert folded.reply == "Не печатает."
    assert folded.signature == signature.replace("-- \n", "--\n")
    assert "Старое" in folded.quoted


KEPT = {
    "a greeting and a signature": "Здравствуйте!\n\nС уважением,\nАнна",
    "a signature alone": "-- \nАнна",
    "a quote alone": "> Старое\n> ещё",
    "respect in a sentence": "С уважением отношусь к вам, но программа не печатает.\nЖду ответа.",
    "a date and a colon": "20.11.2026 в 12:41 инженер Лапин сделал следующее:\nвыключил сервер",
    "From at the start of a sentence": "От: нашей бухгалтерии нужен отчёт\nи всё",
    "a rule and fields": "Форма:\n----------------\nКому: бухгалтерии\nТема: отчёт\nпустая",
    "a table of dashes": "Версия:\n-----\n7.2\n-----\nКак исправить?",
    "a list of settings": "To: 5\nSubject: none\nчто это значит?",
    "a log with arrows": "Вывод программы:\n1 -> 2\nОшибка",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_what_only_looks_like_a_quote_or_a_signature_is_kept(text: str) -> None:
    assert fold(text).reply.replace(" \n", "\n") == text.replace(" \n", "\n")


def test_a_postscript_survives_its_signature() -> None:
    folded = fold("Не печатает.\n\nС уважением,\nАнна\n\nP.S. Версия 7.2")
    assert folded.reply == "Не печатает.\n\nP.S. Версия 7.2"


def test_a_forwarded_mail_is_what_its_sender_wants_read() -> None:
    text = (
        "Посмотрите\n\n---------- Forwarded message ---------\nОт: Борис <b@example.org>\nТема: Печать\n\nНе печатает"
    )
    assert fold(text).reply == text
    outlook = "Посмотрите\n\nFrom: Boris\nSent: Friday\nTo: Anna\nSubject: x\n\nНе печатает"
    assert parse(text_mail(outlook, "utf-8", "Subject: FW: x")).reply == outlook
    assert parse(text_mail(outlook, "utf-8", "Subject: RE: x")).reply == "Посмотрите"


WHO = "Олег &lt;o@example.org&gt;"
HTML_QUOTES = {
    "Gmail": f'<div class="gmail_quote"><div>пт, 20 нояб. 2026 г. в 12:41, {WHO}:<br></div>'
    "<blockquote>Старое</blockquote></div>",
    "Outlook": f'<hr><div id="divRplyFwdMsg"><b>От:</b> {WHO}<br><b>Отправлено:</b> 20 ноября 2026 г.'
    "<br><b>Кому:</b> Анна<br><b>Тема:</b> x</div><div>Старое</div>",
    "Yandex": f"<div>20.11.2026, 12:41, {WHO}:</div><blockquote><p>Старое</p></blockquote>",
    "Mail.ru": '<blockquote style="border-left:1px solid #08C">Пятница, 20 ноября 2026, 12:41 +03:00 от '
    f"{WHO}:<br><div>Старое</div></blockquote>",
    "Apple": f'<div><br><blockquote type="cite"><div>20 нояб. 2026 г., в 12:41, {WHO} написал(а):</div>'
    "<div>Старое</div></blockquote></div>",
    "Thunderbird": '<div class="moz-cite-prefix">20.11.2026 12:41, Олег пишет:<br></div><blockquote type="cite">'
    "Старое<br>ещё</blockquote>",
}


@pytest.mark.parametrize("quote", HTML_QUOTES.values(), ids=HTML_QUOTES.keys())
def test_a_quote_in_html_is_folded(quote: str) -> None:
    found = parse(html_mail(f"<html><body><div>Теперь печатает</div>{quote}</body></html>"))
    assert found.reply == "Теперь печатает"
    assert "Старое" in found.text
    assert "Старое" in found.quoted


@given(st.text(alphabet=st.sampled_from("аб >:-\n_@<C,.1220"), max_size=200))
def test_folding_keeps_words_whenever_there_are_any(text: str) -> None:
    folded = fold(text)
    if any(char.isalnum() for char in text):
        assert any(char.isalnum() for char in folded.reply)
