"""From the document to a message that no channel owns; what stays on disk; who is let in. No network."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import IPv4Network

import pytest
from aiosipua.message import SipMessage

from okibi.channels.port import UnreadableError
from okibi.channels.registry import channel
from okibi.channels.sip import sound
from okibi.channels.sip.callers import called_of, caller_of
from okibi.channels.sip.document import Ended, Recording, key_of, pack
from okibi.channels.sip.gate import BUSY, ENDED, PACKETS, TOO_OFTEN, Gate
from okibi.channels.sip.line import Unbroken
from okibi.channels.sip.options import SipSettingsError, read
from okibi.channels.sip.recording import AlreadyKeptError, Recorder, left_over
from okibi.channels.sip.settings_check import look, open_to_all
from okibi.channels.telephone.values import What

from .samples import call

SPOKEN = Recording("a" * 64, 42.4, 20.0)


def parsed(recording=SPOKEN, text="", **changed):
    return channel("sip").parse(pack(call(**changed), recording, text), {})


def test_a_voice_message_is_a_file_and_a_number():
    incoming = parsed()
    assert incoming.sender.address == "+79000000021"
    assert [(f.name, f.type, f.stored) for f in incoming.files] == [
        ("voice-20261104-201005.wav", "audio/wav", "a" * 64)
    ]
    assert incoming.call.what is What.VOICE
    assert (incoming.call.e164, incoming.call.hidden, incoming.call.our_number) == (
        "+79000000021",
        False,
        "78000000001",
    )
    assert incoming.call.started_at == datetime(2026, 11, 4, 20, 10, 5, tzinfo=UTC)
    assert incoming.facts["voice_seconds"] == "42"


NUMBERS = {
    "79000000021": "+79000000021",
    "+7 (900) 000-00-21": "+79000000021",
    "89000000021": "+79000000021",
    "101": "101",
    "": "",
    "not a number": "not a number",
}


@pytest.mark.parametrize("given", NUMBERS)
def test_a_number_in_any_notation(given):
    assert parsed(caller=given).sender.address == NUMBERS[given]


@pytest.mark.parametrize(("verified", "caller", "authentic"), [
    (True, "79000000021", True), (False, "79000000021", None), (True, "", None),
])  # fmt: skip
def test_only_a_trunk_vouches_for_a_number(verified, caller, authentic):
    assert parsed(verified=verified, caller=caller).authentic is authentic


@pytest.mark.parametrize("recording", [
    Recording("", 0.0, 0.0), Recording("a" * 64, 0.9, 0.9), Recording("a" * 64, 5.0, 0.1),
], ids=["nothing", "shorter than a second", "silence"])  # fmt: skip
def test_what_says_nothing_is_a_missed_call(recording):
    incoming = parsed(recording)
    assert incoming.files == ()
    assert incoming.call.what is What.ENDED
    assert incoming.call.answered is False
    assert incoming.facts["voice"] == "empty"


BROKEN = [
    {"call": {"call_id": "x"}},
    {"call": None},
    {"recording": {"sha256": 5, "seconds": 1, "spoken": 1}},
    {"recording": {"sha256": "", "seconds": "long", "spoken": 1}},
    {"text": None},
]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_document_that_is_none(broken):
    document = json.loads(pack(call(), SPOKEN)) | broken
    with pytest.raises(UnreadableError):
        channel("sip").parse(json.dumps(document).encode(), {})


@pytest.mark.parametrize("changed", [{"began": "yesterday"}, {"began": "2026-11-04T20:10:05"}, {"why": "boredom"}])
def test_a_call_that_is_none(changed):
    with pytest.raises(UnreadableError):
        parsed(**changed)


def test_a_call_id_of_any_length_is_one_key():
    assert key_of("a@b") == "a@b"
    assert key_of("a" * 500) == key_of("a" * 500) != key_of("a" * 501)
    assert len(key_of("a" * 500)) < 160


# ------------------------------------------------------------------ who calls


def invite(*headers):
    lines = ["INVITE sip:78000000001@desk SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.7;branch=1", "To: <sip:desk@desk>"]
    return SipMessage.parse("\r\n".join([*lines, *headers, "CSeq: 1 INVITE", "Call-ID: 1", "", ""]))


CALLERS = {
    ('From: "Анна" <sip:79000000021@h>;tag=1',): ("79000000021", "Анна"),
    ("From: <sip:+7%39000000021@h;user=phone>;tag=1",): ("+79000000021", ""),
    ("From: sip:79000000021@h;tag=1",): ("79000000021", ""),
    ("From: <tel:+79000000021>;tag=1",): ("+79000000021", ""),
    ('From: "Anonymous" <sip:anonymous@anonymous.invalid>;tag=1',): ("", ""),
    ('From: "79000000021" <sip:79000000021@h>;tag=1',): ("79000000021", ""),
    ("From: <sip:h>;tag=1",): ("", ""),
    ("From: <sip:79000000021;isub=1@h>;tag=1",): ("79000000021", ""),
    ("From: <sip:anonymous@h>;tag=1", "P-Asserted-Identity: <sip:79000000033@h>"): ("79000000033", ""),
}


@pytest.mark.parametrize("headers", CALLERS)
def test_who_calls(headers):
    assert caller_of(invite(*headers), trusted=True) == CALLERS[headers]


def test_a_stranger_asserts_nothing():
    headers = ["From: <sip:79000000021@h>;tag=1", "P-Asserted-Identity: <sip:79000000033@h>"]
    assert caller_of(invite(*headers), trusted=False) == ("79000000021", "")
    assert called_of(invite(*headers)) == "78000000001"


# ------------------------------------------------------------------ on disk


def test_what_was_said_is_on_disk_before_the_call_is_over(tmp_path):
    recorder = Recorder(tmp_path, call(ended="", why="interrupted"))
    recorder.write(sound.beep(0.5))
    [kept] = left_over(tmp_path, running=[])  # what a start after a kill finds
    assert kept.call.why == "interrupted"
    assert kept.call.ended
    assert kept.pcm() == sound.beep(0.5)
    assert recorder.last_spoken == 0.5


def test_half_a_sample_of_a_killed_process_is_left_out(tmp_path):
    Recorder(tmp_path, call()).write(b"\x01\x02\x03")
    [kept] = left_over(tmp_path, running=[])
    assert kept.pcm() == b"\x01\x02"


def test_a_call_that_runs_is_left_alone(tmp_path):
    Recorder(tmp_path, call())
    assert list(left_over(tmp_path, running=[call().call_id])) == []


def test_one_call_id_is_kept_once(tmp_path):
    Recorder(tmp_path, call())
    with pytest.raises(AlreadyKeptError):
        Recorder(tmp_path, call(caller="+79000000099"))


def test_a_call_that_ended_says_why_and_goes_when_it_is_stored(tmp_path):
    at = datetime(2026, 11, 4, 20, 11, tzinfo=UTC)
    kept = Recorder(tmp_path, call(ended="", why="interrupted")).finish(Ended.SILENCE, at)
    assert [each.call for each in left_over(tmp_path, [])] == [kept.call]
    assert (kept.call.why, kept.call.ended) == ("silence", at.isoformat())
    kept.forget()
    assert list(tmp_path.iterdir()) == []


def test_a_head_that_was_cut_off_holds_nothing_up(tmp_path):
    Recorder(tmp_path, call())
    (tmp_path / "0000.json").write_text('{"call_id": "x')
    assert len(list(left_over(tmp_path, []))) == 1
    assert (tmp_path / "0000.broken").exists()


def test_silence_that_was_not_sent_is_put_in():
    taken = []
    unbroken = Unbroken(taken.append)
    tone = sound.beep(0.02)
    for timestamp in (2**32 - 160, 0, 800, 50_000_000):  # in a row, after a wrap, after 80 ms, with a new clock
        unbroken.put(tone, timestamp)
    assert b"".join(taken) == tone * 2 + sound.silence(0.08) + tone * 2


# ------------------------------------------------------------------ who is let in


SETTINGS = {
    "OKIBI_SIP_INLET": "192.0.2.10:5060", "OKIBI_SIP_ADVERTISED": "", "OKIBI_SIP_RTP_PORTS": "16384-16399",
    "OKIBI_SIP_TRUNKS": "192.0.2.7, 198.51.100.0/24", "OKIBI_SIP_IN_HOURS": "message", "OKIBI_SIP_LONGEST": "300",
    "OKIBI_SIP_SILENCE": "8", "OKIBI_SIP_CALLS": "2", "OKIBI_SIP_CALLS_PER_HOUR": "3", "OKIBI_SIP_LANGUAGES": "ru en",
    "OKIBI_SIP_GREETINGS": "", "OKIBI_DATA": "/nowhere",
}  # fmt: skip


def options(**changed):
    return read((SETTINGS | changed).__getitem__)


def test_settings_are_read():
    found = options()
    assert (found.host, found.port, found.advertised) == ("192.0.2.10", 5060, "192.0.2.10")
    assert found.trunks == (IPv4Network("192.0.2.7"), IPv4Network("198.51.100.0/24"))
    assert found.languages == ("ru", "en")
    assert options(OKIBI_SIP_INLET="") is None


WRONG = {
    ("OKIBI_SIP_INLET", "5060"): "OKIBI_SIP_INLET",
    ("OKIBI_SIP_INLET", "pbx.example.org:5060"): "OKIBI_SIP_INLET",
    ("OKIBI_SIP_INLET", "0.0.0.0:5060"): "OKIBI_SIP_ADVERTISED",
    ("OKIBI_SIP_ADVERTISED", "pbx.example.org"): "OKIBI_SIP_ADVERTISED",
    ("OKIBI_SIP_RTP_PORTS", "16384"): "OKIBI_SIP_RTP_PORTS",
    ("OKIBI_SIP_RTP_PORTS", "80-90"): "OKIBI_SIP_RTP_PORTS",
    ("OKIBI_SIP_RTP_PORTS", "16384-16386"): "need 4 ports",
    ("OKIBI_SIP_TRUNKS", "pbx.example.org"): "OKIBI_SIP_TRUNKS",
    ("OKIBI_SIP_LONGEST", "9000"): "from 10 to 1800",
    ("OKIBI_SIP_SILENCE", "1"): "from 2 to 60",
    ("OKIBI_SIP_LANGUAGES", "de"): "OKIBI_SIP_LANGUAGES",
}


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_is_named(name, value):
    with pytest.raises(SipSettingsError) as refused:
        options(**{name: value})
    assert [WRONG[name, value] in problem.en for problem in refused.value.problems] == [True]


def test_what_doctor_says(tmp_path):
    assert look((SETTINGS | {"OKIBI_SIP_INLET": ""}).__getitem__) == (None, [])
    found, problems = look((SETTINGS | {"OKIBI_SIP_GREETINGS": str(tmp_path / "none")}).__getitem__)
    assert found is not None
    assert "no folder of greetings" in problems[0].en
    assert not open_to_all(found)
    assert open_to_all(options(OKIBI_SIP_TRUNKS=""))
    assert not open_to_all(options(OKIBI_SIP_TRUNKS="", OKIBI_SIP_INLET="127.0.0.1:5060"))


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_only_trunks_are_heard_where_there_are_any(clock):
    gate = Gate(options(), clock)
    assert [gate.hears(host) for host in ("192.0.2.7", "198.51.100.9", "203.0.113.1")] == [True, True, False]
    assert not gate.is_trunk("::1")


def test_strangers_share_a_bounded_number_of_packets(clock):
    gate = Gate(options(OKIBI_SIP_TRUNKS=""), clock)
    assert sum(gate.hears("203.0.113.1") for _ in range(PACKETS * 2)) == PACKETS
    clock.now += 1
    assert gate.hears("203.0.113.2")


def test_a_number_may_call_so_often_an_hour(clock):
    gate = Gate(options(), clock)
    answers = [gate.admit("192.0.2.7", "+79000000021", str(n), 0) for n in range(4)]
    assert answers == [None, None, None, TOO_OFTEN]
    assert gate.admit("192.0.2.7", "+79000000022", "5", 0) is None
    clock.now += 3601
    assert gate.admit("192.0.2.7", "+79000000021", "6", 0) is None


def test_a_stranger_gains_nothing_by_another_number_each_time(clock):
    gate = Gate(replace(options(), trunks=()), clock)
    answers = [gate.admit("203.0.113.1", f"+7900000000{n}", str(n), 0) for n in range(4)]
    assert answers == [None, None, None, TOO_OFTEN]


def test_too_many_at_once_and_late_copies(clock):
    gate = Gate(options(), clock)
    assert gate.admit("192.0.2.7", "+79000000021", "1", 2) is BUSY
    gate.over("1")
    assert gate.admit("192.0.2.7", "+79000000021", "1", 0) is ENDED
