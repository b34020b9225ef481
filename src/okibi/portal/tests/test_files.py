"""Files that come in pieces before their form is sent: whose they are, what takes them, what is kept."""

import base64
from urllib.parse import urlsplit

from django.urls import reverse

from okibi.kernel import blobs
from okibi.portal.files import MOST_FILES
from okibi.tickets.models import Attachment, Ticket
from okibi.uploads.models import Upload

FORM = {"form_id": "0d5f3f0e-8c3a-4e53-9a53-0a8d2f5a9b12", "kind": "incident", "text": "Не открывается отчёт"}
TUS = {"Tus-Resumable": "1.0.0"}
LOG = "Ошибка 17\n".encode() * 1000


def begun(client, content=LOG, name="журнал.log"):
    words = f"filename {base64.b64encode(name.encode()).decode()},filetype dGV4dC9wbGFpbg=="
    headers = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": words}
    return urlsplit(client.generic("POST", reverse("portal-uploads"), headers=headers).headers["Location"]).path


def brought(client, path, content, offset=0):
    headers = {**TUS, "Upload-Offset": str(offset)}
    return client.generic("PATCH", path, content, "application/offset+octet-stream", headers=headers)


def whole(client):
    path = begun(client)
    brought(client, path, LOG[:4000])
    assert client.head(path, headers=TUS).headers["Upload-Offset"] == "4000"
    brought(client, path, LOG[4000:], 4000)
    return path.rsplit("/", 1)[1]


def test_a_file_that_came_in_pieces_goes_with_a_new_request_and_with_more_words(house):
    house.anna.post(reverse("portal-new"), {**FORM, "uploads": [whole(house.anna), "nonsense"]})
    ticket = Ticket.objects.latest("id")
    file = Attachment.objects.get(message__ticket=ticket)
    assert (file.name, blobs.stream(file.blob).read()) == ("журнал.log", LOG)
    said = {"form_id": "0d5f3f0e-8c3a-4e53-9a53-0a8d2f5a9b13", "uploads": [whole(house.anna)]}
    house.anna.post(reverse("portal-say", args=[ticket.number]), said)
    assert Attachment.objects.filter(message__ticket=ticket).count() == 2


def test_a_form_with_errors_keeps_the_files_that_arrived(house):
    upload = whole(house.anna)
    answer = house.anna.post(reverse("portal-new"), {**FORM, "text": "", "uploads": [upload]})
    assert answer.status_code == 422
    assert f'name="uploads" value="{upload}"' in answer.content.decode()


def test_what_has_not_arrived_whole_or_is_another_s_goes_with_nothing(house):
    unfinished = begun(house.anna).rsplit("/", 1)[1]
    for upload in (unfinished, whole(house.clients["colleague"])):
        answer = house.anna.post(reverse("portal-new"), {**FORM, "uploads": [upload]})
        assert answer.status_code == 422
    assert Ticket.objects.count() == 1


def test_more_files_than_a_message_takes_are_refused_with_a_sentence(house):
    ids = [f"u{number:020x}" for number in range(MOST_FILES + 1)]
    answer = house.anna.post(reverse("portal-new"), {**FORM, "uploads": ids})
    assert answer.status_code == 422
    assert "не больше" in answer.content.decode()


def test_what_the_room_refuses_is_said_in_the_reader_s_language(house, settings):
    settings.OKIBI_API_UPLOAD = 1024 * 1024
    headers = {**TUS, "Upload-Length": str(2 * 1024 * 1024)}
    answer = house.anna.generic("POST", reverse("portal-uploads"), headers=headers)
    assert (answer.status_code, answer.content.decode()) == (413, "Один файл — не больше 1 МБ.")
    assert Upload.objects.filter(size=2 * 1024 * 1024).count() == 0


def test_a_signed_out_browser_is_told_so_without_a_page(house):
    answer = house.clients["revoked"].post(reverse("portal-uploads"), headers={**TUS, "Upload-Length": "3"})
    assert answer.status_code == 401
