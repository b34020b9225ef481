"""Templates as Meta lists them: what the composer offers, what goes back to Meta, and why some are not offered."""

import pytest

from okibi.channels.messenger.templates import Kept, MessageTemplate, components_of
from okibi.channels.whatsapp.templates import kept_of, template_of
from okibi.kernel.sentence import Sentence


def body(text, **more):
    return {"type": "BODY", "text": text, **more}


def text_header(text, **more):
    return {"type": "HEADER", "format": "TEXT", "text": text, **more}


def kept(*components, category="UTILITY"):
    return Kept("request_update", "ru", category, "APPROVED", "", list(components))


OFFERED = {
    "a text without fields": ((body("Напишите нам."),), [], "Напишите нам.", []),
    "fields by number, one of them twice": (
        (body("Заявка {{1}}: {{2}}. Её номер {{1}}.", example={"body_text": [["26-000001", "ответ готов"]]}),),
        ["26-000007", "есть вопрос"],
        "Заявка 26-000007: есть вопрос. Её номер 26-000007.",
        [{"type": "body", "parameters": [{"type": "text", "text": "26-000007"},
                                         {"type": "text", "text": "есть вопрос"}]}],
    ),
    "a field in the header counts for itself": (
        (text_header("Заявка {{1}}"), body("{{1}}, есть ответ."), {"type": "FOOTER", "text": "Поддержка"}),
        ["26-000007", "Анна"],
        "Заявка 26-000007\n\nАнна, есть ответ.\n\nПоддержка",
        [{"type": "header", "parameters": [{"type": "text", "text": "26-000007"}]},
         {"type": "body", "parameters": [{"type": "text", "text": "Анна"}]}],
    ),
    "fields by name": (
        (body("{{person}}, есть ответ по {{request}}."),),
        ["Анна", "26-000007"],
        "Анна, есть ответ по 26-000007.",
        [{"type": "body", "parameters": [{"type": "text", "parameter_name": "person", "text": "Анна"},
                                         {"type": "text", "parameter_name": "request", "text": "26-000007"}]}],
    ),
    "buttons without fields": (
        (body("Готово?"), {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Да"},
                                                          {"type": "QUICK_REPLY", "text": "Нет"}]}),
        [], "Готово?\n\n[Да] [Нет]", [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("components", "values", "read", "sent"), OFFERED.values(), ids=OFFERED)
def test_what_one_fills_is_what_the_client_reads_and_what_meta_takes(components, values, read, sent):
    template = template_of(kept(*components))
    assert isinstance(template, MessageTemplate)
    assert template.filled(values) == read
    assert components_of(template.headers(values)) == sent


NOT_OFFERED = {
    "a file in the header": (kept({"type": "HEADER", "format": "DOCUMENT"}, body("Счёт")), "файл"),
    "a field in a button": (
        kept(body("Ответ"), {"type": "BUTTONS", "buttons": [{"type": "URL", "url": "https://example.org/{{1}}"}]}),
        "кнопке",
    ),
    "a button of a kind that needs more": (
        kept(body("Ответ"), {"type": "BUTTONS", "buttons": [{"type": "FLOW"}]}), "состав",
    ),
    "a carousel": (kept(body("Ответ"), {"type": "CAROUSEL"}), "состав"),
    "one-time codes": (kept(body("{{1}} — ваш код"), category="AUTHENTICATION"), "кодов"),
    "no text at all": (kept(), "текста"),
}  # fmt: skip


@pytest.mark.parametrize(("found", "why"), NOT_OFFERED.values(), ids=NOT_OFFERED)
def test_what_can_not_be_filled_here_is_not_offered_and_says_why(found, why):
    said = template_of(found)
    assert isinstance(said, Sentence)
    assert why in said.ru


def test_the_settings_give_a_title_and_what_goes_into_fields():
    own = MessageTemplate("request_update", "ru", Sentence("Есть новости", "News"), "…{{1}}", ("number",))
    found = template_of(kept(body("По заявке {{1}} есть ответ.", example={"body_text": [["26-000001"]]})), own)
    assert (found.title.ru, found.parameters, found.hints) == ("Есть новости", ("number",), ("26-000001",))
    other = template_of(kept(body("{{1}} {{2}}")), own)  # Meta's has changed since: nobody knows what goes where
    assert other.parameters == ("text", "text")


def test_examples_by_name_are_found_by_name():
    example = {"body_text_named_params": [{"param_name": "b", "example": "2"}, {"param_name": "a", "example": "1"}]}
    assert template_of(kept(body("{{a}} {{b}}", example=example))).hints == ("1", "2")


@pytest.mark.parametrize("item", [{}, {"name": "a"}, {"language": "ru"}, {"name": 5.5, "language": []}])
def test_what_is_no_template_is_left_out(item):
    assert kept_of(item) is None
