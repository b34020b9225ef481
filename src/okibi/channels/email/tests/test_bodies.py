"""Which words of a mail are its text: alternatives, mixtures, invitations, flowed lines."""

import pytest

from okibi.channels.email.parse import parse
from okibi.channels.email.tests.mails import HEAD, fixture, html, mail, multipart, multipart_mail, part, plain
from okibi.channels.email.values import CalendarPart

PDF = part(b"%PDF", "Content-Type: application/pdf; name=a.pdf", "Content-Disposition: attachment")
PNG = part(b"PNG", "Content-Type: image/png; name=a.png", "Content-ID: <a>", "Content-Disposition: inline")
TREES: dict[str, tuple[bytes, str, str, list[str]]] = {
    "text alone": (HEAD + plain("Раз"), "Раз", "", []),
    "no type at all": (mail("Раз"), "Раз", "", []),
    "HTML alone": (HEAD + html("<p>Раз</p>"), "Раз", "<p>Раз</p>", []),
    "an alternative": (multipart_mail("alternative", plain("Раз"), html("<b>Раз</b>")), "Раз", "<b>Раз</b>", []),
    "an alternative the wrong way round": (
        multipart_mail("alternative", html("<b>Р</b>"), plain("Раз")),
        "Раз",
        "<b>Р</b>",
        [],
    ),
    "an alternative with pictures": (
        multipart_mail("alternative", plain("Раз"), multipart("related", html('<img src="cid:a">'), PNG, boundary="r")),
        "Раз",
        '<img src="cid:a">',
        ["a.png"],
    ),
    "a file inside the alternative, as Apple does": (
        multipart_mail("alternative", plain("Раз"), multipart("mixed", html("<b>Раз</b>"), PDF, boundary="m")),
        "Раз",
        "<b>Раз</b>",
        ["a.pdf"],
    ),
    "text, file, text": (multipart_mail("mixed", plain("Раз"), PDF, plain("Два")), "Раз\n\nДва", "", ["a.pdf"]),
    "text and the same as HTML": (multipart_mail("mixed", plain("Раз"), html("<b>Раз</b>")), "Раз", "<b>Раз</b>", []),
    "text and other HTML": (
        multipart_mail("mixed", plain("Раз"), html("<b>Два</b>")),
        "Раз\n\nДва",
        "<div>Раз</div>\n<b>Два</b>",
        [],
    ),
    "a text file": (
        multipart_mail("mixed", plain("Раз"), part("log", "Content-Type: text/plain; name=a.log")),
        "Раз",
        "",
        ["a.log"],
    ),
    "an HTML file": (
        multipart_mail(
            "mixed", plain("Раз"), part("<p>", "Content-Type: text/html", "Content-Disposition: attachment")
        ),
        "Раз",
        "",
        ["text-1.html"],
    ),
    "the only text bears a name": (
        HEAD + part("Раз", "Content-Type: text/plain; charset=utf-8; name=body.txt"),
        "Раз",
        "",
        [],
    ),
    "only a file": (HEAD + part(b"%PDF", "Content-Type: application/pdf; name=a.pdf"), "", "", ["a.pdf"]),
    "an empty mail": (HEAD + b"\r\n", "", "", []),
    "headers and nothing more": (HEAD, "", "", []),
    "an unknown multipart": (multipart_mail("x-new", plain("Раз"), plain("Два")), "Раз\n\nДва", "", []),
    "a boundary that never comes": (HEAD + part("Раз", "Content-Type: multipart/mixed; boundary=b"), "Раз", "", []),
    "no boundary, but it shows": (
        HEAD
        + part(
            "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nРаз\r\n--b--\r\n", "Content-Type: multipart/mixed"
        ),
        "Раз",
        "",
        [],
    ),
    "another boundary than the header says": (
        multipart_mail("mixed", plain("Раз"), PDF).replace(b"boundary=", b"boundary=x-", 1),
        "Раз",
        "",
        ["a.pdf"],
    ),
    "another boundary inside": (
        multipart_mail(
            "mixed",
            multipart("alternative", plain("Раз"), html("<b>Раз</b>"), boundary="r").replace(
                b"boundary=", b"boundary=x-", 1
            ),
            PDF,
        ),
        "Раз",
        "<b>Раз</b>",
        ["a.pdf"],
    ),
    "the last boundary is lost": (
        HEAD + part("--b\r\n\r\nOne\r\n--b\r\n\r\nTwo\r\n", "Content-Type: multipart/mixed; boundary=b"),
        "One\n\nTwo",
        "",
        [],
    ),
    "the inner end is lost": (
        multipart_mail("mixed", part("--i\r\n\r\nOne", "Content-Type: multipart/mixed; boundary=i"), plain("Два")),
        "One\n\nДва",
        "",
        [],
    ),
    "a boundary with spaces behind": (
        HEAD + part("--b  \r\n\r\nOne\r\n--b--  \r\n", "Content-Type: multipart/mixed; boundary=b"),
        "One",
        "",
        [],
    ),
    "a preamble and an epilogue": (
        HEAD + part("preamble\r\n--b\r\n\r\nOne\r\n--b--\r\nepilogue", "Content-Type: multipart/mixed; boundary=b"),
        "One",
        "",
        [],
    ),
    "an inner boundary that begins like the outer": (
        multipart_mail("mixed", multipart("alternative", plain("Раз"), boundary="frontier-2"), plain("Два")),
        "Раз\n\nДва",
        "",
        [],
    ),
    "the same boundary twice": (
        multipart_mail("mixed", multipart("alternative", plain("Раз"), html("<b>Раз</b>")), plain("Два")),
        "Раз",
        "<b>Раз</b>",
        [],
    ),
    "a type that makes no sense": (HEAD + part("One", "Content-Type: ;;;=text"), "One", "", []),
    "a type of one word": (HEAD + part("One", "Content-Type: text"), "One", "", []),
    "enriched text": (HEAD + part("<bold>One</bold> <x>two</x>", "Content-Type: text/enriched"), "One two", "", []),
}


