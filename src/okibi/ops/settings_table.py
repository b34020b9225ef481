"""The table of settings. ``docs/reference/settings.md`` is generated from it (``okibi docs``)."""

# ruff: noqa: E501  one sentence, one line: the table is read as a table

import os
from pathlib import Path

from okibi.kernel.sentence import Sentence
from okibi.ops.env import Environment, Kind, Setting
from okibi.ops.env import load as load_environment

PACKAGE = Path(__file__).resolve().parent.parent


def checkout() -> Path | None:
    """The root of the source tree when the product runs from one, else None."""
    root = PACKAGE.parent.parent
    return root if (root / "pyproject.toml").is_file() and PACKAGE.parent.name == "src" else None


def default_data() -> Path:
    """``./data`` of the checkout; else ``/var/lib/okibi`` for root and a folder of one's own for everybody else."""
    root = checkout()
    if root:
        return root / "data"
    if os.geteuid() == 0:
        return Path("/var/lib/okibi")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "okibi"


def default_policy() -> Path:
    """The vendor's scheme that comes with the product."""
    root = checkout()
    return (root / "policies" if root else PACKAGE / "policies") / "okibi.toml"


HOST = r"[\w.:-]+"  # a name or an address, no scheme and no path; of any alphabet
DOMAIN = r"[\w-]+(\.[\w-]+)*"
ADDRESS = r"[^@\s]+@[^@\s]+"
ORIGIN = r"https?://[^/\s]+"


def _s(
    group: str, name: str, kind: Kind, default: str, ru: str, en: str, *,
    secret: bool = False, choices: tuple[str, ...] = (), minimum: int = 0, pattern: str = "", example: str = "",
) -> Setting:  # fmt: skip
    return Setting(name, kind, default, Sentence(ru=ru, en=en), group, secret, choices, minimum, pattern, example)


def _place() -> list[Setting]:
    return [
        _s("place", "OKIBI_CONFIG", Kind.PATH, "",
           "Файл настроек: .toml или строки ИМЯ=значение. Если не задан, читается okibi.env в папке данных.",
           "A settings file: .toml, or NAME=value lines. When not given, okibi.env in the data folder is read."),
        _s("place", "OKIBI_DATA", Kind.PATH, str(default_data()),
           "Папка данных: база, файлы, ключи.", "The data folder: database, files, secrets."),
        _s("place", "DATABASE_URL", Kind.DATABASE, "",
           "База PostgreSQL 15 или новее. Если не задана, продукт сам запускает свою PostgreSQL в папке данных.",
           "A PostgreSQL 15 or newer. When not given, the product starts a private one in the data folder.", secret=True),
        _s("place", "OKIBI_POLICY", Kind.PATH, str(default_policy()),
           "Файл схемы поддержки поставщика.", "The file of the vendor's support scheme."),
        _s("place", "OKIBI_SECRET_KEY", Kind.TEXT, "",
           "Ключ подписи ссылок и сессий. Если не задан, создаётся при первом запуске (secrets/secret_key, права 0600).",
           "The key that signs links and sessions. When not given, made at the first start (secrets/secret_key, mode 0600).",
           secret=True, minimum=32),
        _s("place", "OKIBI_LOG_LEVEL", Kind.CHOICE, "INFO",
           "Подробность журнала работы.", "How much the logs say.", choices=("DEBUG", "INFO", "WARNING", "ERROR")),
        _s("place", "OKIBI_LOG_FORMAT", Kind.CHOICE, "json",
           "Вид журнала работы: json или text.", "What a log line looks like: json or text.", choices=("json", "text")),
    ]  # fmt: skip


