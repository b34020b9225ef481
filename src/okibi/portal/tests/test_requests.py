"""Own requests in the portal: placed once, followed, answered, rated; the card, the archive, the erasure."""

import io
import json
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from okibi.calls.models import Call, Recording
from okibi.channels.messenger import conversations
from okibi.channels.models import Outbound
from okibi.customers.models import EmailAddress, PhoneNumber
from okibi.customers.services import meet, set_organisation_admin, tie
from okibi.environments.models import Device
from okibi.flows import erasure, personal_data, reply
from okibi.flows import ipv_conversation as talk
from okibi.journal.models import Entry
from okibi.journal.services import SYSTEM, Actor
from okibi.kernel import blobs
from okibi.kernel.clock import now
from okibi.mailings.models import Line, Mailing
from okibi.releases.models import Release
from okibi.tickets.models import Message, Ticket

FORM = {"form_id": "0d5f3f0e-8c3a-4e53-9a53-0a8d2f5a9b11", "kind": "incident", "text": "Не открывается отчёт"}


def html(answer):
    return answer.content.decode()


def test_the_verdict_and_the_term_are_seen_before_anything_is_sent(house):
    given = {**FORM, "product": "desktop", "environment": "Windows XP x86"}
    page = html(house.anna.post(reverse("portal-preview"), given))
    assert "Ответим до" in page
    assert "verdict-unmet" in page
    assert "Л-2026-0418" in page
    without_script = html(house.anna.post(reverse("portal-new"), {**given, "check": "1"}))
    assert "Ответим до" in without_script
    assert "Не открывается отчёт" in without_script
    assert Ticket.objects.count() == 1  # of the fixture


def test_what_a_known_device_says_stands_folded_and_what_fits_takes_one_line(house):
    assert '<details class="card pt-facts pt-where" open>' in html(house.anna.get(reverse("portal-new")))
    report = {"system": {"name": "Windows 10 x64"}, "dotnet": {"version": "4.8"}, "memory_mb": 8192}
    Device.objects.filter(pk=house.anna_device.pk).update(
        kind="desktop", name="Касса", product="desktop", version="4.2", report=report
    )
    page = html(house.anna.get(reverse("portal-new")))
    assert '<details class="card pt-facts pt-where">' in page
    assert '<span class="hint" data-chosen-of="id_device">Касса</span>' in page
    wrong = html(house.anna.post(reverse("portal-new"), {**FORM, "version": "9" * 41, "device": ""}))
    assert '<details class="card pt-facts pt-where" open>' in wrong
    seen = html(house.anna.post(reverse("portal-preview"), {**FORM, "device": house.anna_device.public_id}))
    assert "Среда подходит:" in seen


@pytest.mark.parametrize("name", ["portal-requests", "portal-organisation"])
@pytest.mark.parametrize("query", ["?q=ничегоподобного", "?state=ended", ""])
def test_a_page_without_rows_has_no_nameless_button(house, name, query):
    Ticket.objects.all().delete()
    page = html(house.clients["admin"].get(reverse(name) + query))
    assert 'class="empty"' in page
    assert not re.search(r"<a[^>]*>\s*</a>", page)


def test_a_long_letter_of_ours_says_its_gist_and_unfolds(house):
    text = "Здравствуйте.\n\nПриняли вашу заявку.\n\n" + "Что мы проверили: всё.\n" * 30
    Message.objects.create(ticket=house.ticket, kind=Message.Kind.AUTOMATIC, text=text, at=now())
    page = html(house.anna.get(reverse("portal-request", args=[house.ticket.number])))
    before, after = page.split("Письмо целиком", 1)
    assert "Приняли вашу заявку" in before
    assert "Что мы проверили: всё" not in before
    assert "Что мы проверили: всё" in after


def test_a_second_press_of_the_button_places_nothing(house):
    def pressed():
        files = {"attachments": [SimpleUploadedFile("снимок.png", b"png", "image/png")]}
        return house.anna.post(reverse("portal-new"), {**FORM, **files})

    first, second = pressed(), pressed()
    assert first.headers["Location"] == second.headers["Location"]
    ticket = Ticket.objects.latest("id")
    assert (ticket.channel, ticket.requester, ticket.kind) == ("ipv", house.cast.anna, "incident")
    page = html(house.anna.get(first.headers["Location"]))
    assert "снимок.png" in page
    assert "как посчитано" in page


