"""Foreign telephones call: what they heard, what was recorded, what stands in the inbox."""

import json
import socket
import struct
from dataclasses import replace
from datetime import datetime
from ipaddress import IPv4Network

import pytest

from okibi.channels.models import Inbound
from okibi.channels.registry import channel
from okibi.channels.sip import sound
from okibi.channels.sip.speech import Occasion
from okibi.kernel import blobs, signs
from tests.simulators.sip import baresip_calls, datagram, ended_well, needs_baresip, needs_sipp, sipp_calls

from .conftest import MOSCOW, NIGHT, VOICE, eventually, running

pytestmark = pytest.mark.usefixtures("stored")
WORD = VOICE[:16000]  # one second


def documents():
    return [json.loads(blobs.read(row.raw)) for row in Inbound.objects.order_by("pk")]


def only_document():
    eventually(Inbound.objects.exists)
    [document] = documents()
    return document


def recorded(document):
    return sound.read_wav(blobs.read(blobs.stored(document["recording"]["sha256"])))


@needs_baresip
@pytest.mark.parametrize("codec", ["pcma", pytest.param("pcmu", marks=pytest.mark.long)])
def test_a_softphone_leaves_a_message(options, tmp_path, codec):
    with running(options):
        said = sound.silence(2) + VOICE
        heard = baresip_calls(tmp_path / "phone", options.port, said, Inbound.objects.exists, codec=codec)
        document = only_document()
    pcm = recorded(document)
    assert sound.spoken_seconds(pcm) == pytest.approx(sound.spoken_seconds(VOICE), abs=0.7)
    assert sound.seconds(VOICE) - 0.5 < sound.seconds(pcm) < sound.seconds(VOICE) + 4
    assert sound.loudness(sound.without_tail(pcm, 0)) == pytest.approx(sound.loudness(VOICE), rel=0.25)
    assert heard.spoken == pytest.approx(1.0, abs=0.3)  # the short greeting of these tests, and the signal
    assert document["call"]["caller"] == "+79000000021"
    assert document["call"]["verified"] is False
    assert document["call"]["began"] == NIGHT.isoformat()
    assert list(options.folder.glob("*")) == []


@needs_sipp
@pytest.mark.parametrize("codec", [pytest.param(sound.PCMA, marks=pytest.mark.long), sound.PCMU])
def test_a_tester_leaves_a_message_and_hangs_up(options, tmp_path, codec):
    said = VOICE[:48000]  # three seconds
    with running(options), sipp_calls(tmp_path / "phone", options.port, said, before=2, codec=codec) as phone:
        assert ended_well(phone, tmp_path / "phone")
        document = only_document()
    pcm = recorded(document)
    assert sound.seconds(pcm) == pytest.approx(sound.seconds(said), abs=1)
    assert sound.spoken_seconds(pcm) == pytest.approx(sound.spoken_seconds(said), abs=0.7)
    assert document["call"]["why"] == "caller"
    assert document["recording"]["seconds"] == pytest.approx(sound.seconds(pcm), abs=0.01)


@needs_sipp
@pytest.mark.long
def test_who_falls_silent_is_thanked_and_the_silence_is_cut(options, tmp_path):
    quiet = VOICE + sound.silence(3)
    with running(options), sipp_calls(tmp_path / "phone", options.port, quiet, before=2, stays=True) as phone:
        assert ended_well(phone, tmp_path / "phone")
        document = only_document()
    assert document["call"]["why"] == "silence"
    assert sound.seconds(recorded(document)) == pytest.approx(sound.seconds(VOICE) + 0.5, abs=0.7)


@needs_sipp
@pytest.mark.long
def test_the_longest_message_is_kept_and_the_call_ended(options, tmp_path):
    with (
        running(replace(options, longest=3)),
        sipp_calls(tmp_path / "phone", options.port, VOICE, before=2, stays=True) as phone,
    ):
        assert ended_well(phone, tmp_path / "phone")
        document = only_document()
    assert document["call"]["why"] == "length"
    assert sound.seconds(recorded(document)) == pytest.approx(3, abs=0.3)


@needs_sipp
@pytest.mark.parametrize(
    ("voice", "why"),
    [
        pytest.param(sound.silence(3), "silence", marks=pytest.mark.long),
        (sound.silence(0.2), "caller"),
    ],
)
def test_who_says_nothing_leaves_no_recording(options, tmp_path, voice, why):
    stays = why == "silence"
    with running(options), sipp_calls(tmp_path / "phone", options.port, voice, before=1.5, stays=stays) as phone:
        assert ended_well(phone, tmp_path / "phone")
        document = only_document()
    assert document["call"]["why"] == why
    assert document["recording"]["sha256"] == ""
    [row] = Inbound.objects.all()
    assert channel("sip").parse(blobs.read(row.raw), {}).facts["voice"] == "empty"


