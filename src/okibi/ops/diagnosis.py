"""What ``okibi doctor`` looks at: each finding says what was looked at, whether it is well, and what to do if not."""

import os
import shutil
from collections.abc import Callable, Iterator

import psycopg

from okibi.channels.email.listening import Place, lmtp_place
from okibi.kernel.errors import OkibiError
from okibi.kernel.sentence import Sentence
from okibi.ops import pg_binaries, ports, preparation, registry
from okibi.ops.database_url import parse_database_url
from okibi.ops.diagnosis_channels import messengers
from okibi.ops.diagnosis_sms import sms
from okibi.ops.diagnosis_telephone import telephone
from okibi.ops.diagnosis_voice import voice_mail
from okibi.ops.env import Environment
from okibi.ops.finding import Finding, State
from okibi.ops.paths import Paths
from okibi.ops.postgres import Server
from okibi.ops.settings_table import TABLE
from okibi.policy.scheme import PolicyError
from okibi.policy.scheme import load as load_scheme

FREE_BYTES = 1024**3  # less than this free in the data folder is a warning


def examine(env: Environment) -> Iterator[Finding]:
    """Look at everything. Changes nothing, and contacts nothing outside this machine but DATABASE_URL's server."""
    for look in LOOKS:
        yield from look(env)


def _settings(env: Environment) -> Iterator[Finding]:
    said = sorted(env.sources)
    names = ", ".join(said) or "—"
    yield Finding("settings", State.OK, Sentence(ru=f"заданы: {names}", en=f"set: {names}"))
    known = (
        set(TABLE) | {f"{name}_FILE" for name in TABLE} | {"OKIBI_LANG", "OKIBI_TEST_CHROMIUM", "OKIBI_KEY_PASSPHRASE"}
    )
    for name in sorted(name for name in os.environ if name.startswith("OKIBI_") and name not in known):
        yield Finding(
            name, State.NOTICE, Sentence(ru="такой настройки нет; опечатка?", en="no such setting; a slip of the pen?")
        )


def _data(env: Environment) -> Iterator[Finding]:
    paths = Paths(env.data)
    if not env.data.is_dir():
        yield Finding(
            "data",
            State.NOTICE,
            Sentence(
                ru=f"папки {env.data} ещё нет; её создаст okibi up",
                en=f"{env.data} is not there yet; okibi up makes it",
            ),
        )
        return
    if env.data.stat().st_uid != os.geteuid():
        yield Finding(
            "data",
            State.NOTICE,
            Sentence(
                ru=f"папка {env.data} принадлежит другому пользователю; запускайте команды от его имени",
                en=f"{env.data} belongs to another user; run the commands as that one",
            ),
        )
    if not os.access(env.data, os.W_OK):
        yield Finding(
            "data", State.WRONG, Sentence(ru=f"в папку {env.data} нельзя писать", en=f"{env.data} can't be written to")
        )
        return
    free = shutil.disk_usage(env.data).free
    yield Finding(
        "data",
        State.OK if free > FREE_BYTES else State.NOTICE,
        Sentence(ru=f"{env.data}, свободно {free // 1024**2} МБ", en=f"{env.data}, {free // 1024**2} MB free"),
    )
    key = paths.secrets / "secret_key"
    if key.exists() and key.stat().st_mode & 0o077:
        yield Finding(
            "secrets",
            State.WRONG,
            Sentence(
                ru=f"{key} могут читать другие; выполните chmod 600", en=f"{key} can be read by others; chmod 600 it"
            ),
        )


def _policy(env: Environment) -> Iterator[Finding]:
    path = env.path("OKIBI_POLICY")
    if not path.is_file():
        missing = Sentence(
            ru=f"файла схемы {path} нет; задайте OKIBI_POLICY", en=f"no scheme file {path}; set OKIBI_POLICY"
        )
        yield Finding("policy", State.WRONG, missing)
        return
    try:
        scheme = load_scheme(path)
    except PolicyError as error:
        yield Finding("policy", State.WRONG, error.sentence)
    except OSError as error:
        yield Finding("policy", State.WRONG, Sentence(ru=f"{path}: {error.strerror}", en=f"{path}: {error.strerror}"))
    else:
        since = scheme.valid_from.isoformat()
        if not env.is_set("DATABASE_URL") and not preparation.policy_taken_in(env):
            changed = Sentence(
                ru=f"{path}: текст не тот, с которым был запуск; его возьмёт следующий okibi up",
                en=f"{path}: not the text of the last start; the next okibi up takes it in",
            )
            yield Finding("policy", State.NOTICE, changed)
            return
        yield Finding("policy", State.OK, Sentence(ru=f"{path}, действует с {since}", en=f"{path}, valid from {since}"))