def _web() -> list[Setting]:
    return [
        _s("web", "OKIBI_PUBLIC_URL", Kind.URL, "",
           "Адрес, по которому продукт видят люди: для ссылок в письмах. Если не задан — адрес, на котором слушает сервер.",
           "The address people see the product at, for links in letters. When not given, the address the server listens on."),
        _s("web", "OKIBI_ALLOWED_HOSTS", Kind.LIST, "",
           "Имена, на которые отвечает сервер, кроме имени из OKIBI_PUBLIC_URL и этой машины.",
           "Host names the server answers to, besides that of OKIBI_PUBLIC_URL and this machine."),
        _s("web", "OKIBI_BIND", Kind.TEXT, "127.0.0.1",
           "Адрес, на котором слушает веб-сервер.", "The address the web server listens on."),
        _s("web", "OKIBI_PORT", Kind.PORT, "8000", "Порт веб-сервера.", "The port of the web server.", minimum=1),
        _s("web", "OKIBI_TRUSTED_PROXIES", Kind.NUMBER, "0",
           "Сколько своих прокси стоит перед сервером: столько адресов справа в X-Forwarded-For считаются своими.",
           "How many proxies of yours stand before the server: that many X-Forwarded-For entries from the right are trusted."),
        _s("web", "OKIBI_WEBHOOKS_INSIDE", Kind.FLAG, "0",
           "Разрешить вебхукам адреса http:// и внутренней сети.",
           "Let webhooks go to http:// addresses and into the internal network."),
        _s("web", "OKIBI_WEB_WORKERS", Kind.NUMBER, "1",
           "Число процессов веб-сервера.", "Number of web server processes.", minimum=1),
        _s("web", "OKIBI_WEB_THREADS", Kind.NUMBER, "8",
           "Число потоков на процесс веб-сервера.", "Number of threads per web server process.", minimum=2),
        _s("web", "OKIBI_METRICS_TOKEN", Kind.TEXT, "",
           "Пароль для /metrics с других машин (Authorization: Bearer). Без него /metrics виден только с этой.",
           "The bearer token for /metrics from other machines. Without it /metrics answers only this machine.", secret=True),
        _s("web", "OKIBI_MAX_UPLOAD_MB", Kind.NUMBER, "40",
           "Наибольший размер одного запроса с файлами, МБ.", "The largest request with files, MB.", minimum=1),
        _s("web", "OKIBI_FILES_BY_PROXY", Kind.TEXT, "",
           "Кто отдаёт файлы версий: адрес внутри nginx (/_files, X-Accel-Redirect) или sendfile (X-Sendfile). Пусто: продукт.",
           "Who sends files of versions: an address inside nginx (/_files, X-Accel-Redirect) or sendfile. Empty: the product."),
        _s("web", "OKIBI_API_UPLOAD_MB", Kind.NUMBER, "512",
           "Наибольший файл, который приложение может загрузить по частям, МБ.",
           "The largest file that an application may upload piece by piece, MB.", minimum=1),
        _s("web", "OKIBI_API_ORIGINS", Kind.LIST, "",
           "С каких чужих сайтов браузер может обращаться к /api (https://app.example.org). Пусто: ни с каких.",
           "From which other sites a browser may call /api (https://app.example.org). Empty: from none.",
           pattern=ORIGIN, example="https://app.example.org"),
    ]  # fmt: skip


def _people() -> list[Setting]:
    return [
        _s("people", "OKIBI_TOTP_REQUIRED_FOR", Kind.CHOICE, "nobody",
           "Кто обязан входить с кодом из приложения-аутентификатора: nobody (никто), admins или everybody (все).",
           "Who must sign in with a code from an authenticator application: nobody, admins or everybody.",
           choices=("nobody", "admins", "everybody")),
    ]  # fmt: skip