def test_words_about_the_machine_are_judged_like_a_report(house):
    given = {**FORM, "product": "desktop", "environment": "Windows 10 x64, .NET 4.8, 4 ГБ памяти"}
    house.anna.post(reverse("portal-new"), given)
    lines = {line["subject"]: line["status"] for line in Ticket.objects.latest("id").verdict["lines"]}
    assert (lines["os"], lines["runtime"], lines["memory"]) == ("met", "met", "met")


def test_a_known_device_says_its_environment(house):
    report = {"system": {"family": "windows", "name": "Windows 10 Pro", "version": "10.0.19045"}}
    Device.objects.filter(pk=house.anna_device.pk).update(report=report, product="desktop", version="4.2.1", name="ПК")
    assert "ПК" in html(house.anna.get(reverse("portal-new")))
    house.anna.post(reverse("portal-new"), {**FORM, "device": house.anna_device.public_id})
    ticket = Ticket.objects.latest("id")
    assert (ticket.product, ticket.product_version) == ("desktop", "4.2.1")
    assert house.anna.post(reverse("portal-new"), {**FORM, "device": "dothersdevice"}).status_code == 422


def test_an_answer_shows_in_an_open_page_and_is_read_by_that(house):
    path = reverse("portal-request", args=[house.ticket.number])
    page = html(house.anna.get(path))
    live = re.search(r'hx-get="([^"]*/live/[^"]*)"', page)[1]
    assert talk.request(house.visitors["anna"], house.ticket.number).unread == 0
    assert house.anna.get(live).status_code == 204
    reply.reply(house.ticket.pk, house.cast.oleg, "И обновите шаблон.")
    news = house.anna.get(live)
    assert news.status_code == 200
    assert "И обновите шаблон." in html(news)
    assert talk.request(house.visitors["anna"], house.ticket.number).unread == 0


def test_an_administrator_s_look_marks_nothing_as_read(house):
    number = house.ticket.number
    assert "как администратор" in html(house.clients["admin"].get(reverse("portal-request", args=[number])))
    assert talk.request(house.visitors["anna"], number).unread == 1


def test_write_says_it_works_rate_and_open_again(house):
    number = house.ticket.number
    say = reverse("portal-say", args=[number])
    for nothing in (" ", "\u200b\u2060", "\u3164"):
        assert house.anna.post(say, {"form_id": FORM["form_id"], "text": nothing}).status_code == 422
    house.anna.post(say, {"form_id": FORM["form_id"], "text": "Спасибо"})
    house.anna.post(say, {"form_id": FORM["form_id"], "text": "Спасибо"})
    assert [each.text.ru for each in talk.messages(house.visitors["anna"], number)].count("Спасибо") == 1
    house.anna.post(reverse("portal-works", args=[number]))
    house.anna.post(reverse("portal-rate", args=[number]), {"score": "5", "text": "Быстро"})
    view = talk.request(house.visitors["anna"], number)
    assert (view.state, view.rating.score) == ("closed", 5)
    assert house.anna.post(reverse("portal-rate", args=[number]), {"score": "9"}).status_code == 422
    house.anna.post(reverse("portal-reopen", args=[number]), {**FORM, "text": "Снова E-17"})
    assert talk.request(house.visitors["anna"], number).state == "open"


def test_the_list_takes_as_many_queries_however_long(house, django_assert_max_num_queries):
    for number in range(15):
        house.anna.post(reverse("portal-new"), {**FORM, "form_id": f"0d5f3f0e-8c3a-4e53-9a53-0a8d2f5a9b{number:02}"})
    house.anna.get(reverse("portal-requests"))
    with django_assert_max_num_queries(6):
        page = html(house.anna.get(reverse("portal-requests")))
    assert page.count("pt-row-head") == 16


# ---------------------------------------------------------------- the card


