"""Django's settings, made from the one table (``okibi.ops.settings_table``). Importing it writes nothing."""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from okibi.ops.database_url import parse_database_url
from okibi.ops.logs import logging_config
from okibi.ops.paths import Paths
from okibi.ops.postgres import Server
from okibi.ops.settings_table import load

ENV = load()
PATHS = Paths(ENV.data)
PACKAGE = Path(__file__).resolve().parent.parent

# ---------------------------------------------------------------- place
OKIBI_DATA = str(PATHS.data)
OKIBI_FILES = str(PATHS.files)
OKIBI_POLICY = str(ENV.path("OKIBI_POLICY"))
SECRET_KEY = ENV.text("OKIBI_SECRET_KEY") or PATHS.read_secret("secret_key") or secrets.token_urlsafe(48)
DEBUG = False
ROOT_URLCONF = "okibi.config.urls"
WSGI_APPLICATION = "okibi.config.wsgi.application"
ASGI_APPLICATION = "okibi.config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # staff's e-mail is unique whatever its case, by a constraint on lower(email)
LOGGING = logging_config(ENV.text("OKIBI_LOG_LEVEL"), ENV.text("OKIBI_LOG_FORMAT"))
LOGGING_CONFIG = "logging.config.dictConfig"

# ---------------------------------------------------------------- who is inside
INSTALLED_APPS = [
    "okibi.website",
    "okibi.portal",
    "okibi.console",
    "okibi.api",
    "okibi.hooks",
    "okibi.feeds",
    "okibi.ddi",
    "okibi.flows",
    "okibi.calls",
    "okibi.updates",
    "okibi.tickets",
    "okibi.articles",
    "okibi.mailings",
    "okibi.environments",
    "okibi.customers",
    "okibi.releases",
    "okibi.channels",
    "okibi.sms",
    "okibi.uploads",
    "okibi.webhooks",
    "okibi.calendars",
    "okibi.schemes",
    "okibi.accounts",
    "okibi.journal",
    "okibi.kernel",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "procrastinate.contrib.django",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]
MIDDLEWARE = [
    "okibi.ops.health.HealthMiddleware",
    "okibi.config.security.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "okibi.config.security.ContentSecurityPolicyMiddleware",
    "okibi.config.machines.MachineDoorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "okibi.accounts.middleware.StaffMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "okibi.console.frame.frame",
            ],
        },
    },
]

# ---------------------------------------------------------------- database, caches, jobs
_private = Server(PATHS.data)
_address = (
    parse_database_url(ENV.text("DATABASE_URL"))
    if ENV.is_set("DATABASE_URL")
    else _private.address()
    if _private.exists
    else parse_database_url("postgresql:///okibi")
)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **_address.as_django(),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 10, **_address.options},
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "okibi_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
PROCRASTINATE_IMPORT_PATHS = [
    "okibi.ops.tasks",
    "okibi.flows.ipv_tasks",
    "okibi.flows.calendar_tasks",
    "okibi.flows.messenger_tasks",
    "okibi.flows.phone_tasks",
    "okibi.flows.sms_tasks",
    "okibi.flows.mailing_tasks",
    "okibi.flows.agreement_tasks",
    "okibi.flows.update_tasks",
    "okibi.flows.host_tasks",
]

