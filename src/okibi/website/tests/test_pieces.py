"""Files of the site's forms that come in pieces: whose they are, what takes them, and the brakes against floods."""

import base64
import re
from urllib.parse import urlsplit

import pytest
import time_machine

from okibi.channels.models import Outbound
from okibi.kernel import blobs
from okibi.tickets.models import Attachment, Ticket
from okibi.uploads.models import Upload
from okibi.website import pieces
from okibi.website.files import MOST_FILES
from okibi.website.opened import opened_form
from okibi.website.views import uploads as door
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
FILLED = {"kind": "incident", "text": "Не печатает", "name": "Анна Вольская", "address": "anna@example.org"}
TUS = {"Tus-Resumable": "1.0.0"}
LOG = "Ошибка 17\n".encode() * 1000
WHOLE = len(LOG)


@pytest.fixture
def clock():
    with time_machine.travel("2026-11-20T09:41:00Z", tick=False) as moving:
        yield moving


@pytest.fixture
def cast(clock):
    return make_cast()


def hidden_of(html):
    return {name: re.search(rf'name="{name}" value="([^"]+)"', html)[1] for name in ("form_id", "opened")}


def opened(client, clock, seconds=10, address="/request/"):
    html = client.get(address).content.decode()
    clock.shift(seconds)
    return hidden_of(html)


def begun(client, hidden, size=WHOLE, name="журнал.log"):
    words = f"filename {base64.b64encode(name.encode()).decode()},filetype dGV4dC9wbGFpbg=="
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": words}
    return client.generic("POST", f"/request/uploads/{hidden['opened']}", headers=headers)


def brought(client, path, content, offset=0):
    headers = {**TUS, "Upload-Offset": str(offset)}
    return client.generic("PATCH", path, content, "application/offset+octet-stream", headers=headers)


def whole(client, hidden):
    """The id of a file that came in two pieces."""
    path = urlsplit(begun(client, hidden).headers["Location"]).path
    brought(client, path, LOG[:4000])
    assert client.head(path, headers=TUS).headers["Upload-Offset"] == "4000"
    brought(client, path, LOG[4000:], 4000)
    return path.rsplit("/", 1)[1]


def test_the_page_says_where_files_go_and_how_much(client, clock):
    html = client.get("/request/").content.decode()
    assert f'data-uploads="/request/uploads/{hidden_of(html)["opened"]}"' in html
    assert "До 10 файлов, вместе до 250 МБ" in html  # with a script
    assert "До 10 файлов, вместе до 25 МБ" in html  # without


def test_a_file_that_came_in_pieces_goes_with_the_request(client, clock, cast):
    hidden = opened(client, clock)
    answer = client.post("/request/", {**FILLED, **hidden, "uploads": [whole(client, hidden), "nonsense"]})
    assert answer.status_code == 302
    file = Attachment.objects.get(message__ticket=Ticket.objects.get())
    assert (file.name, blobs.stream(file.blob).read()) == ("журнал.log", LOG)


def test_and_with_more_words_by_the_personal_link(client, clock, cast):
    client.post("/request/", {**FILLED, **opened(client, clock)})
    link = re.search(r"https?://[^/\s]+(/where/\S+)", Outbound.objects.get().text)[1]
    hidden = opened(client, clock, address=link)
    answer = client.post(link, {**hidden, "text": "Вот журнал", "uploads": [whole(client, hidden)]})
    assert answer.status_code == 302
    assert Attachment.objects.get().name == "журнал.log"


@pytest.mark.parametrize(
    ("what", "given"), [("a field is wrong", {"address": "не адрес"}), ("it was sent too fast", {"opened": "fresh"})]
)
def test_a_form_that_comes_back_keeps_the_files_that_arrived(client, clock, cast, what, given):
    hidden = opened(client, clock)
    upload = whole(client, hidden)
    if "opened" in given:  # opened just now, and of the same form
        given = opened_form(hidden["form_id"])
    answer = client.post("/request/", {**FILLED, **hidden, **given, "uploads": [upload]})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f'name="uploads" value="{upload}"' in html
    assert html.count(f'value="{upload}"') == 1
    again = hidden_of(html)
    assert again["form_id"] == hidden["form_id"]
    clock.shift(5)
    assert client.post("/request/", {**FILLED, **again, "uploads": [upload]}).status_code == 302
    assert Attachment.objects.get().name == "журнал.log"


def test_what_has_not_arrived_whole_or_is_of_another_form_goes_with_nothing(client, clock, cast):
    hidden, other = opened(client, clock), opened(client, clock)
    unfinished = urlsplit(begun(client, hidden).headers["Location"]).path.rsplit("/", 1)[1]
    for upload in (unfinished, whole(client, other)):
        answer = client.post("/request/", {**FILLED, **hidden, "uploads": [upload]})
        assert answer.status_code == 422
    assert not Ticket.objects.exists()


REFUSED = {
    "a token of nothing": ("forged", 10, 422),
    "a page that was opened this second": ("", 0, 429),
    "a page that was opened the day before": ("", 25 * 3600, 422),
}


@pytest.mark.parametrize("case", REFUSED)
def test_who_opened_no_form_brings_nothing(client, clock, case):
    token, seconds, status = REFUSED[case]
    hidden = opened(client, clock, seconds)
    answer = begun(client, hidden | ({"opened": token} if token else {}))
    assert answer.status_code == status
    assert not Upload.objects.exists()


def test_one_form_brings_no_more_than_it_may_send(client, clock):
    hidden = opened(client, clock)
    assert begun(client, hidden, pieces.TOGETHER + 1).status_code == 413
    assert begun(client, hidden, pieces.TOGETHER).status_code == 201
    answer = begun(client, hidden, 1)
    assert (answer.status_code, "Слишком много незаконченных" in answer.content.decode()) == (413, True)
    other = opened(client, clock)
    assert [begun(client, other, 1).status_code for _ in range(MOST_FILES + 1)] == [*[201] * MOST_FILES, 413]


def test_one_network_brings_so_much_in_an_hour_whatever_forms_it_opens(client, clock):
    answers = []
    for _ in range(10):
        hidden = opened(client, clock)
        answers.append(begun(client, hidden, pieces.TOGETHER))
    assert [answer.status_code for answer in answers][:8] == [201] * 8
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    files = sum(answer.status_code == 201 for answer in answers)
    assert files * pieces.TOGETHER // 1024 <= door.KILOBYTES.count


def test_what_lies_here_unsent_of_all_forms_is_limited(client, clock):
    hidden = opened(client, clock)
    begun(client, hidden, 1024)
    Upload.objects.update(size=pieces.ALL_FORMS, offset=pieces.ALL_FORMS)
    answer = begun(client, opened(client, clock), 1024)
    assert (answer.status_code, "Отправьте заявку без него" in answer.content.decode()) == (422, True)
