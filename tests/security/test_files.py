"""Files from outside are bytes: whatever they call themselves, no browser runs them under our name."""

import pytest
from django.test import Client

from okibi.flows.links import where_is
from okibi.tickets.models import Attachment

from .mails import arrive, mail

SCRIPTS = {
    "a drawing with a script": (
        "x.svg",
        "image/svg+xml",
        '<svg xmlns="http://www.w3.org/2000/svg"><script>a()</script></svg>',
    ),
    "a page": ("e.html", "text/html", "<html><script>alert(1)</script></html>"),
    "a page that says it is a picture": ("fake.png", "image/png", "<html><script>alert(1)</script></html>"),
    "a name with folders": ("../../etc/passwd", "application/x-sh", "#!/bin/sh"),
    "a name with a header": ("a\r\nSet-Cookie: x=1.html", "text/html", "<script>alert(1)</script>"),
    "a name with tags and quotes": ('"><b id=pwned>.txt', "text/plain", "abc"),
    "a document of XML": ("x.xml", "application/xml", '<?xml-stylesheet href="x.xsl"?><a/>'),
}


def with_file(name, kind, content):
    plain = name.replace("\r\n", " ").replace('"', "'")
    return mail(
        more="Content-Type: multipart/mixed; boundary=b",
        text=(
            "--b\r\nContent-Type: text/plain\r\n\r\nSee the file\r\n"
            f"--b\r\nContent-Type: {kind}\r\n"
            f'Content-Disposition: attachment; filename="{plain}"\r\n\r\n{content}\r\n--b--'
        ),
    )


@pytest.mark.parametrize(("name", "kind", "content"), SCRIPTS.values(), ids=SCRIPTS.keys())
def test_no_file_is_run_in_the_console_or_behind_the_link(cast, oleg, name, kind, content):
    ticket = arrive(with_file(name, kind, content), "1")
    file = Attachment.objects.get(message__ticket=ticket)
    assert not set(file.name) & set('/\\\r\n\x00<>"')
    behind = "/" + where_is(ticket).split("/", 3)[3] + f"files/{file.pk}/"
    for answer in (
        oleg.get(f"/console/t/{ticket.number}/files/{file.pk}/{file.pk}"),
        Client().get(behind),
    ):
        assert answer.status_code == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        shown = answer.headers["Content-Type"]
        assert shown == "application/octet-stream" or shown.startswith("image/")
        assert "svg" not in shown
        if not shown.startswith("image/"):
            assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_link_of_one_request_opens_no_file_of_another(cast):
    ours = arrive(with_file("a.txt", "text/plain", "abc"), "1")
    theirs = arrive(mail(sender="Борис <boris@example.org>", subject="Другое", key="2"), "2")
    file = Attachment.objects.get(message__ticket=ours)
    place = "/" + where_is(theirs).split("/", 3)[3]
    assert Client().get(place).status_code == 200
    assert Client().get(f"{place}files/{file.pk}/").status_code == 404