@needs_sipp
def test_who_hangs_up_while_the_greeting_plays_is_on_record(options, tmp_path):
    with (
        running(replace(options, greetings=None)),
        sipp_calls(tmp_path / "phone", options.port, sound.silence(1)) as phone,
    ):
        assert ended_well(phone, tmp_path / "phone")
        assert only_document()["recording"] == {"sha256": "", "seconds": 0.0, "spoken": 0.0}


@needs_sipp
def test_the_same_call_again_makes_nothing_twice(options, tmp_path):
    with running(options):
        for answer in (200, 482):
            folder = tmp_path / str(answer)
            with sipp_calls(folder, options.port, WORD, before=1.2, call_id="one@x", answer=answer) as phone:
                assert ended_well(phone, folder)
        only_document()
    with running(options):  # a process that never heard of it
        with sipp_calls(tmp_path / "new", options.port, WORD, before=1.2, call_id="one@x") as phone:
            assert ended_well(phone, tmp_path / "new")
        eventually(lambda: not list(options.folder.glob("*")))
    assert len(documents()) == 1


@pytest.mark.long
@needs_sipp
def test_calls_at_once_are_bounded(options, tmp_path):
    with (
        running(replace(options, calls=1)) as inlet,
        sipp_calls(tmp_path / "first", options.port, VOICE, before=1) as first,
    ):
        eventually(lambda: any(inlet.running.values()))
        with sipp_calls(tmp_path / "second", options.port, VOICE, answer=486) as second:
            assert ended_well(second, tmp_path / "second")
        assert ended_well(first, tmp_path / "first")
        eventually(lambda: not inlet.running)
        assert inlet.uas.active_calls == {}


@needs_sipp
def test_calls_of_one_number_are_bounded(options, tmp_path):
    with running(replace(options, calls_per_hour=1)):
        for answer in (200, 486):
            with sipp_calls(tmp_path / str(answer), options.port, sound.silence(0.2), answer=answer) as phone:
                assert ended_well(phone, tmp_path / str(answer))


@needs_sipp
@pytest.mark.parametrize(("overflow", "answer"), [(True, 200), (False, 480)])
def test_in_hours_the_operator_decides(options, tmp_path, overflow, answer):
    def at_work(moment):
        return Occasion(moment, True, None, MOSCOW)

    with (
        running(replace(options, overflow=overflow), at_work),
        sipp_calls(tmp_path / "phone", options.port, WORD, answer=answer) as phone,
    ):
        assert ended_well(phone, tmp_path / "phone")
        if overflow:
            assert only_document()["call"]["open"] is True
    assert Inbound.objects.count() == overflow


@needs_sipp
def test_where_nobody_knows_the_hours_a_caller_is_answered_all_the_same(options, tmp_path):
    def broken(moment):
        raise RuntimeError("the database is away")

    with (
        running(options, broken),
        sipp_calls(tmp_path / "phone", options.port, WORD) as phone,
    ):
        assert ended_well(phone, tmp_path / "phone")
        assert only_document()["call"]["open"] is False


# ------------------------------------------------------------------ who is believed


@needs_sipp
def test_a_trunk_says_who_calls(options, tmp_path):
    trunk = replace(options, trunks=(IPv4Network("127.0.0.0/30"),))
    asserted = "P-Asserted-Identity: <tel:+79000000033>"
    with (
        running(trunk),
        sipp_calls(tmp_path / "phone", options.port, WORD, headers=asserted) as phone,
    ):
        assert ended_well(phone, tmp_path / "phone")
        call = only_document()["call"]
    assert (call["caller"], call["verified"]) == ("+79000000033", True)


@needs_sipp
def test_a_stranger_may_assert_what_he_likes(options, tmp_path):
    asserted = "P-Asserted-Identity: <tel:+79000000033>"
    with (
        running(options),
        sipp_calls(tmp_path / "phone", options.port, WORD, headers=asserted) as phone,
    ):
        assert ended_well(phone, tmp_path / "phone")
        call = only_document()["call"]
    assert (call["caller"], call["verified"]) == ("+79000000021", False)


OPTIONS = (
    b"OPTIONS sip:support@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:$PORT;branch=z9hG4bK1;rport\r\n"
    b"From: <sip:x@127.0.0.1>;tag=1\r\nTo: <sip:support@127.0.0.1>\r\nCall-ID: ping\r\nCSeq: 1 OPTIONS\r\n"
    b"Content-Length: 0\r\n\r\n"
)


def test_where_trunks_are_named_strangers_hear_nothing(options):
    with running(replace(options, trunks=(IPv4Network("192.0.2.0/24"),))):
        assert datagram(options.port, OPTIONS, OPTIONS.replace(b"OPTIONS", b"INVITE")) == []


