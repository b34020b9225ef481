"""The organisation's administrator reads all requests of the organisation, by the API as in the portal; no more."""

import pytest

pytestmark = pytest.mark.django_db


def test_the_administrator_sees_all_requests_and_whose_they_are(anna, boris, head, placed):
    of_anna, own = placed(), head.post("/requests", {"text": "Моя заявка"}).json()
    of_boris = boris.post("/requests", {"text": "Заявка Бориса"}).json()
    found = head.get("/requests?of=organisation").json()["items"]
    assert [(each["number"], each["requester"], each["own"]) for each in found] == [
        (of_boris["number"], "Борис Лапин", False),
        (own["number"], "", True),
        (of_anna["number"], "Анна Вольская", False),
    ]
    assert [each["number"] for each in head.get("/requests").json()["items"]] == [own["number"]]


def test_a_colleague_s_request_is_read_and_not_acted_on(anna, head, placed):
    number = placed()["number"]
    seen = head.get(f"/requests/{number}").json()
    assert (seen["own"], seen["can"], seen["steps"]) == (False, [], anna.get(f"/requests/{number}").json()["steps"])
    said = head.get(f"/requests/{number}/messages").json()["items"]
    assert {each["author"] for each in said} == {"colleague"}
    for act in ("messages", "withdraw", "works", "reopen", "read", "rating"):
        body = {"text": "я", "up_to": 1, "score": 5}
        assert head.post(f"/requests/{number}/{act}", body).status_code == 404, act


@pytest.mark.parametrize("who", ["anna", "kirill", "unproved"])
def test_who_administers_nothing_has_no_such_list(who, request, placed):
    placed()
    answer = request.getfixturevalue(who).get("/requests?of=organisation")
    assert (answer.status_code, "417" in answer.content.decode()) == (404, False)


def test_another_s_administrator_sees_none_of_it(another_head, placed):
    number = placed()["number"]
    assert another_head.get("/requests?of=organisation").json()["items"] == []
    assert another_head.get(f"/requests/{number}").status_code == 404


def test_pages_states_and_words_work_as_in_the_own_list(head, placed):
    numbers = [placed(f"Касса {at}")["number"] for at in range(3)]
    first = head.get("/requests?of=organisation&limit=2").json()
    rest = head.get(f"/requests?of=organisation&limit=2&cursor={first['next']}").json()
    assert [each["number"] for each in first["items"] + rest["items"]] == numbers[::-1]
    assert head.get("/requests?of=organisation&state=ended").json()["items"] == []
    assert len(head.get("/requests?of=organisation&q=касса").json()["items"]) == 3


def test_a_list_costs_the_same_whatever_its_length(head, placed, django_assert_num_queries):
    placed()
    head.get("/requests?of=organisation")
    with django_assert_num_queries(4):
        head.get("/requests?of=organisation")
    placed()
    placed()
    with django_assert_num_queries(4):
        head.get("/requests?of=organisation")