def test_an_address_joins_the_card_by_a_letter_s_link_only(house):
    house.anna.post(reverse("portal-address-add"), {"address": "second@example.org"})
    assert not EmailAddress.objects.filter(key="second@example.org").exists()
    text = Outbound.objects.get(recipient="second@example.org").text
    path = re.search(r"https?://[^/]+(/portal/me/addresses/confirm/\S+)", text)[1]
    assert house.clients["colleague"].post(path).status_code == 404
    house.anna.post(path)
    assert EmailAddress.objects.get(key="second@example.org").person == house.cast.anna


def test_the_address_of_another_can_not_be_taken(house):
    house.anna.post(reverse("portal-address-add"), {"address": "boris@example.org"})
    text = Outbound.objects.get(recipient="boris@example.org").text
    path = re.search(r"https?://[^/]+(/portal/me/addresses/confirm/\S+)", text)[1]
    house.anna.post(path)
    assert EmailAddress.objects.get(key="boris@example.org").person == house.cast.boris


def test_the_last_address_by_which_one_signs_in_stays(house):
    house.anna.post(reverse("portal-address", args=[house.rows["email_id"]]), {"act": "remove"})
    assert EmailAddress.objects.filter(pk=house.rows["email_id"]).exists()


def test_the_mailing_flag_is_set_by_the_administrator_and_on_record(house):
    path = reverse("portal-person-mailing", args=[house.cast.anna.pk, house.rows["email_id"]])
    house.clients["admin"].post(path, {"on": "1"})
    assert EmailAddress.objects.get(pk=house.rows["email_id"]).mobile_mailing
    entry = Entry.objects.filter(code="address.mailing").latest("id")
    assert (entry.actor_kind, entry.actor_name) == ("person", "Дарья Ким")


def test_an_organisation_keeps_one_administrator(house):
    path = reverse("portal-person-admin", args=[house.darya.pk])
    house.clients["admin"].post(path, {"act": "off"})
    house.darya.refresh_from_db()
    assert house.darya.organisation_admin
    house.clients["admin"].post(reverse("portal-person-admin", args=[house.cast.anna.pk]), {"act": "on"})
    house.clients["admin"].post(path, {"act": "off"})
    house.darya.refresh_from_db()
    assert not house.darya.organisation_admin


# ---------------------------------------------------------------- everything about me, and nothing any more


def read_archive(content):
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return json.loads(packed.read("about-me.json")), {name: packed.read(name) for name in packed.namelist()}


def test_the_archive_holds_card_requests_words_and_files(house):
    about, files = read_archive(house.anna.post(reverse("portal-data-take")).getvalue())
    assert (about["name"], about["addresses"][0]["address"]) == ("Анна Вольская", "anna@example.org")
    (request,) = about["requests"]
    assert [message["text"] for message in request["messages"]][-1] == "Заново выберите принтер."
    assert files[request["messages"][0]["files"][0]["in_archive"]] == b"log"
    assert Entry.objects.filter(code="person.data_given").exists()


def talked(house, network, user_id, *, verified):
    row = meet(network, user_id=user_id, name="Аня")
    tie(row.pk, house.cast.anna.pk, actor=SYSTEM, verified=verified)
    conversations.wrote(network, "main", user_id, now(), "m1")


def test_the_archive_lists_messengers_and_says_little_of_those_that_are_only_guessed(house):
    talked(house, "telegram", "7001", verified=True)
    about, _files = read_archive(house.anna.post(reverse("portal-data-take")).getvalue())
    proved, guessed = about["messengers"]
    assert (proved["network"], proved["user_id"], proved["name"]) == ("telegram", "7001", "Аня")
    assert [one["channel"] for one in proved["conversations"]] == ["telegram"]
    assert guessed == {"network": "max", "number": "", "verified_at": None}


def test_erasure_forgets_where_the_conversations_of_messengers_stand(house):
    talked(house, "telegram", "7001", verified=True)
    conversations.wrote("max", "main", "7001", now(), "m2")  # another person's: the same id in another network
    erasure.erase(house.cast.anna.pk, SYSTEM)
    assert not conversations.conversations_of("telegram", ["7001"])
    assert len(conversations.conversations_of("max", ["7001"])) == 1