def _mail_in() -> list[Setting]:
    return [
        _s("mail in", "OKIBI_SMTP_INLET_ENABLED", Kind.FLAG, "1",
           "Принимать почту по SMTP.", "Take mail by SMTP."),
        _s("mail in", "OKIBI_SMTP_INLET_BIND", Kind.TEXT, "127.0.0.1",
           "Адрес, на котором слушает приём почты по SMTP.", "The address the SMTP inlet listens on."),
        _s("mail in", "OKIBI_SMTP_INLET_PORT", Kind.PORT, "8025",
           "Порт приёма почты по SMTP.", "The port of the SMTP inlet.", minimum=1),
        _s("mail in", "OKIBI_LMTP_INLET", Kind.TEXT, "",
           "Где принимать почту по LMTP: файл сокета (/run/okibi/lmtp.sock) или адрес:порт (127.0.0.1:8024). "
           "Работает рядом с SMTP; только LMTP — вместе с OKIBI_SMTP_INLET_ENABLED=0. Пусто — LMTP нет.",
           "Where mail is taken by LMTP: a socket file (/run/okibi/lmtp.sock) or host:port (127.0.0.1:8024). "
           "It works beside SMTP; for LMTP alone add OKIBI_SMTP_INLET_ENABLED=0. Empty: no LMTP."),
        _s("mail in", "OKIBI_SMTP_INLET_MAX_MB", Kind.NUMBER, "64",
           "Самое большое письмо, которое примут SMTP и LMTP, МБ.", "The largest mail that SMTP and LMTP take, megabytes.",
           minimum=1),
        _s("mail in", "OKIBI_MAIL_ADDRESSES", Kind.LIST, "",
           "Другие адреса поддержки через запятую: письма на них тоже принимаются.",
           "More addresses of the desk, by commas: mail to them is taken too.",
           pattern=ADDRESS, example="help@example.org"),
        _s("mail in", "OKIBI_IMAP_AFTER", Kind.TEXT, "seen",
           "Что сделать с забранным письмом: seen (прочитано), leave (оставить) или move:ПАПКА.",
           "What to do with a fetched mail: seen, leave, or move:FOLDER.",
           pattern=r"seen|leave|move:.+", example="seen, leave, move:Folder"),
        _s("mail in", "OKIBI_IMAP_HOST", Kind.TEXT, "",
           "Сервер IMAP, с которого забирать почту. Пусто — не забирать.", "The IMAP server to fetch mail from. Empty: none.",
           pattern=HOST, example="imap.example.org"),
        _s("mail in", "OKIBI_IMAP_PORT", Kind.PORT, "993", "Порт IMAP.", "The IMAP port.", minimum=1),
        _s("mail in", "OKIBI_IMAP_USER", Kind.TEXT, "", "Имя для входа на IMAP.", "The IMAP user name."),
        _s("mail in", "OKIBI_IMAP_PASSWORD", Kind.TEXT, "", "Пароль IMAP.", "The IMAP password.", secret=True),
        _s("mail in", "OKIBI_IMAP_FOLDER", Kind.TEXT, "INBOX", "Папка IMAP.", "The IMAP folder."),
        _s("mail in", "OKIBI_IMAP_TLS", Kind.CHOICE, "tls",
           "Защита соединения IMAP: tls, starttls или none.", "How the IMAP connection is protected: tls, starttls or none.",
           choices=("tls", "starttls", "none")),
        _s("mail in", "OKIBI_TRUSTED_AUTHSERV", Kind.LIST, "",
           "Имена почтовых серверов (authserv-id), чьему Authentication-Results верить.",
           "Names of the mail servers (authserv-id) whose Authentication-Results are believed."),
    ]  # fmt: skip


