"""Uploads by tus 1.0, clause by clause."""

import base64
import hashlib
from urllib.parse import urlsplit

import pytest
from django.test import Client

from okibi.kernel import blobs
from okibi.uploads import store
from okibi.uploads.models import Upload

pytestmark = pytest.mark.django_db
CONTENT = "Ошибка 17: принтер не найден\n".encode() * 20_000
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = "application/offset+octet-stream"


class Tus:
    def __init__(self, caller) -> None:
        self.headers = {**TUS, "Authorization": f"Bearer {caller.token}", "Accept-Language": "en"}

    def ask(self, method, path, body=b"", kind=PIECE, **headers):
        sent = {**self.headers, **{name.replace("_", "-"): str(value) for name, value in headers.items()}}
        sent = {name: value for name, value in sent.items() if value}
        return Client(raise_request_exception=False).generic(method, path, body, kind if body else "", headers=sent)

    def begin(self, content=CONTENT, name="журнал.log", **headers):
        words = (
            f"filename {base64.b64encode(name.encode()).decode()},filetype {base64.b64encode(b'text/plain').decode()}"
        )
        answer = self.ask("POST", "/api/v1/uploads", Upload_Length=len(content), Upload_Metadata=words, **headers)
        assert answer.status_code == 201, answer.content
        return urlsplit(answer.headers["Location"]).path

    def patch(self, where, content, offset, **headers):
        return self.ask("PATCH", where, content, Upload_Offset=offset, **headers)


@pytest.fixture
def tus(anna) -> Tus:
    return Tus(anna)


def sum_of(content: bytes, algorithm: str = "sha256") -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


def test_what_the_server_speaks_is_told_without_a_version_or_a_token():
    answer = Client().options("/api/v1/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "expiration", "termination", "checksum"
    }  # fmt: skip
    assert "sha256" in answer.headers["Tus-Checksum-Algorithm"]
    assert int(answer.headers["Tus-Max-Size"]) > 200_000_000


def test_another_version_is_a_failed_precondition(tus):
    for version in ("", "0.2.2"):
        answer = tus.ask("POST", "/api/v1/uploads", Upload_Length=1, Tus_Resumable=version)
        assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


def test_pieces_are_put_together_and_a_request_takes_the_file(tus, anna):
    where = tus.begin()
    half = len(CONTENT) // 2
    first = tus.patch(where, CONTENT[:half], 0)
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(half))
    head = tus.ask("HEAD", where)
    assert (head.status_code, head.headers["Upload-Offset"]) == (200, str(half))
    assert head.headers["Upload-Length"] == str(len(CONTENT))
    assert (head.headers["Cache-Control"], head.headers["Upload-Expires"][-3:]) == ("no-store", "GMT")
    assert tus.patch(where, CONTENT[half:], half).status_code == 204
    told = tus.ask("GET", where).json()
    assert (told["sha256"], told["whole"]) == (hashlib.sha256(CONTENT).hexdigest(), True)
    placed = anna.post("/requests", {"text": "Журнал приложен", "uploads": [told["id"]]})
    assert placed.status_code == 201, placed.content
    said = anna.get(f"/requests/{placed.json()['number']}/messages").json()["items"][0]
    [file] = said["attachments"]
    assert (file["name"], file["size"]) == ("журнал.log", len(CONTENT))
    whole = anna.get(f"/files/{file['id']}")
    assert b"".join(whole.streaming_content) == CONTENT
    assert "sandbox" in whole.headers["Content-Security-Policy"]
    part = anna.get(f"/files/{file['id']}", Range="bytes=10-19", If_Range=whole.headers["ETag"])
    assert (part.status_code, b"".join(part.streaming_content)) == (206, CONTENT[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(CONTENT)}"
    assert anna.get(f"/files/{file['id']}", Range=f"bytes={len(CONTENT)}-").status_code == 416


def test_a_request_takes_a_large_file_without_reading_it(tus, anna):
    where = tus.begin()
    tus.patch(where, CONTENT, 0)
    told = tus.ask("GET", where).json()
    blobs.path_of(told["sha256"]).unlink()  # whoever opened it would find nothing
    placed = anna.post("/requests", {"text": "Журнал приложен", "uploads": [told["id"]]})
    assert placed.status_code == 201, placed.content
    [said] = anna.get(f"/requests/{placed.json()['number']}/messages").json()["items"]
    [file] = said["attachments"]
    assert (file["size"], anna.get(f"/files/{file['id']}").status_code) == (len(CONTENT), 404)


def test_a_file_may_come_with_its_creation(tus):
    answer = tus.ask("POST", "/api/v1/uploads", b"abc", Upload_Length=3)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "3")


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Upload_Offset": 5}, 409), ({"Upload_Offset": "x"}, 400), ({}, 400), ({"Upload_Offset": -1}, 400)],
)
def test_a_piece_must_say_where_it_belongs(tus, headers, status):
    where = tus.begin(b"abc")
    assert tus.ask("PATCH", where, b"abc", **headers).status_code == status


