"""What ``okibi doctor`` says of the voice mail: whether it is set up as one can work with it. Contacts nobody."""

import socket
from collections.abc import Iterator

from okibi.channels.sip.options import SipOptions
from okibi.channels.sip.settings_check import look, open_to_all
from okibi.kernel.sentence import Sentence
from okibi.ops import registry
from okibi.ops.env import Environment
from okibi.ops.finding import Finding, State

NAME = "voice mail"


def voice_mail(env: Environment) -> Iterator[Finding]:
    """Nothing where it is off."""
    options, problems = look(lambda name: str(env.data) if name == "OKIBI_DATA" else env.text(name))
    for problem in problems:
        yield Finding(NAME if options is None else "OKIBI_SIP_GREETINGS", State.WRONG, problem)
    if options is None:
        return
    if open_to_all(options):
        yield Finding(
            "OKIBI_SIP_TRUNKS",
            State.NOTICE,
            Sentence(
                "не задан: звонить может всякий, кто достаёт до порта, и ни один номер не подтверждён",
                "not set: whoever reaches the port may call, and no number is verified",
            ),
        )
    running = registry.of(env.data) is not None
    well = _is_free(options) != running
    yield Finding(NAME, State.OK if well else State.WRONG, _said(options, running=running, well=well))


def _said(options: SipOptions, *, running: bool, well: bool) -> Sentence:
    voice = f"{options.url}, RTP {options.ports[0]}–{options.ports[1]}"
    if well:
        return Sentence(voice, voice)
    if running:
        return Sentence(f"{options.url} не слушает", f"nobody listens on {options.url}")
    return Sentence(
        f"{options.url} занят другой программой или адрес не этой машины",
        f"{options.url} is taken by another program, or the address is not this machine's",
    )


def _is_free(options: SipOptions) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((options.host, options.port))
        except OSError:
            return False
    return True