# ---------------------------------------------------------------- people
AUTH_USER_MODEL = "okibi_accounts.Staff"
AUTHENTICATION_BACKENDS = ["okibi.accounts.backend.StaffBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("email", "name")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]  # fmt: skip
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/console/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "okibi.accounts.adapter.StaffAdapter"
ACCOUNT_FORMS = {
    "login": "okibi.accounts.forms.LoginForm",
    "reauthenticate": "okibi.accounts.forms.ReauthenticateForm",
    "change_password": "okibi.accounts.forms.ChangePasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "20/m/ip,5/900s/key", "reauthenticate": "10/m/user"}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if ENV.text("OKIBI_PUBLIC_URL").startswith("https:") else "http"
MFA_ADAPTER = "okibi.accounts.adapter.StaffMFAAdapter"
MFA_FORMS = {
    "authenticate": "okibi.accounts.forms.AuthenticateForm",
    "reauthenticate": "okibi.accounts.forms.ReauthenticateByCodeForm",
    "activate_totp": "okibi.accounts.forms.ActivateTOTPForm",
}
OKIBI_TOTP_REQUIRED_FOR = ENV.text("OKIBI_TOTP_REQUIRED_FOR")
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an administrator vouches for staff's addresses
MFA_TOTP_ISSUER = "OKIBI Support"
MFA_TOTP_TOLERANCE = 1  # a telephone whose clock is half a minute off still fits
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.number("OKIBI_TRUSTED_PROXIES")

# ---------------------------------------------------------------- language and time
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = sorted(str(path) for path in PACKAGE.glob("*/*/locale") if path.is_dir())  # rooms' own are found by app
TIME_ZONE = "Europe/Moscow"
USE_TZ = True
USE_I18N = True

# ---------------------------------------------------------------- the web
OKIBI_PUBLIC_URL = ENV.text("OKIBI_PUBLIC_URL").rstrip("/") or f"http://127.0.0.1:{ENV.number('OKIBI_PORT')}"
_https = OKIBI_PUBLIC_URL.startswith("https:")
_host = urlsplit(OKIBI_PUBLIC_URL).hostname or "localhost"
ALLOWED_HOSTS = sorted({_host, "127.0.0.1", "localhost", "[::1]", *ENV.items("OKIBI_ALLOWED_HOSTS")})
CSRF_TRUSTED_ORIGINS = [OKIBI_PUBLIC_URL] if _https else []
OKIBI_TRUSTED_PROXIES = ENV.number("OKIBI_TRUSTED_PROXIES")
OKIBI_METRICS_TOKEN = ENV.text("OKIBI_METRICS_TOKEN")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if OKIBI_TRUSTED_PROXIES else None
SECURE_CSP: dict[str, list[str]] = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "media-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "worker-src": ["'self'"],
    "frame-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "object-src": ["'none'"],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "okibi.accounts.session_store"
SESSION_COOKIE_NAME = "okibi_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
LANGUAGE_COOKIE_NAME = "okibi_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
CSRF_COOKIE_NAME = "okibi_csrf"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 50
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
OKIBI_MAX_UPLOAD = ENV.number("OKIBI_MAX_UPLOAD_MB") * 1024 * 1024
OKIBI_FILES_BY_PROXY = ENV.text("OKIBI_FILES_BY_PROXY")
OKIBI_API_UPLOAD = ENV.number("OKIBI_API_UPLOAD_MB") * 1024 * 1024  # bytes of one file
OKIBI_API_ORIGINS = ENV.items("OKIBI_API_ORIGINS")
OKIBI_WEBHOOKS_INSIDE = ENV.flag("OKIBI_WEBHOOKS_INSIDE")
OKIBI_LIVE_APPLICATIONS = {  # async; what answers without a thread of the pages
    "/console/events": "okibi.console.events.application",
    "/api/v1/events": "okibi.api.live.application",
    "/portal/events": "okibi.portal.live.application",
    "/updates/tuf/metadata/timestamp.json": "okibi.feeds.live.timestamp",
}

STATIC_URL = "/static/"
STATIC_ROOT = str(PATHS.static)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "okibi.config.collected.Collected"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# ---------------------------------------------------------------- mail
OKIBI_SMTP_INLET_ENABLED = ENV.flag("OKIBI_SMTP_INLET_ENABLED")
OKIBI_SMTP_INLET_BIND = ENV.text("OKIBI_SMTP_INLET_BIND")
OKIBI_SMTP_INLET_PORT = ENV.number("OKIBI_SMTP_INLET_PORT")
OKIBI_LMTP_INLET = ENV.text("OKIBI_LMTP_INLET")
OKIBI_IMAP_HOST = ENV.text("OKIBI_IMAP_HOST")
OKIBI_IMAP_PORT = ENV.number("OKIBI_IMAP_PORT")
OKIBI_IMAP_USER = ENV.text("OKIBI_IMAP_USER")
OKIBI_IMAP_PASSWORD = ENV.text("OKIBI_IMAP_PASSWORD")
OKIBI_IMAP_FOLDER = ENV.text("OKIBI_IMAP_FOLDER")
OKIBI_IMAP_TLS = ENV.text("OKIBI_IMAP_TLS")
OKIBI_TRUSTED_AUTHSERV = ENV.items("OKIBI_TRUSTED_AUTHSERV")
OKIBI_SMTP_OUT_HOST = ENV.text("OKIBI_SMTP_OUT_HOST")
OKIBI_SMTP_OUT_PORT = ENV.number("OKIBI_SMTP_OUT_PORT")
OKIBI_SMTP_OUT_USER = ENV.text("OKIBI_SMTP_OUT_USER")
OKIBI_SMTP_OUT_PASSWORD = ENV.text("OKIBI_SMTP_OUT_PASSWORD")
OKIBI_SMTP_OUT_TLS = ENV.text("OKIBI_SMTP_OUT_TLS")
OKIBI_SMTP_INLET_MAX_MB = ENV.number("OKIBI_SMTP_INLET_MAX_MB")
OKIBI_MAIL_ADDRESSES = ENV.items("OKIBI_MAIL_ADDRESSES")
OKIBI_IMAP_AFTER = ENV.text("OKIBI_IMAP_AFTER")
OKIBI_MAIL_NAME = ENV.text("OKIBI_MAIL_NAME")
OKIBI_MAIL_BOUNCE_ADDRESSES = ENV.flag("OKIBI_MAIL_BOUNCE_ADDRESSES")
OKIBI_MAIL_FROM = ENV.text("OKIBI_MAIL_FROM")
OKIBI_MAIL_DOMAIN = ENV.text("OKIBI_MAIL_DOMAIN") or OKIBI_MAIL_FROM.rpartition("@")[2]
OKIBI_INLETS = [  # each: run(stop: threading.Event) -> None, for the process's life
    "okibi.channels.email.inlets.run",
    "okibi.channels.messenger.polling.run",
    "okibi.ops.voice_mail.run",
    "okibi.ops.sms_gateways.run",
]

# ---------------------------------------------------------------- messengers
OKIBI_CHANNELS = ENV.text("OKIBI_CHANNELS") or str(PATHS.data / "channels.toml")

# ---------------------------------------------------------------- telephone
OKIBI_TELEPHONE = ENV.text("OKIBI_TELEPHONE") or str(PATHS.data / "telephone.toml")

# ---------------------------------------------------------------- automatic updates
OKIBI_UPDATES_POLL = ENV.number("OKIBI_UPDATES_POLL")  # seconds
OKIBI_UPDATES_WAKE_INSIDE = ENV.flag("OKIBI_UPDATES_WAKE_INSIDE")
OKIBI_WAKE_KEY = PATHS.read_secret("wake_key")  # seed of the certificate that hosts are woken with, base64url

# ---------------------------------------------------------------- SMS
OKIBI_SMS = ENV.text("OKIBI_SMS") or str(PATHS.data / "sms.toml")

# ---------------------------------------------------------------- voice mail (texts; channels.sip.options reads them)
OKIBI_SIP_INLET = ENV.text("OKIBI_SIP_INLET")
OKIBI_SIP_ADVERTISED = ENV.text("OKIBI_SIP_ADVERTISED")
OKIBI_SIP_RTP_PORTS = ENV.text("OKIBI_SIP_RTP_PORTS")
OKIBI_SIP_TRUNKS = ENV.text("OKIBI_SIP_TRUNKS")
OKIBI_SIP_IN_HOURS = ENV.text("OKIBI_SIP_IN_HOURS")
OKIBI_SIP_LONGEST = ENV.text("OKIBI_SIP_LONGEST")
OKIBI_SIP_SILENCE = ENV.text("OKIBI_SIP_SILENCE")
OKIBI_SIP_CALLS = ENV.text("OKIBI_SIP_CALLS")
OKIBI_SIP_CALLS_PER_HOUR = ENV.text("OKIBI_SIP_CALLS_PER_HOUR")
OKIBI_SIP_LANGUAGES = ENV.text("OKIBI_SIP_LANGUAGES")
OKIBI_SIP_GREETINGS = ENV.text("OKIBI_SIP_GREETINGS")

# ---------------------------------------------------------------- pushes
OKIBI_WEB_PUSH = ENV.flag("OKIBI_WEB_PUSH")
OKIBI_WEB_PUSH_TEST_SERVER = ENV.text("OKIBI_WEB_PUSH_TEST_SERVER").rstrip("/")
OKIBI_VAPID_KEY = PATHS.read_secret("vapid_key")  # P-256, base64url of 32 bytes

# Letters to staff (a forgotten password); customers' letters go through the outbox instead.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if OKIBI_SMTP_OUT_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = str(PATHS.unsent)
EMAIL_HOST = OKIBI_SMTP_OUT_HOST
EMAIL_PORT = OKIBI_SMTP_OUT_PORT
EMAIL_HOST_USER = OKIBI_SMTP_OUT_USER
EMAIL_HOST_PASSWORD = OKIBI_SMTP_OUT_PASSWORD
EMAIL_USE_TLS = OKIBI_SMTP_OUT_TLS == "starttls"
EMAIL_USE_SSL = OKIBI_SMTP_OUT_TLS == "tls"
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = SERVER_EMAIL = OKIBI_MAIL_FROM