def test_an_exchange_may_ask_whether_somebody_is_there(options):
    with running(options):
        [answer] = datagram(options.port, OPTIONS)
    assert answer.startswith(b"SIP/2.0 200 OK")


def test_an_answer_can_not_be_aimed_at_somebody_else(options):
    aimed = OPTIONS.replace(b";rport", b";received=192.0.2.66")
    with running(options):
        assert datagram(options.port, aimed) == []


# ------------------------------------------------------------------ junk

INVITE = OPTIONS.replace(b"OPTIONS", b"INVITE")
JUNK = {
    "nothing": b"",
    "blank": b"\r\n\r\n",
    "noise": bytes(range(256)) * 8,
    "no headers": b"INVITE sip:x SIP/2.0\r\n\r\n",
    "no offer": INVITE,
    "an offer that is none": INVITE.replace(b"Content-Length: 0", b"Content-Type: application/sdp") + b"v=x\r\nm=\r\n",
    "an offer without voice": INVITE.replace(b"Content-Length: 0", b"Content-Type: application/sdp")
    + b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 4000 RTP/AVP 99\r\n",
    "a codec we do not have": INVITE.replace(b"Content-Length: 0", b"Content-Type: application/sdp")
    + b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 96\r\n"
    b"a=rtpmap:96 opus/48000/2\r\n",
    "a BYE of no call": OPTIONS.replace(b"OPTIONS", b"BYE"),
    "a CANCEL of no call": OPTIONS.replace(b"OPTIONS", b"CANCEL"),
    "a method nobody has": OPTIONS.replace(b"OPTIONS", b"EXPLODE"),
    "an answer to nothing": b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:5\r\nCSeq: x BYE\r\nCall-ID: q\r\n\r\n",
    "a number that is none": OPTIONS.replace(b"CSeq: 1", b"CSeq: one"),
    "a port that is none": OPTIONS.replace(b"$PORT", b"99999999"),
    "a hundred thousand": b"INVITE sip:x SIP/2.0\r\n" + b"Via: x\r\n" * 6000,
    "no end of names": OPTIONS.replace(b"<sip:x@127.0.0.1>", b"<" * 4000),
}


def test_junk_ends_nothing(options):
    with running(options) as inlet:
        for kind, junk in JUNK.items():
            # in one go, so that the answer to OPTIONS comes when the junk was met
            *others, answer = datagram(options.port, junk, junk, OPTIONS, last=b"200 OK")
            assert answer.startswith(b"SIP/2.0 200 OK"), kind
            assert not any(b"application/sdp" in each for each in others), kind  # nobody was answered with a voice
            eventually(lambda: not inlet.running)
            assert inlet.uas.active_calls == {}, kind
    assert not Inbound.objects.exists()


def test_a_stranger_can_not_speak_into_a_call(options):
    offer = (
        INVITE.replace(b"Content-Length: 0", b"Content-Type: application/sdp")
        + b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n"
    )
    with (
        running(options) as inlet,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as caller,
    ):
        stranger.bind(("127.0.0.9", 0))
        caller.bind(("127.0.0.1", 0))
        datagram(options.port, offer, last=b"application/sdp")
        eventually(lambda: any(inlet.running.values()))
        [answering] = inlet.running.values()
        eventually(lambda: answering.line.on_audio)  # the greeting is over, and the recorder hears
        for speaker, packets in ((stranger, 100), (caller, 25)):
            for number in range(packets):
                packet = struct.pack("!BBHII", 0x80, 8, number, number * 160, 1) + b"\x20" * 160
                speaker.sendto(packet, ("127.0.0.1", answering.terms.answer.audio.port))
        eventually(lambda: answering.recorder.samples)  # what the caller says comes through
    assert answering.recorder.samples <= 25 * 160


def test_a_taken_port_is_told_and_tried_again(options, settings):
    settings.OKIBI_SIP_INLET = f"127.0.0.1:{options.port}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", options.port))
        with running(options, wait=False):
            eventually(lambda: any("does not listen" in problem.en for problem in channel("sip").problems()))
            other.close()
            eventually(lambda: datagram(options.port, OPTIONS))
            eventually(lambda: channel("sip").problems() == [])
    assert not signs.of(options.url)  # it ended as it was asked to


# ------------------------------------------------------------------ kept through a stop


@needs_sipp
def test_a_stop_keeps_what_was_said_and_ends_the_call(options, tmp_path):
    with sipp_calls(tmp_path / "phone", options.port, VOICE * 3, before=2, stays=True), running(options) as inlet:
        eventually(lambda: any(a and a.recorder.seconds > 2 for a in inlet.running.values()))
    document = only_document()
    assert document["call"]["why"] == "stopped"
    assert 1.5 < sound.seconds(recorded(document)) < 6
    assert datetime.fromisoformat(document["call"]["ended"]) == NIGHT
