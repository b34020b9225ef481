import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.refusals import Refusal, RefusalError, RefusalGround, answer_channel, check_reasons

REASONS = "Этого не позволяет протокол обмена с кассой."


@pytest.mark.parametrize("ground", RefusalGround)
def test_every_ground_has_a_sentence_in_both_languages(ground):
    assert ground.sentence.ru.endswith(".")
    assert ground.sentence.en.endswith(".")


@pytest.mark.parametrize(
    "reasons",
    [
        None,
        "",
        "   ",
        "нет",
        "No.",
        "......................",
        "12345678901234567890",
        "аааааааа аааааааа аааааааа",
        "Невозможноооооооооооооо",
    ],
)
def test_what_is_no_reason(reasons):
    with pytest.raises(RefusalError):
        check_reasons(reasons)


@pytest.mark.parametrize("reasons", [REASONS, "It would break the exchange with the cash register."])
def test_a_sentence_is_a_reason(reasons):
    assert check_reasons(f"  {reasons}\n") == reasons


def test_a_duplicate_names_the_other_request():
    with pytest.raises(RefusalError):
        Refusal(RefusalGround.DUPLICATE, REASONS)
    assert Refusal(RefusalGround.DUPLICATE, REASONS, {"duplicate_of": "26-001042"}).facts["duplicate_of"] == "26-001042"


def test_a_stored_refusal_reads_back_the_same():
    refusal = Refusal(RefusalGround.LAW, REASONS, {"article": "152-ФЗ"})
    assert Refusal.from_json(refusal.to_json()) == refusal


@given(st.sampled_from(["ipv", "email", "whatsapp", "phone"]))
def test_the_answer_goes_out_in_the_form_of_the_request(channel):
    assert answer_channel(channel) == channel
