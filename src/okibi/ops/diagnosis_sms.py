"""What ``okibi doctor`` says of GSM gateways: which there are, every mistake in their file. Contacts nobody."""

from collections.abc import Iterator
from pathlib import Path

from okibi.kernel.sentence import Sentence
from okibi.ops.env import Environment
from okibi.ops.finding import Finding, State
from okibi.sms.errors import SmsFileError
from okibi.sms.options import GatewayOptions, load


def sms(env: Environment) -> Iterator[Finding]:
    """One finding per gateway; none where there is no file and nobody named one."""
    path = Path(env.text("OKIBI_SMS") or env.data / "sms.toml")
    try:
        options = load(path)
    except SmsFileError as error:
        for problem in error.problems:
            ru = f"{path}, строка {problem.line}, {problem.where}: {problem.sentence.ru}"
            en = f"{path}, line {problem.line}, {problem.where}: {problem.sentence.en}"
            yield Finding("sms", State.WRONG, Sentence(ru=ru, en=en))
        return
    except (OSError, UnicodeDecodeError) as error:
        said = f"{path}: {type(error).__name__}"
        yield Finding("sms", State.WRONG, Sentence(ru=said, en=said))
        return
    if env.is_set("OKIBI_SMS") and not path.exists():
        yield Finding("OKIBI_SMS", State.WRONG, Sentence(ru=f"файла {path} нет", en=f"there is no {path}"))
    for gateway in options.gateways:
        yield _gateway(gateway)


def _gateway(gateway: GatewayOptions) -> Finding:
    place, count = gateway.options.get("listen", ""), len(gateway.lines)
    state, ru, en = State.OK, "", ""
    if not gateway.sources and not place.startswith("127."):
        state = State.NOTICE
        ru = "; sources не задан: говорить может любой, кто знает пароль линии"
        en = "; no sources: whoever knows a line's password may speak"
    return Finding(
        f"{gateway.kind}/{gateway.name}",
        state,
        Sentence(
            ru=f"{gateway.title}, приём на {place}, линий: {count}{ru}",
            en=f"{gateway.title}, in at {place}, lines: {count}{en}",
        ),
    )
