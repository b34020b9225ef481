"""One answer for every file: who sends the bytes, and what counts as the beginning of a download."""

import hashlib

import pytest
from django.test import RequestFactory

from okibi.kernel import blobs, file_answers

pytestmark = pytest.mark.django_db
LARGE = bytes(blobs.INLINE_LIMIT + 1)
DIGEST = hashlib.sha256(LARGE).hexdigest()
BY_US = {"X-Accel-Redirect": None, "X-Sendfile": None}


@pytest.fixture
def files(tmp_path, settings):
    settings.OKIBI_FILES = str(tmp_path)
    return tmp_path


@pytest.fixture
def blob(files):
    return blobs.put(LARGE)


def answered(blob, *, method="get", by_proxy=True, **headers):
    request = getattr(RequestFactory(), method)("/", headers=headers)
    caching = "private, no-cache"
    return file_answers.answer(request, blob, "Установка 4.3.exe", "application/x-msi", caching, by_proxy=by_proxy)


def test_without_a_proxy_we_send_it(blob, settings):
    settings.OKIBI_FILES_BY_PROXY = ""
    answer = answered(blob)
    assert (answer.status_code, answer.getvalue(), answer["ETag"]) == (200, LARGE, f'"{DIGEST}"')
    assert answer["Content-Disposition"].endswith(
        "filename*=utf-8''%D0%A3%D1%81%D1%82%D0%B0%D0%BD%D0%BE%D0%B2%D0%BA%D0%B0%204.3.exe"
    )
    assert (answer["X-Content-Type-Options"], answer["Accept-Ranges"]) == ("nosniff", "bytes")


@pytest.mark.parametrize(
    ("place", "header"),
    [
        ("/_files", {"X-Accel-Redirect": f"/_files/{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}"}),
        ("/_files/", {"X-Accel-Redirect": f"/_files/{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}"}),
        ("sendfile", {"X-Sendfile": f"{{files}}/{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}"}),
    ],
)
def test_a_proxy_is_told_where_the_bytes_lie(blob, files, settings, place, header):
    settings.OKIBI_FILES_BY_PROXY = place
    answer = answered(blob, range="bytes=5-9")
    for name, value in header.items():
        assert answer[name] == value.format(files=files)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"", "application/x-msi")
    assert "Content-Range" not in answer.headers, "parts are the proxy's"


@pytest.mark.parametrize(
    ("content", "by_proxy"), [(b"MZ small, in the database", True), (LARGE, False)], ids=["small", "of strangers"]
)
def test_a_proxy_never_sends_what_lies_in_the_database_or_came_from_strangers(files, settings, content, by_proxy):
    settings.OKIBI_FILES_BY_PROXY = "/_files"
    answer = answered(blobs.put(content), by_proxy=by_proxy)
    assert answer.getvalue() == content
    assert {name: answer.headers.get(name) for name in BY_US} == BY_US


def test_a_file_that_the_folder_lost_is_not_there(blob):
    blobs.path_of(DIGEST).unlink()
    assert answered(blob).status_code == 404


BEGINNINGS = {
    "the whole": ({}, "", True),
    "from its first byte on": ({"range": "bytes=0-"}, "", True),
    "all but the first byte": ({"range": "bytes=1-"}, "", True),
    "all but what can be guessed": ({"range": "bytes=2000-"}, "/_files", True),
    "the rest of a download": ({"range": "bytes=100000-", "if_range": f'"{DIGEST}"'}, "", False),
    "the rest of another file, which is the whole of this": ({"range": "bytes=100-", "if_range": '"x"'}, "", True),
    "the rest by the proxy's own mark": ({"range": "bytes=100000-", "if_range": '"65f-2"'}, "/_files", False),
    "what is known already": ({"if_none_match": f'W/"{DIGEST}"'}, "", False),
    "beyond its end": ({"range": "bytes=9999999-"}, "", False),
}


@pytest.mark.parametrize(("headers", "place", "begins"), BEGINNINGS.values(), ids=BEGINNINGS)
def test_what_counts_as_a_new_download(blob, settings, headers, place, begins):
    settings.OKIBI_FILES_BY_PROXY = place
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    assert file_answers.begins(RequestFactory().get("/", headers=given), blob) is begins
    assert file_answers.begins(RequestFactory().head("/", headers=given), blob) is False


SENT = {
    "the whole": ({}, "", len(LARGE)),
    "a part": ({"range": "bytes=10-19"}, "", 10),
    "a part of another file, which is the whole of this": ({"range": "bytes=10-19", "if_range": '"x"'}, "", len(LARGE)),
    "a part, by a mark that only the proxy knows": ({"range": "bytes=10-19", "if_range": '"x"'}, "/_files", len(LARGE)),
    "a part, by the proxy": ({"range": "bytes=10-19"}, "/_files", 10),
    "what is known already": ({"if_none_match": f'"{DIGEST}"'}, "", 0),
    "beyond its end": ({"range": "bytes=9999999-"}, "", 0),
}


@pytest.mark.parametrize(("headers", "place", "size"), SENT.values(), ids=SENT)
def test_how_much_of_a_file_leaves_at_most(blob, settings, headers, place, size):
    settings.OKIBI_FILES_BY_PROXY = place
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    assert file_answers.most_sent(RequestFactory().get("/", headers=given), blob) == size
    assert file_answers.most_sent(RequestFactory().head("/", headers=given), blob) == 0


def test_a_proxy_of_another_user_may_read_what_it_is_to_send(files, settings):
    settings.OKIBI_FILES_BY_PROXY = ""
    closed = blobs.path_of(blobs.put(LARGE).sha256)
    assert closed.stat().st_mode & 0o077 == 0
    settings.OKIBI_FILES_BY_PROXY = "/_files"
    opened = blobs.path_of(blobs.put(LARGE + b"2").sha256)
    assert opened.stat().st_mode & 0o777 == 0o640
    assert [folder.stat().st_mode & 0o057 for folder in (opened.parent, opened.parent.parent)] == [0o050, 0o050]
