"""Files that come with mails: names, nested messages, uuencode, winmail.dat."""

import base64
import binascii
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.channels.email.attachments import safe_name
from okibi.channels.email.parse import parse
from okibi.channels.email.tests.mails import fixture, mail, multipart_mail, part, plain
from okibi.channels.email.tests.tnef_maker import attachment, properties, stored_rtf, winmail
from okibi.channels.email.tnef import decompress_rtf, open_tnef
from okibi.channels.email.values import Origin, Protection

NAMES: dict[str, tuple[str | bytes, str]] = {
    "plain": ("filename=act.pdf", "act.pdf"),
    "quoted": ('filename="act 5.pdf"', "act 5.pdf"),
    "not quoted, with spaces": ("filename=act of May.pdf", "act of May.pdf"),
    "RFC 2231": ("filename*=UTF-8''%D0%90%D0%BA%D1%82.pdf", "Акт.pdf"),
    "RFC 2231 in koi8-r": ("filename*=koi8-r''%E1%CB%D4.pdf", "Акт.pdf"),
    "RFC 2231 without a charset": ("filename*=%D0%90%D0%BA%D1%82.pdf", "Акт.pdf"),
    "RFC 2231 in pieces": ("filename*0*=UTF-8''%D0%90%D0;\r\n filename*1*=%BA%D1%82.pdf", "Акт.pdf"),
    "RFC 2231 cut within a byte": ("filename*0*=UTF-8''%D0%90%D;\r\n filename*1*=0%BA%D1%82.pdf", "Акт.pdf"),
    "pieces out of order": ('filename*1="f.pdf";\r\n filename*0="act.pd"', "act.pdf.pdf"[:6] + "f.pdf"),
    "pieces of both kinds": ("filename*0*=UTF-8''%D0%90; filename*1=\"kt.pdf\"", "Аkt.pdf"),
    "RFC 2231 beats the old way": ("filename=\"x.pdf\"; filename*=UTF-8''%D0%90.pdf", "А.pdf"),
    "encoded words": ('filename="=?utf-8?B?0JDQutGCLnBkZg==?="', "Акт.pdf"),
    "encoded words without quotes": ("filename==?utf-8?B?0JDQutGCLnBkZg==?=", "Акт.pdf"),
    "two encoded words": ('filename="=?utf-8?Q?=D0=90?=\r\n =?utf-8?Q?=D0=BA=D1=82.pdf?="', "Акт.pdf"),
    "percent signs": ('filename="%D0%90%D0%BA%D1%82.pdf"', "Акт.pdf"),
    "raw cp1251": ('filename="Акт сверки.pdf"'.encode("cp1251"), "Акт сверки.pdf"),
    "raw koi8-r": ('filename="Акт сверки.pdf"'.encode("koi8-r"), "Акт сверки.pdf"),
    "raw UTF-8": ('filename="Акт.pdf"', "Акт.pdf"),
    "й in two pieces, as macOS writes it": ('filename="Письмой.pdf"', "Письмой.pdf"),
    "a Windows path": ('filename="C:\\Docs\\act.pdf"', "act.pdf"),
    "a path upwards": ('filename="../../etc/passwd"', "passwd"),
    "control characters": ('filename="a\x01ct\t.pdf"', "act.pdf"),
    "the direction turned over": ('filename="act\u202efdp.exe"', "actfdp.exe"),
    "a quote never closed": ('filename="act.pdf', "act.pdf"),
    "forbidden signs": ('filename="a<b>:c|d?.pdf"', "a_b__c_d_.pdf"),
    "a device of Windows": ("filename=con.txt", "_con.txt"),
    "dots and spaces at the ends": ('filename=" ..act.pdf. "', "act.pdf"),
    "no name": ("", "attachment-1.pdf"),
    "a blank name": ('filename=" "', "attachment-1.pdf"),
    "only dots": ('filename=".."', "attachment-1.pdf"),
}


@pytest.mark.parametrize(("raw", "wanted"), NAMES.values(), ids=NAMES.keys())
def test_names(raw: str | bytes, wanted: str) -> None:
    value = raw.encode() if isinstance(raw, str) else raw
    found = parse(
        multipart_mail(
            "mixed",
            plain("x"),
            part(b"%PDF", "Content-Type: application/pdf", b"Content-Disposition: attachment; " + value),
        )
    )
    assert [one.name for one in found.attachments] == [wanted]