def test_the_pieces_type_and_length_are_checked(tus):
    where = tus.begin(b"abc")
    assert tus.ask("PATCH", where, b"abc", "text/plain", Upload_Offset=0).status_code == 415
    assert tus.patch(where, b"abcd", 0).status_code == 413
    assert tus.ask("HEAD", where).headers["Upload-Offset"] == "0"


def test_a_checksum_that_does_not_fit_leaves_nothing(tus):
    where = tus.begin(b"abc")
    assert tus.patch(where, b"abc", 0, Upload_Checksum=sum_of(b"abd")).status_code == 460
    assert tus.patch(where, b"abc", 0, Upload_Checksum="crc32 aaaa").status_code == 400
    assert tus.ask("HEAD", where).headers["Upload-Offset"] == "0"
    for algorithm in ("sha256", "sha1", "md5"):
        assert tus.patch(tus.begin(b"abc"), b"abc", 0, Upload_Checksum=sum_of(b"abc", algorithm)).status_code == 204


def test_while_one_writes_the_other_waits(tus):
    where = tus.begin(b"abc")
    with store.writing(where.rpartition("/")[2]):
        answer = tus.patch(where, b"abc", 0)
    assert (answer.status_code, answer.json()["code"]) == (423, "uploads.locked")
    assert int(answer.headers["Retry-After"]) > 0


def test_what_is_given_up_is_gone(tus):
    where = tus.begin(b"abc")
    assert tus.ask("DELETE", where).status_code == 204
    assert tus.ask("HEAD", where).status_code == 404


def test_nobody_else_finds_it(tus, boris, nobody):
    where = tus.begin(b"abc")
    assert Tus(boris).ask("HEAD", where).status_code == 404
    assert Tus(boris).patch(where, b"abc", 0).status_code == 404
    assert Client().head(where, headers=TUS).status_code == 401
    assert boris.post("/requests", {"text": "Журнал", "uploads": [where.rpartition("/")[2]]}).status_code == 404


def test_too_large_without_a_length_or_with_broken_metadata(tus, settings):
    settings.OKIBI_API_UPLOAD = 10
    assert tus.ask("POST", "/api/v1/uploads", Upload_Length=11).status_code == 413
    assert tus.ask("POST", "/api/v1/uploads").status_code == 400
    assert tus.ask("POST", "/api/v1/uploads", Upload_Length=1, Upload_Metadata="filename ???").status_code == 400


def test_a_creation_that_is_sent_twice_makes_one_upload(tus):
    assert tus.begin(b"abc", Idempotency_Key="k1") == tus.begin(b"abc", Idempotency_Key="k1")
    assert Upload.objects.count() == 1


def test_a_name_keeps_no_folders(tus):
    tus.begin(b"abc", name="../../etc/пароли\u202egnp.exe")
    assert Upload.objects.get().name == "паролиgnp.exe"


def test_a_client_behind_a_proxy_that_knows_only_post(tus):
    where = tus.begin(b"abc")
    answer = tus.ask("POST", where, b"abc", Upload_Offset=0, X_HTTP_Method_Override="PATCH")
    assert answer.status_code == 204


def test_another_method_is_told_before_the_version(anna):
    for path in ("/uploads", "/uploads/u00"):
        answer = anna.call("TRACE", path)
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_a_creation_that_brings_bytes_is_repeated_by_its_key(tus):
    sent = {"Upload_Length": len(CONTENT), "Idempotency_Key": "one-file"}
    answers = [tus.ask("POST", "/api/v1/uploads", CONTENT[:1000], **sent) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert [each.headers["Upload-Offset"] for each in answers] == ["1000", "1000"]
    assert Upload.objects.count() == 1
    where = urlsplit(answers[0].headers["Location"]).path
    assert tus.patch(where, CONTENT[1000:], 1000).status_code == 204
    assert blobs.read(Upload.objects.get().blob) == CONTENT


def test_more_bytes_than_were_announced_begin_nothing(tus):
    assert tus.ask("POST", "/api/v1/uploads", b"abc", Upload_Length=2).status_code == 413
    assert Upload.objects.count() == 0


def test_head_of_an_upload_has_no_tag_that_could_stand_for_its_state(tus):
    assert "ETag" not in tus.ask("HEAD", tus.begin()).headers