def _database(env: Environment) -> Iterator[Finding]:
    if env.is_set("DATABASE_URL"):
        yield _database_at(env.text("DATABASE_URL"))
        return
    server = Server(env.data)
    try:
        programs = pg_binaries.find(_made_by(server))
    except OkibiError as error:
        yield Finding("database", State.WRONG, error.sentence)
        return
    where = f"PostgreSQL {programs.major}, {server.home}"
    if server.is_ready():
        yield _database_at(server.address().as_url())
    elif server.exists:
        yield Finding(
            "database", State.OK, Sentence(ru=f"своя, не запущена: {where}", en=f"private, not running: {where}")
        )
    else:
        yield Finding("database", State.OK, Sentence(ru=f"будет создана: {where}", en=f"will be made: {where}"))


def _made_by(server: Server) -> int | None:
    return int((server.cluster / "PG_VERSION").read_text(encoding="ascii")) if server.exists else None


def _database_at(url: str) -> Finding:
    place = parse_database_url(url)
    shown = f"{place.name} @ {place.host}"
    try:
        with psycopg.connect(url, connect_timeout=5) as link:
            version = link.info.server_version // 10000
            encoding = link.info.parameter_status("server_encoding")
    except psycopg.Error as error:
        said = str(error).strip().splitlines()[0]
        return Finding(
            "database", State.WRONG, Sentence(ru=f"{shown} не отвечает: {said}", en=f"{shown} does not answer: {said}")
        )
    if version < pg_binaries.OLDEST_MAJOR or encoding != "UTF8":
        return Finding(
            "database",
            State.WRONG,
            Sentence(
                ru=f"{shown}: PostgreSQL {version}, {encoding}; нужна 15 или новее, UTF8",
                en=f"{shown}: PostgreSQL {version}, {encoding}; 15 or newer with UTF8 is needed",
            ),
        )
    return Finding(
        "database", State.OK, Sentence(ru=f"PostgreSQL {version}, {shown}", en=f"PostgreSQL {version}, {shown}")
    )


def _prepared(env: Environment) -> Iterator[Finding]:
    if env.is_set("DATABASE_URL") or not Server(env.data).exists:
        return
    done = preparation.fits(env)
    yield Finding(
        "prepared",
        State.OK if done else State.NOTICE,
        Sentence(ru="база соответствует этой версии", en="the database fits this version")
        if done
        else Sentence(
            ru="база не приведена к этой версии или в ней нет сотрудников; запустите okibi up",
            en="the database is not at this version yet, or has no staff; run okibi up",
        ),
    )


def _running(env: Environment) -> Iterator[Finding]:
    running = registry.of(env.data)
    if running is None:
        yield Finding("running", State.NOTICE, Sentence(ru="продукт не запущен", en="the product is not running"))
        return
    host, port = env.text("OKIBI_BIND"), int(running.url.rpartition(":")[2])
    well = ports.page_status(host, port, "/readyz") == 200
    yield Finding(
        "running",
        State.OK if well else State.WRONG,
        Sentence(ru=f"{running.url} отвечает", en=f"{running.url} answers")
        if well
        else Sentence(ru=f"{running.url} не отвечает", en=f"{running.url} does not answer"),
    )