def test_a_name_that_stands_in_the_content_type_only() -> None:
    raw = multipart_mail(
        "mixed", plain("x"), part(b"%PDF", 'Content-Type: application/pdf; name="=?koi8-r?B?4cvULnBkZg==?="')
    )
    assert parse(raw).attachments[0].name == "Акт.pdf"


@pytest.mark.parametrize(
    ("type_", "wanted"), [("image/png", "image-1.png"), ("message/rfc822", "Тема.eml"), ("x/y", "attachment-1.bin")]
)
def test_a_file_without_a_name_gets_one_by_its_type(type_: str, wanted: str) -> None:
    raw = multipart_mail("mixed", plain("x"), part("Subject: Тема\r\n\r\nx", f"Content-Type: {type_}"))
    assert parse(raw).attachments[0].name == wanted


def test_what_is_kept_of_a_file() -> None:
    content = bytes(range(256)) * 10
    encoded = base64.encodebytes(content)
    raw = multipart_mail(
        "mixed",
        plain("x"),
        part(encoded, "Content-Type: application/zip; name=a.zip", "Content-Transfer-Encoding: base64"),
    )
    (found,) = parse(raw).attachments
    assert found.content == content
    assert (found.size, found.sha256) == (2560, hashlib.sha256(content).hexdigest())
    assert (found.type, found.inline, found.content_id) == ("application/zip", False, None)


@given(st.text(max_size=400))
def test_a_safe_name_is_safe(name: str) -> None:
    safe = safe_name(name)
    assert not set(safe) & set('/\\<>:"|?*\0\n\r\t')
    assert len(safe.encode()) <= 255
    assert safe == safe.strip(" .")
    assert safe_name(safe) == safe


ENCODINGS = {
    "padding lost": (b"0KLQtdC60YHRg", "base64", "Текст"[:4]),
    "padding in the middle": (
        base64.b64encode("Те".encode() + b"a") + b"\r\n" + base64.b64encode("кст".encode()),
        "base64",
        "Теaкст",
    ),
    "spaces and line breaks": (b"0KLQ tdC6\r\n0YHR\tgg==", "base64", "Текст"),
    "signs that don't belong": (b"0KLQtdC60YHRgg==!", "base64", "Текст"),
    "plain text called base64": (
        b"This is plain, honest text: no code.",
        "base64",
        "This is plain, honest text: no code.",
    ),
    "quoted-printable with a broken sign": (b"a=ZZb=", "quoted-printable", "a=ZZb"),
    "quoted-printable in small letters": (b"=d0=90", "quoted-printable", "А"),
    "letter case": (b"0JA=", "BASE64", "А"),
    "a comment after it": (b"0JA=", "base64; x=y", "А"),
    "unknown": (b"text", "x-new", "text"),
    "8bit": ("Текст".encode(), "8bit", "Текст"),
}


@pytest.mark.parametrize(("body", "encoding", "wanted"), ENCODINGS.values(), ids=ENCODINGS.keys())
def test_transfer_encodings(body: bytes, encoding: str, wanted: str) -> None:
    raw = mail(body, "Content-Type: text/plain; charset=utf-8", f"Content-Transfer-Encoding: {encoding}")
    assert parse(raw).text.startswith(wanted)


def test_a_nested_message_is_a_file_and_not_text() -> None:
    found = parse(fixture("forwarded-as-attachment.eml"))
    assert found.text == "Смотрите вложенное письмо."
    assert [(one.name, one.type, one.origin) for one in found.attachments] == [
        ("Не печатает.eml", "message/rfc822", Origin.MESSAGE)
    ]
    inner = parse(found.attachments[0].content)
    assert inner.text == "Текст вложенного письма."
    assert inner.attachments[0].name == "screen.png"


def _uuencoded(name: str, content: bytes) -> str:
    lines = [binascii.b2a_uu(content[at : at + 45]).decode() for at in range(0, len(content), 45)]
    return f"begin 644 {name}\n{''.join(lines)}`\nend\n"


@given(st.binary(max_size=500))
def test_uuencoded_files_leave_the_text(content: bytes) -> None:
    found = parse(mail(f"Раз\n\n{_uuencoded('Акт.doc', content)}\nДва\n", "Content-Type: text/plain; charset=utf-8"))
    assert found.text.split() == ["Раз", "Два"]
    assert [(one.name, one.content, one.type) for one in found.attachments] == [
        ("Акт.doc", content, "application/msword")
    ]