def test_an_administrator_takes_what_a_colleague_did_for_the_organisation_and_it_is_on_record(house):
    talked(house, "telegram", "7001", verified=True)
    Ticket.objects.create(**{**placed_elsewhere(house), "subject": "Из прежней жизни"})
    path = reverse("portal-person-data", args=[house.cast.anna.pk])
    about, files = read_archive(house.clients["admin"].post(path).getvalue())
    assert about["name"] == "Анна Вольская"
    assert [request["number"] for request in about["requests"]] == [house.ticket.number]
    assert "messengers" not in about
    assert b"log" in files.values()
    entry = Entry.objects.filter(code="person.data_given", subject_id=house.cast.anna.pk).latest("id")
    assert entry.actor_name == "Дарья Ким"


def test_an_administrator_has_the_calls_about_the_organisation_s_requests_and_oneself_has_all(house):
    anna = house.cast.anna
    elsewhere = Ticket.objects.create(**placed_elsewhere(house))
    for key, ticket in (("1", house.ticket), ("2", elsewhere), ("3", None)):
        Call.objects.create(
            exchange="cti", key=key, direction="in", e164="+79000000011", person=anna, ticket=ticket, state="ended",
            started_at=now(), last_event_at=now(),
        )  # fmt: skip
    own, _files = read_archive(house.anna.post(reverse("portal-data-take")).getvalue())
    assert len(own["calls"]) == 3
    path = reverse("portal-person-data", args=[anna.pk])
    given, _files = read_archive(house.clients["admin"].post(path).getvalue())
    assert [call["request"] for call in given["calls"]] == [house.ticket.number]


def test_recordings_of_calls_with_a_number_that_is_surely_theirs_are_in_their_own_archive_alone(house):
    anna, sound = house.cast.anna, blobs.put(b"ID3 sound")
    PhoneNumber.objects.create(person=anna, e164="+79000000011", verified_at=now())
    PhoneNumber.objects.create(person=anna, e164="+79000000012")
    for number in ("+79000000011", "+79000000012"):
        call = Call.objects.create(
            exchange="mango", key=number, direction="in", e164=number, person=anna, ticket=house.ticket, state="ended",
            started_at=now(), last_event_at=now(),
        )  # fmt: skip
        Recording.objects.create(call=call, key="1", where="1", state="kept", blob=sound, created_at=now())
    own, files = read_archive(house.anna.post(reverse("portal-data-take")).getvalue())
    assert [files[one["in_archive"]] for one in own["recordings"]] == [b"ID3 sound"]
    given, files = read_archive(house.clients["admin"].post(reverse("portal-person-data", args=[anna.pk])).getvalue())
    assert "recordings" not in given
    assert b"ID3 sound" not in files.values()


def test_the_archive_lists_the_versions_that_were_mailed(house):
    release = Release.objects.create(
        product="mobile", version="9.1.0", version_key="9.1.0", state="published", created_at=now(), created_by="Олег"
    )
    mailing = Mailing.objects.create(release=release, state="sending", created_at=now(), created_by="Олег")
    Line.objects.create(
        mailing=mailing, person=house.cast.anna, key="anna@example.org", address="anna@example.org", state="opened",
        sent_at=now(), opened_at=now(),
    )  # fmt: skip
    about, _files = read_archive(house.anna.post(reverse("portal-data-take")).getvalue())
    (line,) = about["mailings"]
    assert (line["product"], line["version"], line["address"]) == ("mobile", "9.1.0", "anna@example.org")
    assert line["state"] == "opened"
    assert line["installed_at"] is None


def placed_elsewhere(house):
    row = Ticket.objects.filter(pk=house.ticket.pk).values().get()
    del row["id"]
    return {**row, "number": "26-999999", "token": "t" * 20, "organisation_id": house.cast.kedr.pk}