def _mail(env: Environment) -> Iterator[Finding]:
    running = registry.of(env.data)
    if running and running.mailbox:
        into = Sentence(ru=f"демонстрация: в {running.mailbox}", en=f"the demo: into {running.mailbox}")
        yield Finding("outgoing mail", State.OK, into)
    elif not env.is_set("OKIBI_SMTP_OUT_HOST"):
        yield Finding(
            "outgoing mail",
            State.NOTICE,
            Sentence(
                ru="сервер не задан: письма ждут в очереди и никуда не уходят; задайте OKIBI_SMTP_OUT_HOST",
                en="no server: letters wait in the queue and go nowhere; set OKIBI_SMTP_OUT_HOST",
            ),
        )
    else:
        place = f"{env.text('OKIBI_SMTP_OUT_HOST')}:{env.number('OKIBI_SMTP_OUT_PORT')}"
        yield Finding("outgoing mail", State.OK, Sentence(ru=place, en=place))
        if not env.is_set("OKIBI_MAIL_FROM"):
            yield Finding(
                "OKIBI_MAIL_FROM",
                State.WRONG,
                Sentence(ru="задайте адрес отправителя писем", en="set the sender's address of letters"),
            )
    if env.is_set("OKIBI_IMAP_HOST") and not (env.is_set("OKIBI_IMAP_USER") and env.is_set("OKIBI_IMAP_PASSWORD")):
        yield Finding(
            "OKIBI_IMAP_USER",
            State.WRONG,
            Sentence(
                ru="задан сервер IMAP, но не имя и пароль (OKIBI_IMAP_USER, OKIBI_IMAP_PASSWORD)",
                en="an IMAP server is set without a name and a password (OKIBI_IMAP_USER, OKIBI_IMAP_PASSWORD)",
            ),
        )
    yield from _mail_in(env, running)


def _mail_in(env: Environment, running: registry.Running | None) -> Iterator[Finding]:
    """Each way by which mail comes in; where the product runs, whether it listens there."""
    try:
        lmtp = lmtp_place(env.text("OKIBI_LMTP_INLET"))
    except OkibiError as error:
        yield Finding("OKIBI_LMTP_INLET", State.WRONG, error.sentence)
        return
    ways: list[tuple[str, bool]] = []
    if env.flag("OKIBI_SMTP_INLET_ENABLED"):
        host = env.text("OKIBI_SMTP_INLET_BIND")
        told = running.mail.rpartition(":")[2] if running and running.mail.startswith("smtp:") else ""
        port = int(told) if told else env.number("OKIBI_SMTP_INLET_PORT")
        ways.append((f"smtp://{host}:{port}", running is None or ports.answers(host, port)))
    if lmtp and running is None and (trouble := _taken(lmtp)):
        yield trouble
    elif lmtp:
        ways.append((lmtp.url(), running is None or lmtp.answers()))
    for way, well in ways:
        yield Finding(
            "incoming mail",
            State.OK if well else State.WRONG,
            Sentence(ru=way, en=way) if well else Sentence(ru=f"{way} не отвечает", en=f"{way} does not answer"),
        )
    if env.is_set("OKIBI_IMAP_HOST"):
        box = f"imap://{env.text('OKIBI_IMAP_HOST')}:{env.number('OKIBI_IMAP_PORT')}/{env.text('OKIBI_IMAP_FOLDER')}"
        yield Finding("incoming mail", State.OK, Sentence(ru=f"читается {box}", en=f"reads {box}"))
    elif not ways:
        yield Finding(
            "incoming mail",
            State.NOTICE,
            Sentence(
                ru="почта не принимается: нет ни IMAP, ни SMTP, ни LMTP",
                en="no mail is taken: neither IMAP nor SMTP nor LMTP",
            ),
        )


def _taken(lmtp: Place) -> Finding | None:
    """Before the product runs: whether it could listen there."""
    if ports.is_free(lmtp.host, lmtp.port) if lmtp.port else not lmtp.answers():
        return None
    said = Sentence(
        ru=f"{lmtp} занят другой программой: почта по LMTP не пойдёт; остановите её или задайте другое место",
        en=f"{lmtp} is taken by another program: no mail will come by LMTP; stop it or choose another place",
    )
    return Finding("OKIBI_LMTP_INLET", State.WRONG, said)


def _web(env: Environment) -> Iterator[Finding]:
    url = env.text("OKIBI_PUBLIC_URL")
    if not url:
        yield Finding(
            "OKIBI_PUBLIC_URL",
            State.NOTICE,
            Sentence(
                ru="не задан: ссылки в письмах откроются только на этой машине",
                en="not set: links in letters open on this machine only",
            ),
        )
    elif url.startswith("http:") and not any(mark in url for mark in ("127.0.0.1", "localhost", "[::1]")):
        yield Finding(
            "OKIBI_PUBLIC_URL",
            State.WRONG,
            Sentence(
                ru="без https пароли видны в сети; поставьте прокси с TLS",
                en="without https passwords are seen on the network; put a TLS proxy before it",
            ),
        )


LOOKS: tuple[Callable[[Environment], Iterator[Finding]], ...] = (
    _settings, _data, _policy, _database, _prepared, _running, _mail, messengers, telephone, voice_mail, sms,
    _web,
)  # fmt: skip
