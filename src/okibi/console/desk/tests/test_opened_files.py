"""A ticket's files as pages: logs by numbered lines, archives by their names, sound as sound; all of it hostile."""

import bz2
import gzip
import html
import io
import lzma
import tarfile
import tracemalloc
import zipfile

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from okibi.console.desk import archives, opened
from okibi.console.desk.archives import UnlistedError, listing
from okibi.kernel import blobs
from okibi.tickets.models import Attachment, Message


def attach(ticket, name, content, media="application/octet-stream"):
    message = Message.objects.filter(ticket=ticket).first()
    blob = blobs.put(content)
    return Attachment.objects.create(message=message, blob=blob, name=name, type=media, size=len(content))


def page_of(client, ticket, file, **query):
    answer = client.get(reverse("console-file-open", args=[ticket.number, file.pk]), query)
    return html.unescape(answer.content.decode())


def zipped(**files) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def tarred(**files) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return target.getvalue()


def names_in(content: bytes) -> list[str]:
    return [member.name for member in listing(io.BytesIO(content), len(content)).members]


# ---------------------------------------------------------------- what is opened as what


@pytest.mark.parametrize(
    ("name", "media", "said"),
    [
        ("screen.png", "image/png", ("image", False)),
        ("voice.webm", "audio/webm;codecs=opus", ("audio", False)),
        ("letter.eml", "message/rfc822", ("mail", False)),
        ("okibi.log", "application/octet-stream", ("text", True)),
        ("notes", "text/plain", ("text", True)),
        ("logs.zip", "application/zip", ("archive", True)),
        ("logs.tar.gz", "application/gzip", ("archive", True)),
        ("logs.7z", "application/x-7z-compressed", ("archive", False)),
        ("setup.exe", "application/octet-stream", ("", False)),
    ],
)
def test_what_a_file_is_opened_as(name, media, said):
    assert opened.kind_of(name, media) == said


# ---------------------------------------------------------------- logs


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "cp866"])
def test_a_log_is_read_in_whatever_russian_programs_write(code):
    assert opened.decoded("Ошибка E-17: файл не найден\n".encode(code)) == "Ошибка E-17: файл не найден\n"


def test_what_is_no_text_is_not_shown_as_text():
    with pytest.raises(ValueError, match="not text"):
        opened.decoded(b"MZ\x90\x00\x03")


@given(st.lists(st.text(st.characters(blacklist_characters="\r\n\0", codec="utf-8"), max_size=20), min_size=1))
def test_lines_come_back_as_they_were(lines):
    lines = [*lines, "end"]
    assert opened.read_lines(io.BytesIO("\n".join(lines).lstrip("\ufeff").encode()))[0][1:] == lines[1:]


@given(st.text(max_size=60), st.text(min_size=1, max_size=3))
def test_marking_what_was_searched_for_changes_no_letter(text, words):
    assert "".join(piece for piece, _ in opened.parts(text, words)) == text


@pytest.mark.django_db
def test_a_log_opens_with_numbers_and_finds_lines_whatever_their_case(vera, ticket):
    lines = [f"line {at}" for at in range(1, 2501)]
    lines[1999] = "ОШИБКА E-17 <script>"
    file = attach(ticket, "okibi.log", "\r\n".join(lines).encode())
    assert "/open/" in vera.get(reverse("console-ticket", args=[ticket.number])).content.decode()
    page = page_of(vera, ticket, file)
    assert 'id="L1000"' in page
    assert 'id="L1001"' not in page
    assert 'id="L2000"' in page_of(vera, ticket, file, line="2000")
    raw = vera.get(reverse("console-file-open", args=[ticket.number, file.pk]), {"q": "ошибка"}).content.decode()
    assert "<mark>ОШИБКА</mark> E-17 &lt;script&gt;" in raw
    assert "Нашлась 1 строка" in raw
    assert "?line=2000#L2000" in raw


@pytest.mark.django_db
@pytest.mark.parametrize("query", [{"line": "0"}, {"line": "-5"}, {"line": "9" * 30}, {"line": "x"}])
def test_whatever_is_asked_of_a_log_is_answered(vera, ticket, query):
    file = attach(ticket, "okibi.log", b"one\ntwo")
    assert vera.get(reverse("console-file-open", args=[ticket.number, file.pk]), query).status_code == 200


@pytest.mark.django_db
def test_a_program_named_as_a_log_is_not_shown(vera, ticket):
    assert "Это не текст" in page_of(vera, ticket, attach(ticket, "setup.log", b"MZ\x90\x00\x03\x00"))


# ---------------------------------------------------------------- archives