def _mail_out() -> list[Setting]:
    return [
        _s("mail out", "OKIBI_SMTP_OUT_HOST", Kind.TEXT, "",
           "Сервер SMTP для исходящей почты. Пусто — письма ждут в очереди, и никуда не уходят.",
           "The SMTP server for outgoing mail. Empty: letters wait in the queue and go nowhere.",
           pattern=HOST, example="smtp.example.org"),
        _s("mail out", "OKIBI_SMTP_OUT_PORT", Kind.PORT, "587", "Порт SMTP.", "The SMTP port.", minimum=1),
        _s("mail out", "OKIBI_SMTP_OUT_USER", Kind.TEXT, "", "Имя для входа на SMTP.", "The SMTP user name."),
        _s("mail out", "OKIBI_SMTP_OUT_PASSWORD", Kind.TEXT, "", "Пароль SMTP.", "The SMTP password.", secret=True),
        _s("mail out", "OKIBI_SMTP_OUT_TLS", Kind.CHOICE, "starttls",
           "Защита соединения SMTP: tls, starttls или none.", "How the SMTP connection is protected: tls, starttls or none.",
           choices=("tls", "starttls", "none")),
        _s("mail out", "OKIBI_MAIL_FROM", Kind.EMAIL, "support@example.org",
           "Адрес отправителя писем. Адрес из схемы поддержки сам собой не используется.",
           "The sender's address of letters. The scheme's own address is never used unless you set it here."),
        _s("mail out", "OKIBI_MAIL_NAME", Kind.TEXT, "",
           "Имя отправителя писем. Пусто — без имени.", "The sender's name in letters. Empty: none."),
        _s("mail out", "OKIBI_MAIL_BOUNCE_ADDRESSES", Kind.FLAG, "0",
           "У каждого письма свой обратный адрес, по которому узнаётся возврат (support+b-…@).",
           "Each letter has a return address of its own that tells a bounce apart (support+b-…@)."),
        _s("mail out", "OKIBI_MAIL_DOMAIN", Kind.TEXT, "",
           "Домен в Message-ID. Пусто — домен адреса отправителя.", "The domain of Message-IDs. Empty: that of the sender's address.",
           pattern=DOMAIN, example="example.org"),
    ]  # fmt: skip


def _push() -> list[Setting]:
    return [
        _s("push", "OKIBI_WEB_PUSH", Kind.FLAG, "0",
           "Будить приложения через push-сервисы браузеров (Web Push). Пока 0, сервер к ним не обращается.",
           "Wake applications by the browsers' push services (Web Push). While 0, the server contacts none of them."),
        _s("push", "OKIBI_WEB_PUSH_TEST_SERVER", Kind.URL, "",
           "Адрес своего push-сервиса для проб: ему одному можно стоять на частном адресе и без https.",
           "The address of a push service of your own for trials: it alone may be at a private address and without https."),
    ]  # fmt: skip


def _messengers() -> list[Setting]:
    return [
        _s("messengers", "OKIBI_CHANNELS", Kind.PATH, "",
           "Файл с учётными записями мессенджеров (WhatsApp, GREEN-API, Wazzup24, MAX, Telegram). Если не задан — "
           "channels.toml в папке данных; нет файла — нет и мессенджеров.",
           "The file with the accounts of messengers (WhatsApp, GREEN-API, Wazzup24, MAX, Telegram). When not given, "
           "channels.toml in the data folder; without the file there are no messengers."),
    ]  # fmt: skip


