"""What every channel owes the rest of the product, whatever carries its messages.

A channel brings ``<its folder>/tests/samples.py``: ``plain(text, key)``, ``with_file(text, name, content)``,
``UNREADABLE``, ``ADDRESSES``, ``misconfigure(settings)`` and ``outside(settings)``, the world it
sends into (None where it can't send, or where ``FETCHED`` says that the other side fetches what is committed).
One that tells of calls says ``EVENTS_ONLY`` and the
``SENTENCE`` of its ``plain``; one that carries no files says ``WITHOUT_FILES``.
A channel without e-mail addresses says ``SENDER`` and ``SUBJECT``; one whose files come after their message brings
``fetched(adapter, incoming, settings)``, what its job fetches; a messenger brings ``in_a_group(text)``.
"""

import importlib
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from okibi import kernel
from okibi.channels import inbox
from okibi.channels.inbox import Outcome
from okibi.channels.messenger.kinds import MESSENGERS
from okibi.channels.messenger.values import Notice
from okibi.channels.models import Inbound
from okibi.channels.port import Incoming, Outgoing, Party, SendError, UnreadableError
from okibi.channels.registry import ADAPTERS, channel

pytestmark = pytest.mark.django_db
SPRITE = Path(kernel.__file__).parent / "static/okibi/icons.svg"


@pytest.fixture(params=sorted(ADAPTERS))
def kind(request):
    return request.param


@pytest.fixture
def adapter(kind):
    return channel(kind)


@pytest.fixture
def samples(kind):
    return importlib.import_module(f"okibi.channels.{kind}.tests.samples")


@pytest.fixture
def world(samples, settings):
    if samples.outside is None:
        pytest.skip("this channel has no way out, and says so: see test_a_channel_without_a_way_out_says_so")
    with samples.outside(settings) as outside:
        yield outside


def message(address, text="Здравствуйте!", **more):
    given = {"subject": "Ответ", "html": "", "headers": {}, "files": (), "external_id": "", "automatic": False}
    return Outgoing(Party(address, "Анна"), text=text, **(given | more))


def test_it_is_named_in_both_languages(kind, adapter):
    assert adapter.kind == kind
    assert adapter.title.ru.strip()
    assert re.search("[a-z]", adapter.title.en)
    assert f'id="{adapter.icon}"' in SPRITE.read_text()


def test_an_event_says_its_sentence(adapter, samples):
    if getattr(samples, "EVENTS_ONLY", False):
        incoming = adapter.parse(samples.plain(""), {})
        assert (incoming.text, incoming.reply, incoming.sender) == (samples.SENTENCE, samples.SENTENCE, samples.SENDER)


def test_cyrillic_comes_in_whole(adapter, samples):
    if getattr(samples, "EVENTS_ONLY", False):
        pytest.skip("it tells of calls, nobody's words: see test_an_event_says_its_sentence")
    text = "Не печатает счета: «ошибка Ё-17» — №5"
    incoming = adapter.parse(samples.plain(text), {})
    assert incoming.text.strip() == text
    assert incoming.reply.strip() == text
    assert incoming.subject == getattr(samples, "SUBJECT", "Ошибка E-17")
    assert incoming.sender == getattr(samples, "SENDER", Party("anna@example.org", "Анна Вольская"))


def test_an_empty_body_is_a_message(adapter, samples):
    if getattr(samples, "EVENTS_ONLY", False):
        pytest.skip("it tells of calls, nobody's words: see test_an_event_says_its_sentence")
    incoming = adapter.parse(samples.plain(""), {})
    assert incoming.text.strip() == ""
    assert incoming.sender.address == getattr(samples, "SENDER", Party("anna@example.org")).address


def test_a_file_keeps_its_name_and_its_bytes(adapter, samples, settings):
    if getattr(samples, "EVENTS_ONLY", False) or getattr(samples, "WITHOUT_FILES", False):
        pytest.skip("no file comes this way")
    incoming = adapter.parse(samples.with_file("см. файл", "Счёт за ноябрь.pdf", b"%PDF \x00\xff"), {})
    files = samples.fetched(adapter, incoming, settings) if hasattr(samples, "fetched") else incoming.files
    assert [(file.name, file.type, file.content) for file in files] == [
        ("Счёт за ноябрь.pdf", "application/pdf", b"%PDF \x00\xff")
    ]