def test_a_zip_and_tars_however_packed_are_listed():
    files = {"a.txt": b"1", "b/c.log": b"22"}
    plain = tarred(**files)
    for content in (zipped(**files), plain, gzip.compress(plain), bz2.compress(plain), lzma.compress(plain)):
        found = listing(io.BytesIO(content), len(content))
        assert [(member.name, member.size) for member in found.members] == [("a.txt", 1), ("b/c.log", 2)]
        assert (found.more, found.total) == (False, 3)


def test_russian_names_that_windows_wrote_are_read():
    content = zipped(**{"x" * 6: b"1"}).replace(b"x" * 6, "Журнал".encode("cp866"))
    assert names_in(content) == ["Журнал"]


def test_a_bomb_costs_no_memory_and_is_named():
    whole = gzip.compress(tarred(**{"zeros.bin": bytes(archives.MOST_UNPACKED + (1 << 20))}), 1)
    tracemalloc.start()
    found = listing(io.BytesIO(whole), len(whole))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.swells
    assert peak < 16 << 20


def test_a_zip_says_how_far_it_swells_and_is_not_unpacked():
    content = zipped(**{"zeros.bin": bytes(20 << 20)})
    assert listing(io.BytesIO(content), len(content)).swells


def test_only_so_many_names_are_listed():
    content = zipped(**{f"{at}.txt": b"" for at in range(archives.MOST_MEMBERS + 5)})
    found = listing(io.BytesIO(content), len(content))
    assert (len(found.members), found.more) == (archives.MOST_MEMBERS, True)


def test_a_zip_whose_list_is_huge_is_not_read():
    content = zipped(**{"a.txt": b"1"})
    end = content.rfind(b"PK\x05\x06")
    huge = content[: end + 12] + (1 << 30).to_bytes(4, "little") + content[end + 16 :]
    with pytest.raises(UnlistedError, match="too long"):
        listing(io.BytesIO(huge), len(huge))


@given(st.binary(max_size=300), st.integers(0, 400), st.sampled_from(["zip", "tar", "gz"]))
def test_a_damaged_archive_is_refused_or_listed_but_breaks_nothing(noise, place, kind):
    files = {"a.txt": b"1" * 50, "b.txt": b"2" * 50}
    content = {"zip": zipped, "tar": tarred, "gz": lambda **given: gzip.compress(tarred(**given))}[kind](**files)
    damaged = content[:place] + noise + content[place + len(noise) :]
    try:
        found = listing(io.BytesIO(damaged), len(damaged))
    except UnlistedError:
        return
    assert len(found.members) <= archives.MOST_MEMBERS


@pytest.mark.django_db
def test_an_archive_opens_as_a_list_of_names(vera, ticket):
    page = page_of(vera, ticket, attach(ticket, "logs.zip", zipped(**{"<b>.log": b"1"}), "application/zip"))
    assert "<b>.log" in page
    assert "1 файл, распакованный" in page
    assert "Список не получить" in page_of(vera, ticket, attach(ticket, "bad.zip", b"PK no"))


@pytest.mark.django_db
def test_a_program_has_no_page_and_a_strangers_file_is_not_found(vera, ticket):
    file = attach(ticket, "setup.exe", b"MZ")
    assert vera.get(reverse("console-file-open", args=[ticket.number, file.pk])).status_code == 404
    assert vera.get(reverse("console-file-open", args=[ticket.number, file.pk + 99])).status_code == 404


# ---------------------------------------------------------------- sound


@pytest.mark.django_db
def test_a_voice_message_plays_in_place_and_may_be_sought_in(vera, ticket):
    file = attach(ticket, "voice.webm", b"0123456789", "audio/webm;codecs=opus")
    page = vera.get(reverse("console-ticket", args=[ticket.number]))
    assert "<audio controls" in page.content.decode()
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]
    url = reverse("console-file", args=[ticket.number, file.pk, "voice.webm"])
    whole, piece = vera.get(url), vera.get(url, headers={"Range": "bytes=2-4"})
    assert (whole.status_code, whole.headers["Content-Type"], whole.getvalue()) == (200, "audio/webm", b"0123456789")
    assert (piece.status_code, piece.getvalue(), piece.headers["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    assert vera.get(url, headers={"Range": "bytes=-3"}).getvalue() == b"789"
    assert vera.get(url, headers={"Range": "bytes=50-"}).status_code == 416
    assert vera.get(url, headers={"Range": "bytes=-"}).status_code == 200


@pytest.mark.django_db
def test_a_page_that_calls_itself_sound_is_never_a_page(vera, ticket):
    file = attach(ticket, "x.html", b"<script>", "text/html; audio/webm")
    answer = vera.get(reverse("console-file", args=[ticket.number, file.pk, "x.html"]))
    assert answer.headers["Content-Type"] == "application/octet-stream"