def _voice_mail() -> list[Setting]:
    return [
        _s("voice mail", "OKIBI_SIP_INLET", Kind.TEXT, "",
           "Адрес IPv4 и порт, на котором голосовая почта отвечает на звонки по SIP (192.0.2.10:5060). Пусто — её нет.",
           "The IPv4 address and port where the voice mail answers calls by SIP (192.0.2.10:5060). Empty: there is none."),
        _s("voice mail", "OKIBI_SIP_ADVERTISED", Kind.TEXT, "",
           "Адрес IPv4, на который телефоны шлют голос, если он не тот, на котором слушает продукт (NAT).",
           "The IPv4 address that telephones send their voice to, where it is not the one listened on (NAT)."),
        _s("voice mail", "OKIBI_SIP_RTP_PORTS", Kind.TEXT, "16384-16447",
           "Порты UDP для голоса: по два на звонок.", "UDP ports for voice: two for each call."),
        _s("voice mail", "OKIBI_SIP_TRUNKS", Kind.LIST, "",
           "Адреса и сети АТС или оператора, которым можно звонить; только их словам о номере верят. Пусто — всем, и ни один номер не считается подтверждённым.",
           "Addresses and networks of the exchange or carrier that may call; only their word on a number counts. Empty: everybody may, and no number counts as verified."),
        _s("voice mail", "OKIBI_SIP_IN_HOURS", Kind.CHOICE, "message",
           "Звонок в рабочее время: message — «все заняты, оставьте сообщение», refuse — не отвечать.",
           "A call in working time: message says that all are busy and takes a message, refuse does not answer.",
           choices=("message", "refuse")),
        _s("voice mail", "OKIBI_SIP_LONGEST", Kind.NUMBER, "300",
           "Самое длинное сообщение, секунд (10–1800).", "The longest message, seconds (10–1800).", minimum=10),
        _s("voice mail", "OKIBI_SIP_SILENCE", Kind.NUMBER, "8",
           "После стольких секунд тишины сообщение закончено (2–60).",
           "After so many seconds of silence a message is over (2–60).", minimum=2),
        _s("voice mail", "OKIBI_SIP_CALLS", Kind.NUMBER, "8",
           "Сколько звонков принимать одновременно.", "How many calls are taken at once.", minimum=1),
        _s("voice mail", "OKIBI_SIP_CALLS_PER_HOUR", Kind.NUMBER, "20",
           "Сколько звонков в час принимать с одного номера.", "How many calls an hour are taken from one number.", minimum=1),
        _s("voice mail", "OKIBI_SIP_LANGUAGES", Kind.LIST, "ru",
           "Языки приветствия по порядку: ru, en.", "The languages of the greeting in turn: ru, en."),
        _s("voice mail", "OKIBI_SIP_GREETINGS", Kind.PATH, "",
           "Папка со своими записями фраз (ru/hello.wav, en/…). Пусто — голос продукта.",
           "A folder with your own recordings of the phrases (ru/hello.wav, en/…). Empty: the product's voice."),
    ]  # fmt: skip


def _telephone() -> list[Setting]:
    return [
        _s("telephone", "OKIBI_TELEPHONE", Kind.PATH, "",
           "Файл с АТС (CTI, Mango Office, МегаФон, Zadarma). Если не задан — telephone.toml в папке данных; нет файла — "
           "нет и АТС.",
           "The file with the exchanges (CTI, Mango Office, MegaFon, Zadarma). When not given, telephone.toml in the data "
           "folder; without the file there are no exchanges."),
    ]  # fmt: skip


def _sms() -> list[Setting]:
    return [
        _s("SMS", "OKIBI_SMS", Kind.PATH, "",
           "Файл с GSM-шлюзами и их линиями. Если не задан — sms.toml в папке данных; нет файла — нет и SMS.",
           "The file with the GSM gateways and their lines. When not given, sms.toml in the data folder; without the file "
           "there are no SMS."),
    ]  # fmt: skip


def _updates() -> list[Setting]:
    return [
        _s("updates", "OKIBI_UPDATES_POLL", Kind.NUMBER, "300",
           "Как часто программы обновления спрашивают, нет ли работы, секунд (10–86400).",
           "How often updaters ask whether there is work, seconds (10–86400).", minimum=10),
        _s("updates", "OKIBI_UPDATES_WAKE_INSIDE", Kind.FLAG, "0",
           "Разрешить будить программы обновления и входить (SSH, WinRM) и на этой же машине: для проверки.",
           "Let updaters on this very machine be woken, and it be signed in at (SSH, WinRM), too: for trying it out."),
    ]  # fmt: skip


TABLE: dict[str, Setting] = {
    setting.name: setting
    for setting in [
        *(*_place(), *_web(), *_people(), *_mail_in(), *_mail_out(), *_push()),
        *(*_messengers(), *_voice_mail(), *_telephone(), *_sms(), *_updates()),
    ]
}


def load(environ: dict[str, str] | None = None) -> Environment:
    """Every setting of this process. Raises SettingsError."""
    return load_environment(TABLE, environ)
