"""The public pages: what they say, in both languages, and what they never say."""

import pytest
import time_machine

from okibi.kernel.clock import now
from okibi.schemes.services import in_force

pytestmark = pytest.mark.django_db
FRIDAY = "2026-11-20T09:41:00Z"  # 12:41 in Moscow
SUNDAY = "2026-11-22T09:41:00Z"


def said(client, path, language="ru"):
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("path", ["/", "/scheme/", "/request/", "/where/", "/where/?asked=1"])
def test_every_public_page_opens_in_its_language_without_a_script_of_its_own(client, path, language):
    html = said(client, path, language)
    assert f'<html lang="{language}"' in html
    assert "<script>" not in html
    assert "style=" not in html


class TestFrontPage:
    def test_names_every_way_of_the_scheme_the_preferred_one_first(self, client):
        html = said(client, "/")
        scheme = in_force(now()).scheme
        places = [html.index(f"<h2>{channel.name.ru}</h2>") for channel in scheme.channels]
        assert len(places) == 4
        assert min(places) == html.index(f"<h2>{scheme.preferred_channel.name.ru}</h2>")

    def test_says_that_the_telephone_is_answered_in_working_time(self, client):
        with time_machine.travel(FRIDAY, tick=False):
            assert "отвечаем на звонки, до 20:00" in said(client, "/")

    def test_says_from_when_the_telephone_is_answered_at_other_times(self, client):
        with time_machine.travel(SUNDAY, tick=False):
            html = said(client, "/")
        assert "Ответим в понедельник, 23 ноября, 8:00" in html
        assert "lamp-off" in html

    def test_the_preferred_way_can_be_begun_at_once(self, client):
        html = said(client, "/")
        for address, words in (("/mob/", "Открыть на телефоне"), ("/download/", "Загрузить для компьютера")):
            assert f'<a href="{address}">{words}</a>' in html
            assert client.get(address).status_code == 200

    def test_leads_to_the_form_the_request_and_the_scheme(self, client):
        html = said(client, "/")
        for address in ("/request/", "/where/", "/scheme/"):
            assert f'href="{address}"' in html


def test_search_engines_keep_out_of_personal_pages(client):
    robots = client.get("/robots.txt").content.decode()
    for address in ("/where/", "/who/", "/console/"):
        assert f"Disallow: {address}" in robots


def test_browsers_that_ask_for_the_old_icon_get_the_mark(client):
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert "mark" in answer.url


class TestErrorPages:
    def test_a_wrong_address_is_told_in_the_look_and_with_a_way_on(self, client):
        for language, words in {"ru": "Такой страницы нет", "en": "There is no such page"}.items():
            answer = client.get("/no-such-page/", headers={"accept-language": language})
            assert answer.status_code == 404
            assert words in answer.content.decode()
            assert 'href="/request/"' in answer.content.decode()

    def test_a_form_from_elsewhere_is_refused_with_words(self):
        from django.test import Client

        answer = Client(enforce_csrf_checks=True).post("/request/", {}, headers={"accept-language": "ru"})
        assert answer.status_code == 403
        assert "Страница устарела" in answer.content.decode()

    @pytest.mark.parametrize("name", ["400", "403", "404", "500", "403_csrf"])
    def test_every_error_page_can_be_made_without_a_request(self, name):
        from django.template.loader import get_template

        assert "site-main" in get_template(f"{name}.html").render()