def test_two_uuencoded_files_and_a_cut_one() -> None:
    cut = _uuencoded("c.bin", b"c" * 500).rsplit("\n", 6)[0]
    found = parse(mail(_uuencoded("a.bin", b"a") + _uuencoded("b.bin", b"b") + cut + "\nконец\n"))
    assert [one.name for one in found.attachments] == ["a.bin", "b.bin", "c.bin"]
    assert "truncated_uuencode" in {one.code for one in found.defects}


def test_prose_that_begins_with_begin_is_prose() -> None:
    assert parse(mail("begin 644 things at once\nand end them\n")).text == "begin 644 things at once\nand end them"


def _tnef_mail(data: bytes) -> bytes:
    encoded = base64.encodebytes(data)
    tnef = part(encoded, "Content-Type: application/ms-tnef; name=winmail.dat", "Content-Transfer-Encoding: base64")
    return multipart_mail("mixed", plain("Во вложении акт"), tnef)


def test_winmail_is_opened() -> None:
    data = winmail(attachment("Акт.doc".encode("cp1251"), b"DOC"), attachment(b"A~1.XLS", b"XLS", "Таблица за май.xls"))
    found = parse(_tnef_mail(data))
    assert [(one.name, one.content, one.origin) for one in found.attachments] == [
        ("Акт.doc", b"DOC", Origin.TNEF),
        ("Таблица за май.xls", b"XLS", Origin.TNEF),
    ]
    assert found.text == "Во вложении акт"


def test_the_words_of_winmail_are_read() -> None:
    rtf = rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}\f0 \'d2\'e5\'ea\'f1\'f2\par \u1042?\u1090?ora\'ff}"
    raw = winmail(mapi=properties((0x102, 0x1009, stored_rtf(rtf))))
    found = parse(
        mail(base64.encodebytes(raw), "Content-Type: application/ms-tnef", "Content-Transfer-Encoding: base64")
    )
    assert found.text.split() == ["Текст", "Втoraя"]
    html = winmail(mapi=properties((0x102, 0x1013, "<p>Раз <b>два</b></p>".encode("cp1251"))))
    found = parse(
        mail(base64.encodebytes(html), "Content-Type: application/ms-tnef", "Content-Transfer-Encoding: base64")
    )
    assert (found.text, found.html) == ("Раз два", "<p>Раз <b>два</b></p>")


def test_html_hidden_in_rtf_is_read() -> None:
    rtf = (
        rb"{\rtf1\ansi\ansicpg1251\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 "
        rb"\'d0\'e0\'e7{\*\htmltag72 </p>}\htmlrtf \par}\htmlrtf0 }"
    )
    raw = winmail(mapi=properties((0x102, 0x1009, stored_rtf(rtf))))
    found = parse(
        mail(base64.encodebytes(raw), "Content-Type: application/ms-tnef", "Content-Transfer-Encoding: base64")
    )
    assert (found.text, found.html) == ("Раз", "<p>Раз</p>")


def test_compressed_rtf_as_in_the_specification() -> None:
    # The example of MS-OXRTFCP, 4.1.1.
    data = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert decompress_rtf(data) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


@given(st.binary(max_size=300), st.integers(0, 200))
def test_a_damaged_winmail_never_harms(noise: bytes, at: int) -> None:
    good = winmail(attachment(b"a.doc", b"DOC", "a.doc"), mapi=properties((0x1F, 0x1000, "x".encode("utf-16-le"))))
    open_tnef(good[:at] + noise + good[at + len(noise) // 2 :])
    assert parse(_tnef_mail(good[:at] + noise)).text.startswith("Во вложении акт")


PROTECTED = {
    "pgp-mime-encrypted.eml": (Protection.PGP, None, "encrypted.asc"),
    "smime-encrypted.eml": (Protection.SMIME, None, "smime.p7m"),
    "smime-signed.eml": (None, Protection.SMIME, "smime.p7s"),
}


@pytest.mark.parametrize(("name", "wanted"), PROTECTED.items())
def test_encrypted_and_signed_mails_are_kept_as_such(
    name: str, wanted: tuple[Protection | None, Protection | None, str]
) -> None:
    found = parse(fixture(name))
    assert (found.encrypted, found.signed) == wanted[:2]
    assert wanted[2] in [one.name for one in found.attachments]


def test_pgp_inside_the_text() -> None:
    signed = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nТекст\n- -- тире\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n"
    )
    found = parse(mail(signed, "Content-Type: text/plain; charset=utf-8"))
    assert (found.signed, found.reply) == (Protection.PGP, "Текст\n-- тире")
    assert parse(mail("-----BEGIN PGP MESSAGE-----\n\nhQ\n-----END PGP MESSAGE-----\n")).encrypted is Protection.PGP
