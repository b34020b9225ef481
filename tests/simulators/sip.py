"""Foreign telephones that call the voice mail: baresip (a softphone) and SIPp (which sends what a scenario says).

Both come from Debian (``baresip``, ``sip-tester``) and speak over loopback.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from okibi.channels.sip import sound

BARESIP, SIPP = shutil.which("baresip"), shutil.which("sipp")
needs_baresip = pytest.mark.skipif(BARESIP is None, reason="NO BARESIP: no softphone called the voice mail")
needs_sipp = pytest.mark.skipif(SIPP is None, reason="NO SIPP: no SIP tester called the voice mail")
CALLER = "+79000000021"
PATIENCE = 120  # seconds for a whole call

CONFIG = """\
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module sndfile.so
module_app account.so
module_app menu.so
sip_listen 127.0.0.1:{port}
net_interface 127.0.0.1
audio_source aufile,{voice}
audio_player aufile,{folder}/player.wav
audio_alert aufile,{folder}/alert.wav
snd_path {folder}
rtp_ports {rtp}-{rtp_end}
"""

SCENARIO = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<scenario name="leaves a message">
 <send retrans="500"><![CDATA[
INVITE sip:support@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "Anna" <sip:{caller}@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:support@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:{caller}@[local_ip]:[local_port]>
Max-Forwards: 70
{headers}Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP {codec} 101
a=rtpmap:{codec} {codec_name}/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15

 ]]></send>
 <recv response="100" optional="true"/>
 <recv response="180" optional="true"/>
 <recv response="{answer}" rtd="true"/>
 <send><![CDATA[
ACK sip:support@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "Anna" <sip:{caller}@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:support@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

 ]]></send>
{then}
</scenario>
"""
TALK = """\
 <pause milliseconds="{before}"/>
 <nop><action><exec rtp_stream="{voice},1,{codec}"/></action></nop>
"""
HANG_UP = """\
 <pause milliseconds="{length}"/>
 <send retrans="500"><![CDATA[
BYE sip:support@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "Anna" <sip:{caller}@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:support@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0

 ]]></send>
 <recv response="200"/>
"""
IS_HUNG_UP = """\
 <recv request="BYE" timeout="60000"/>
 <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

 ]]></send>
"""


def free_udp(pairs: int = 1) -> int:
    """A free even UDP port of loopback with ``2 * pairs - 1`` free ones after it."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1] // 2 * 2
        if port + 2 * pairs < 65536 and all(_is_free(port + step) for step in range(2 * pairs)):
            return int(port)


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass(frozen=True)
class Heard:
    """What came out of the caller's telephone: PCM."""

    pcm: bytes

    @property
    def seconds(self) -> float:
        return sound.seconds(self.pcm)

    @property
    def spoken(self) -> float:
        return sound.spoken_seconds(self.pcm)


def baresip_calls(
    folder: Path, port: int, voice: bytes, over: Callable[[], bool], caller: str = CALLER, codec: str = "pcma"
) -> Heard:
    """Call 127.0.0.1:``port`` and speak ``voice`` (PCM, from the moment of the answer on), then hang up.

    ``over``: whether the other side has put the call away; the telephone rests then, at the latest after six seconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "voice.wav").write_bytes(sound.write_wav(voice))
    rtp = free_udp(4)
    config = CONFIG.format(port=free_udp(), voice=folder / "voice.wav", folder=folder, rtp=rtp, rtp_end=rtp + 7)
    (folder / "config").write_text(config)
    (folder / "accounts").write_text(f"<sip:{caller}@127.0.0.1>;regint=0;audio_codecs={codec}\n")
    limit = round(sound.seconds(voice)) + 6
    phone = subprocess.Popen(
        [str(BARESIP), "-f", str(folder), "-e", f"/dial sip:support@127.0.0.1:{port}", "-t", str(limit)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
    )  # fmt: skip
    while phone.poll() is None and not over():
        time.sleep(0.05)
    phone.terminate()
    phone.wait(PATIENCE)
    heard = sorted(folder.glob("dump-*-dec.wav"))
    assert heard, f"baresip heard nothing at all: {[path.name for path in folder.iterdir()]}"
    return Heard(sound.read_wav(heard[-1].read_bytes()))


@contextmanager
def sipp_calls(
    folder: Path, port: int, voice: bytes, *, before: float = 0.0, codec: int = sound.PCMA, call_id: str = "%u-%p@%s",
    caller: str = CALLER, headers: str = "", stays: bool = False, answer: int = 200, calls: int = 1,
) -> Iterator["subprocess.Popen[bytes]"]:  # fmt: skip
    """A call by SIPp that runs beside the test: waits ``before`` seconds, speaks, hangs up (or waits for the BYE).

    ``answer`` that is no 200: the call must be refused with it. ``voice`` is PCM.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # SIPp plays a file as raw payload of the codec
    (folder / "voice.raw").write_bytes(sound.encode(voice, codec))
    then = ""
    if answer == 200:
        then = TALK.format(before=round(before * 1000), voice=folder / "voice.raw", codec=codec)
        length = round(sound.seconds(voice) * 1000) + 100
        then += IS_HUNG_UP if stays else HANG_UP.format(caller=caller, length=length)
    text = SCENARIO.format(
        caller=caller, codec=codec, codec_name={0: "PCMU", 8: "PCMA"}.get(codec, "GSM"), then=then,
        answer=answer, headers="".join(f"{line}\n" for line in headers.splitlines()),
    )  # fmt: skip
    (folder / "uac.xml").write_text(text)
    media = free_udp(4)
    running = subprocess.Popen(
        [str(SIPP), "-sf", "uac.xml", "-i", "127.0.0.1", "-p", str(free_udp()), "-mp", str(media), "-m", str(calls),
         "-l", str(calls), "-cid_str", call_id, "-nostdin", "-trace_err", "-error_file", "errors.log",
         f"127.0.0.1:{port}"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield running
    finally:
        if running.poll() is None:
            running.terminate()
        running.wait(PATIENCE)


def ended_well(running: "subprocess.Popen[bytes]", folder: Path) -> bool:
    """Wait for SIPp's end; every message of its scenario came."""
    code = running.wait(PATIENCE)
    errors = folder / "errors.log"
    assert code == 0, f"SIPp: {code} {errors.read_text()[:600] if errors.exists() else ''}"
    return True


def datagram(port: int, *packets: bytes, wait: float = 0.3, last: bytes = b"") -> list[bytes]:
    """Send packets as they are from one port; what is answered within ``wait`` seconds after the last.

    ``last``: the answer that has this in it is the last one; it is waited for with patience.
    """
    answers: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind(("127.0.0.1", 0))
        own = str(peer.getsockname()[1]).encode()
        for packet in packets:
            peer.sendto(packet.replace(b"$PORT", own), ("127.0.0.1", port))
        until = time.monotonic() + (PATIENCE if last else wait)
        while (left := until - time.monotonic()) > 0:
            peer.settimeout(left)
            try:
                answers.append(peer.recv(65536))
            except TimeoutError:
                break
            if last and last in answers[-1]:
                break
    return answers