def test_a_large_archive_of_a_colleague_is_its_administrator_s_only_while_they_are_one(house):
    chore = personal_data.begin(house.visitors["admin"], house.cast.anna.pk)
    assert chore.pk != house.rows["chore_id"]
    assert personal_data.begin(house.visitors["admin"], house.cast.anna.pk).pk == chore.pk
    path = reverse("portal-data", args=[chore.pk])
    assert house.clients["admin"].get(path).status_code == 200
    assert house.anna.get(path).status_code == 404
    set_organisation_admin(house.darya.pk, on=False, actor=SYSTEM)
    assert house.clients["admin"].get(path).status_code == 404


def test_an_administrator_asks_the_desk_to_erase_a_colleague_s_card(house):
    path = reverse("portal-person-erasure", args=[house.cast.anna.pk])
    assert house.clients["admin"].post(path, {"text": "Уволилась"}).status_code == 422
    house.clients["admin"].post(path, {"sure": "1", "text": "Уволилась"})
    ticket = Ticket.objects.latest("id")
    assert (ticket.kind, ticket.requester) == ("question", house.darya)
    entry = Entry.objects.filter(code="person.erasure_asked").latest("id")
    assert (entry.subject_id, entry.data) == (house.cast.anna.pk, {"number": ticket.number})


def test_what_a_colleague_has_not_read_is_no_news_to_the_administrator(house):
    page = html(house.clients["admin"].get(reverse("portal-organisation")))
    assert house.ticket.number in page
    assert "pt-unread" not in page
    assert "pt-unread" in html(house.anna.get(reverse("portal-requests")))


def test_notes_of_the_staff_are_not_in_the_archive(house):
    reply.note(house.ticket.pk, house.cast.oleg, "Клиент скандалит", [])
    content = house.anna.post(reverse("portal-data-take")).getvalue()
    assert "скандалит" not in json.dumps(read_archive(content)[0], ensure_ascii=False)


def test_a_large_archive_is_made_by_a_job_and_kept_a_day(house):
    chore_id = house.rows["chore_id"]
    path = reverse("portal-data", args=[chore_id])
    assert "архив собирается" in html(house.anna.get(path))
    personal_data.make(chore_id)
    personal_data.make(chore_id)
    about, _files = read_archive(house.anna.get(path, {"take": "1"}).getvalue())
    assert about["requests"][0]["number"] == house.ticket.number
    chore = personal_data.find(house.visitors["anna"], chore_id)
    sha256 = chore.about["sha256"]
    chore.finished_at -= personal_data.KEPT_FOR * 2
    chore.save()
    assert personal_data.forget_old() == 1
    with pytest.raises(blobs.Blob.DoesNotExist):
        blobs.stored(sha256)
    assert "архива прошли" in html(house.anna.get(path))


def test_asking_for_erasure_is_a_question_to_the_desk_on_record(house):
    for _ in range(2):
        house.anna.post(reverse("portal-erasure"), {"sure": "1", "text": "Ухожу"})
    assert house.anna.post(reverse("portal-erasure"), {"text": "Ухожу"}).status_code == 422
    ticket = Ticket.objects.latest("id")
    assert (Ticket.objects.count(), ticket.kind, ticket.requester) == (2, "question", house.cast.anna)
    entry = Entry.objects.filter(code="person.erasure_asked").latest("id")
    assert entry.data == {"number": ticket.number}


def test_erasure_leaves_the_figures_and_no_name(house):
    house.anna.get(reverse("portal-requests"))
    done = erasure.erase(house.cast.anna.pk, Actor("staff", house.cast.oleg.pk, house.cast.oleg.name))
    assert (done.addresses, done.numbers, done.requests) == (1, 1, 1)
    house.cast.anna.refresh_from_db()
    ticket = Ticket.objects.get(pk=house.ticket.pk)
    assert "Анна" not in house.cast.anna.name + ticket.requester_name
    assert (ticket.requester_address, ticket.state, ticket.requester) == ("", "closed", house.cast.anna)
    assert not EmailAddress.objects.filter(person=house.cast.anna).exists()
    assert house.anna.get(reverse("portal-requests")).status_code == 302  # her devices are cut off
    assert "Анна" not in "".join(talk_author(ticket))
    assert Entry.objects.filter(code="person.erased", subject_id=house.cast.anna.pk).exists()


def talk_author(ticket):
    return [message.author_name for message in ticket.messages.all()]
