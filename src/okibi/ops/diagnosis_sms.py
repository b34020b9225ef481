"""What ``okibi doctor`` says of GSM gateways: which there are, every mistake in their file. Contacts nobody."""

from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from okibi.kernel.sentence import Sentence
from okibi.ops.env import Environment
from okibi.ops.finding import Finding, State
from okibi.sms.errors import SmsFileError
from okibi.sms.gateways.registry import shape_of
from okibi.sms.gateways.shape import Shape
from okibi.sms.options import GatewayOptions, load

OPEN = Sentence(
    "sources не задан: говорить может любой, кто знает пароль линии",
    "no sources: whoever knows a line's password may speak",
)
CLEAR = Sentence(
    "пароль и тексты идут по чужой сети открытыми: нужны https, tls или VPN",
    "password and texts cross a foreign network in the clear: https, tls or a VPN is needed",
)
NO_REPORTS = Sentence(
    "callback не задан: отчётов о доставке не будет", "no callback: there will be no delivery reports"
)
NO_KEY = Sentence(
    "signing_key не задан: вебхуки телефона не принимаются", "no signing_key: the telephone's webhooks are refused"
)


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
    """Where it is, and what of its settings lets strangers in or passwords out."""
    shape, count = shape_of(gateway.kind), len(gateway.lines)
    place = gateway.options.get(shape.place, "")
    ru, en = (f"приём на {place}", f"in at {place}") if shape.listens else (f"связь с {place}", f"speaks to {place}")
    if shape.pushes:
        ru, en = f"{ru}, пуши на /hooks/sms/{gateway.name}", f"{en}, pushes to /hooks/sms/{gateway.name}"
    notices = list(_notices(gateway, shape, place))
    return Finding(
        f"{gateway.kind}/{gateway.name}",
        State.NOTICE if notices else State.OK,
        Sentence(
            ru="; ".join([f"{gateway.title}, {ru}, линий: {count}", *(each.ru for each in notices)]),
            en="; ".join([f"{gateway.title}, {en}, lines: {count}", *(each.en for each in notices)]),
        ),
    )


def _notices(gateway: GatewayOptions, shape: Shape, place: str) -> Iterator[Sentence]:
    if shape.listens and not gateway.sources and not place.startswith("127."):
        yield OPEN
    if not shape.listens and not _is_near(place) and not _is_secure(gateway, place):
        yield CLEAR
    if shape.pushes and not gateway.options.get("callback"):
        yield NO_REPORTS
    if gateway.kind == "android" and not gateway.secrets.get("signing_key"):
        yield NO_KEY


def _is_secure(gateway: GatewayOptions, place: str) -> bool:
    return place.startswith("https://") or gateway.options.get("tls") == "yes"


def _is_near(place: str) -> bool:
    """Whether an address is of this machine or of a network of one's own."""
    host = urlsplit(place if "://" in place else f"//{place}").hostname or ""
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost"