def test_the_same_id_twice_is_one_message(kind, samples):
    for _ in range(2):
        inbox.receive(kind, "one", samples.plain("раз"), "test", {})
    seen = []
    while inbox.process_one(lambda row, incoming: seen.append(incoming.text.strip()) or Outcome("opened")):
        pass
    assert seen == [getattr(samples, "SENTENCE", "раз")]


def test_what_is_written_where_others_read_along_is_kept_and_answered_to_nobody(kind, adapter, samples):
    assert hasattr(samples, "in_a_group") == (kind in MESSENGERS)
    if kind not in MESSENGERS:
        return
    incoming = adapter.parse(samples.in_a_group("Всем привет"), {})
    assert (incoming.messenger.event, incoming.messenger.who.address) == (Notice("in a group"), "")
    assert "привет" not in incoming.text


def test_what_can_not_be_read_says_so(kind, adapter, samples):
    with pytest.raises(UnreadableError):
        adapter.parse(samples.UNREADABLE, {})
    inbox.receive(kind, "broken", samples.UNREADABLE, "test", {})
    assert inbox.process_one(lambda row, incoming: Outcome("opened"))
    assert Inbound.objects.get().state == "unreadable"


@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    raw=st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    envelope=st.dictionaries(
        st.sampled_from(["mail_from", "rcpt_to", "peer"]), st.none() | st.text() | st.lists(st.text())
    ),
    cut=st.integers(0, 600),
)
@example(raw=b"[" * 100_000, envelope={}, cut=0)
@example(raw=b"\x00\r\n\r\n\xff", envelope={"rcpt_to": 5}, cut=0)
def test_any_bytes_are_read_or_refused_and_nothing_else(adapter, samples, raw, envelope, cut):
    for given_bytes in (raw, samples.plain("текст")[:cut] + raw):
        try:
            incoming = adapter.parse(given_bytes, envelope)
        except UnreadableError:
            continue
        assert isinstance(incoming, Incoming)
        assert "\x00" not in incoming.text + incoming.subject + incoming.reply + incoming.sender.address


def test_an_id_known_before_sending_is_stable_and_its_own(kind, adapter):
    ids = [adapter.new_external_id(key) for key in ("a", "a", "b")]
    assert ids[0] == ids[1]
    assert ids[0] == "" or ids[0] != ids[2]


def test_a_message_goes_out_in_cyrillic(adapter, samples, world):
    assert adapter.can_send()
    given_id = adapter.send(message(samples.ADDRESSES[0], "Заново выберите принтер."))
    assert given_id
    assert world.took() == [(samples.ADDRESSES[0], "Заново выберите принтер.")]


def test_refused_for_good_and_refused_for_now_are_told_apart(adapter, samples, world):
    good, never, later = samples.ADDRESSES
    world.refuse_for_good(never)
    world.refuse_for_now(later)
    with pytest.raises(SendError) as refused:
        adapter.send(message(never))
    assert refused.value.permanent_failure
    with pytest.raises(SendError) as postponed:
        adapter.send(message(later))
    assert not postponed.value.permanent_failure
    adapter.send(message(good))
    assert [address for address, _ in world.took()] == [good]


def test_a_channel_without_a_way_out_says_so(adapter, samples):
    if samples.outside is None and not getattr(samples, "FETCHED", False):
        assert not adapter.can_send()
        with pytest.raises(SendError) as refused:
            adapter.send(message(samples.ADDRESSES[0]))
        assert refused.value.permanent_failure


def test_a_channel_whose_answers_are_fetched_never_fails_to_send(kind, adapter, samples):
    if getattr(samples, "FETCHED", False):
        assert adapter.can_send()
        assert adapter.send(message(samples.ADDRESSES[0])) != adapter.send(message(samples.ADDRESSES[0], "иначе"))


def test_problems_are_told_in_both_languages(adapter, samples, settings):
    samples.misconfigure(settings)
    for problem in adapter.problems():
        assert re.search("[а-яё]", problem.ru)
        assert not re.search("[а-яё]", problem.en)
        assert set(re.findall(r"OKIBI_\w+", problem.ru)) == set(re.findall(r"OKIBI_\w+", problem.en))