@pytest.mark.parametrize(("raw", "text", "safe", "files"), TREES.values(), ids=TREES.keys())
def test_trees_of_parts(raw: bytes, text: str, safe: str, files: list[str]) -> None:
    found = parse(raw)
    assert found.text == text
    assert found.html == safe
    assert [one.name for one in found.attachments] == files


FLOWED = {
    "lines flow": ("One \ntwo\nthree", "", "One two\nthree"),
    "Chinese way": ("One \ntwo", "; delsp=yes", "Onetwo"),
    "quotes flow by themselves": ("> One \n> two\n>> three", "", "> One two\n>> three"),
    "a signature does not flow": ("One\n-- \nAnna", "", "One\n-- \nAnna"),
    "stuffed spaces": (" From Anna\n >x", "", "From Anna\n>x"),
}


@pytest.mark.parametrize(("body", "more", "wanted"), FLOWED.values(), ids=FLOWED.keys())
def test_flowed_text(body: str, more: str, wanted: str) -> None:
    assert parse(mail(body, f"Content-Type: text/plain; format=flowed{more}")).text == wanted


def test_an_invitation_is_one_line_above_the_words_and_a_file() -> None:
    found = parse(fixture("invitation.eml"))
    line = (
        "📅 Созвон по печати, срочно · 2026-11-23 12:00 Europe/Moscow – 2026-11-23 13:00 Europe/Moscow"
        " · Офис · anna@example.org"
    )
    assert found.text == f"{line}\n\nПриглашаю на созвон"
    assert [one.name for one in found.attachments] == ["invite.ics"]
    assert found.calendar == (
        CalendarPart(
            "REQUEST",
            "Созвон по печати, срочно",
            "2026-11-23 12:00 Europe/Moscow",
            "2026-11-23 13:00 Europe/Moscow",
            "Офис",
            "anna@example.org",
        ),
    )


def test_an_answer_from_outlook_in_cp1251() -> None:
    found = parse(fixture("outlook-reply-cp1251.eml"))
    assert found.sender is not None
    assert (found.sender.name, found.subject) == ("Анна Волская", "RE: Печать")
    assert found.reply == "Готово, печатает."
    assert found.signature.startswith("С уважением")
    assert "Установите .NET 4.5." in found.quoted
    assert found.defects == ()


def test_a_koi8_mail_without_any_labels() -> None:
    found = parse(fixture("koi8-no-labels.eml"))
    assert found.sender is not None
    assert (found.sender.name, found.subject) == ("Анна Волская", "Не работает печать")
    assert found.text == "Здравствуйте! После обновления не работает печать."
    assert {one.code for one in found.defects} == {"no_charset", "raw_header"}
