"""What its author wrote comes out, whatever the label says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.channels.email.charsets import charset_name, decode
from okibi.channels.email.parse import parse
from okibi.channels.email.tests.mails import mail, text_mail

SHORT = [
    "тест тест", "Тест", "Счёт", "Ошибка", "ОШИБКА", "Счет", "Акт", "Договор", "Здравствуйте!", "Добрый день",
    "Не работает", "Помогите", "Вопрос", "Re: вопрос", "Привет", "Нет", "Да", "Срочно", "СРОЧНО!!!", "Лицензия",
    "Обновление", "Программа вылетает", "Fw: Акт сверки", "Заявка № 15", "Отчёт за май", "ОКИБИ Десктоп", "накладная",
    "Юлия", "Ёлкин Пётр", "Анна Вольская", "Борис Лапин", "Вера Синицына", "Олег Лесин", "ООО «Рябина»",
    "Предложение по улучшению", "Щербаков", "жду ответа", "СМС не уходят", "не печатает", "Иванов И.И.", "Письмо",
    "Windows 7 не запускается", ".NET не ставится", "Ошибка 0x80070005 при установке", "подъезд", "объект", "Шишкин",
]  # fmt: skip
CYRILLIC = ["cp1251", "koi8-r", "cp866", "iso8859-5"]
PROSE = "Здравствуйте! После обновления программа не печатает накладные. Помогите, пожалуйста."


def _encodable(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeError:
        return False
    return True


@pytest.mark.parametrize("charset", CYRILLIC)
@pytest.mark.parametrize("text", SHORT)
def test_a_short_subject_of_raw_bytes_without_any_charset_is_read(text: str, charset: str) -> None:
    if not _encodable(text, charset):
        pytest.skip("this charset has no such sign")
    assert parse(mail(b"", b"Subject: " + text.encode(charset))).subject == text


@pytest.mark.parametrize("text", SHORT)
def test_a_raw_utf8_subject_is_read(text: str) -> None:
    assert parse(mail(b"", b"Subject: " + text.encode())).subject == text


WRONG = ["us-ascii", "iso-8859-1", "windows-1252", "utf-8", "x-unknown", "unknown-8bit", "no-such-charset", "gb2312"]


@pytest.mark.parametrize("label", [*WRONG, "cp1251", "koi8-r", "cp866", "iso-8859-5", "euc-kr", "big5", "shift_jis"])
@pytest.mark.parametrize("charset", [*CYRILLIC, "utf-8", "mac-cyrillic"])
def test_prose_is_read_under_any_wrong_label(charset: str, label: str) -> None:
    if (charset, label) == ("mac-cyrillic", "cp1251"):
        pytest.skip("the two differ in capitals and in «я» only, and the label is believed")
    found = decode(PROSE.encode(charset), label)
    assert found.text == PROSE


DECLARED = {
    "KOI8-R": "koi8-r",
    "windows-1251": "cp1251",
    "CP866": "cp866",
    "iso-8859-5": "iso8859-5",
    "x-mac-cyrillic": "mac-cyrillic",
    "utf-8": "utf-8",
    '"utf-8;"': "utf-8",
    "utf8": "utf-8",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "euc-kr",
    "iso-2022-kr": "iso2022_kr",
    "gb2312": "gb2312",
    "gb18030": "gb18030",
    "utf-7": "utf-7",
    "unicode-1-1-utf-7": "utf-7",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "iso-2022-jp": "iso2022_jp",
    "koi8-u": "koi8-u",
    "cp1251;": "cp1251",
    "win-1251": "cp1251",
}


@pytest.mark.parametrize(("label", "charset"), DECLARED.items())
def test_russian_under_every_label_that_mails_bear(label: str, charset: str) -> None:
    raw = mail("Привет, не работает печать".encode(charset), f"Content-Type: text/plain; charset={label}")
    assert parse(raw).text == "Привет, не работает печать"


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_sixteen_bit_text_without_a_mark_or_a_label(charset: str) -> None:
    assert decode("Тест тест".encode(charset)).text == "Тест тест"


WESTERN = [
    "Mit freundlichen Grüßen", "Ärger über Öl", "été", "à bientôt", "où êtes-vous déjà", "test äöüßÄÖÜß", "äöüßÄÖÜß",
    "Håvard", "letters like: ø æ å", "ÜBERSICHT", "Ünal Çelik", "España", "Ça va", "naïve café", "Ñandú",
]  # fmt: skip


@pytest.mark.parametrize("text", WESTERN)
@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252"])
def test_true_umlauts_and_accents_are_left_alone(text: str, label: str) -> None:
    assert decode(text.encode("cp1252"), label).text == text


@pytest.mark.parametrize("text", ["Mit freundlichen Grüßen", "Håvard", "letters like: ø æ å", "Über Öl", "It’s 5 °C"])
def test_western_bytes_without_a_label(text: str) -> None:
    assert decode(text.encode("cp1252")).text == text


FOREIGN = {
    "한국어 제목입니다": "cp949",
    "安全なメールです": "shift_jis",
    "中文邮件主题你好": "gb18030",
    "測試郵件": "big5",
    "Καλημέρα σας": "cp1253",
    "שלום עולם": "cp1255",
    "Příliš žluťoučký kůň": "cp1250",
    "Привіт, програма не працює": "cp1251",
    "Tiếng Việt": "cp1258",
}


@pytest.mark.parametrize(("text", "charset"), [(t, c) for t, c in FOREIGN.items() if _encodable(t, c)])
def test_other_languages_are_believed(text: str, charset: str) -> None:
    assert decode(text.encode(charset), charset).text == text


def test_a_footer_in_another_charset_below_utf8() -> None:
    data = "Текст письма в правильной кодировке.\n".encode() + "Подпись дописал почтовый шлюз.".encode("cp1251")
    found = decode(data, "utf-8")
    assert found.text == "Текст письма в правильной кодировке.\nПодпись дописал почтовый шлюз."
    assert found.defect == "wrong_charset"


def test_utf8_that_was_cut_in_the_middle_of_a_letter() -> None:
    assert decode("Не работает печать"[:18].encode()[:-1], "utf-8").text == "Не работает печат"


@pytest.mark.parametrize("through", ["cp1251", "latin-1"])
def test_text_that_was_broken_before_it_was_sent_is_mended(through: str) -> None:
    broken = "Привет, это тест".encode().decode(through, "replace")
    if "\ufffd" in broken:
        pytest.skip("this way loses letters")
    found = decode(broken.encode(), "utf-8")
    assert (found.text, found.defect) == ("Привет, это тест", "double_encoded")


def test_a_complaint_about_broken_text_keeps_the_broken_text() -> None:
    complaint = "В письме вместо слов стоит РџСЂРёРІРµС‚, что делать?"
    assert decode(complaint.encode(), "utf-8").text == complaint


@pytest.mark.parametrize(
    "label", ["idna", "punycode", "unicode_escape", "base64", "zlib", "rot13", "undefined", "\0x", "é"]
)
def test_names_that_are_no_charsets_are_no_charsets(label: str) -> None:
    assert charset_name(label) is None


def test_the_charset_of_the_body_helps_a_subject_that_could_be_read_two_ways() -> None:
    raw = text_mail("Не работает ИПВ, помогите", "cp1251", b"Subject: " + "ИПВ".encode("cp1251"))
    assert parse(raw).subject == "ИПВ"


@given(
    st.binary(max_size=300), st.sampled_from([None, "utf-8", "koi8-r", "gb2312", "utf-7", "utf-16", "iso-2022-kr", "x"])
)
def test_any_bytes_under_any_label_are_some_text(data: bytes, label: str | None) -> None:
    found = decode(data, label)
    found.text.encode()
    if label == "utf-8" and found.charset == "utf-8" and found.defect is None and not data.startswith(b"\xef\xbb\xbf"):
        assert found.text.encode() == data


@given(st.text(alphabet="абвгдежзийклмнопрстуфхцчшщыэюя ", min_size=1).filter(str.strip))
def test_what_is_rightly_labelled_utf8_is_never_changed(text: str) -> None:
    assert decode(text.encode(), "utf-8").text == text


SUBJECT = st.text(alphabet="абвгдежзийклмнопрстуфхцчшщыэюя №«»—A1 漢字テ😀", min_size=12, max_size=400).map(
    lambda text: " ".join(text.split())
)


def _letters(text: str) -> str:
    return text.replace(" ", "")


@given(SUBJECT.filter(lambda text: not text.isascii()), st.data())
def test_a_raw_utf8_subject_cut_inside_a_letter_loses_that_letter_and_no_other(text: str, data: st.DataObject) -> None:
    raw = text.encode()
    first = next(index for index, byte in enumerate(raw) if byte >= 0x80)
    whole = first + len(raw[first:].decode()[0].encode())
    cut = data.draw(st.integers(whole, len(raw)))
    kept = raw[:cut].decode("utf-8", "ignore")
    found = decode(raw[:cut])
    assert (found.text, found.charset) == (kept, "utf-8")
    assert parse(mail(b"", b"Subject: " + raw[:cut])).subject == kept.strip()


@given(SUBJECT, st.integers(1, 80), st.sampled_from([b"\r\n ", b"\r\n\t", b"\n "]))
def test_a_raw_utf8_subject_folded_at_any_byte_loses_nothing(text: str, width: int, fold: bytes) -> None:
    raw = text.encode()
    folded = fold.join(raw[start : start + width] for start in range(0, len(raw), width))
    if width >= 4:  # narrower, a letter lies on three lines
        assert _letters(parse(mail(b"", b"Subject: " + folded)).subject) == _letters(text)


@pytest.mark.parametrize("charset", CYRILLIC)
@pytest.mark.parametrize("text", [PROSE, "Программа вылетает при печати", "СРОЧНО!!! Не работает обновление"])
def test_other_charsets_are_not_taken_for_broken_utf8(text: str, charset: str) -> None:
    raw = text.encode(charset)
    assert [decode(raw[:cut]).text for cut in range(9, len(raw))] == [text[:cut] for cut in range(9, len(raw))]


def test_a_letter_lost_in_the_middle_of_a_raw_utf8_subject_takes_no_other_with_it() -> None:
    raw = PROSE.encode()
    assert parse(mail(b"", b"Subject: " + raw[:21] + raw[22:])).subject == PROSE[:10] + PROSE[11:]
