"""Every setting of kith. Values come from the environment or a `.env` file; docs/configuration.md lists them."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from dotenv import dotenv_values
from platformdirs import user_data_path

from kith import __version__
from kith.environment import ConfigurationError, Environment, stored_secret
from kith.logs import logging_configuration

_dotenv = {name: value or "" for name, value in dotenv_values(Path.cwd() / ".env").items()}
_env = Environment({**_dotenv, **os.environ})
_package = Path(__file__).parent

VERSION = __version__
DEBUG = False

# Where everything that kith writes is kept.

DATA_DIR = (
    Path(_env.text("KITH_DATA_DIR") or user_data_path("kith", appauthor=False))
    .expanduser()
    .resolve()
)
try:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
except OSError as error:
    raise ConfigurationError(
        f"KITH_DATA_DIR: {DATA_DIR} cannot be created ({error.strerror}); for example KITH_DATA_DIR=~/kith-data."
    ) from None
UPLOAD_DIR = DATA_DIR / "uploads"
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "uploads" / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)

# Secrets and hosts.

SECRET_KEY = _env.text("SECRET_KEY") or stored_secret(DATA_DIR / "secret_key")
ENCRYPTION_KEYS = _env.keys(
    "ENCRYPTION_KEY",
    default="" if _env.text("ENCRYPTION_KEY") else stored_secret(DATA_DIR / "encryption_key"),
)
ALLOWED_HOSTS = _env.items("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = _env.origins("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = _env.networks("TRUSTED_PROXIES")
_is_https = bool(CSRF_TRUSTED_ORIGINS) and all(
    o.startswith("https://") for o in CSRF_TRUSTED_ORIGINS
)

# Instagram. Without an app of one's own, kith talks to the sandbox on this machine.

_sandbox_url = _env.web_address("KITH_SANDBOX_URL", "http://127.0.0.1:8801")
INSTAGRAM_IS_SANDBOX = not _env.text("INSTAGRAM_APP_ID")
INSTAGRAM_APP_ID = _env.text("INSTAGRAM_APP_ID", "sandbox-app")
INSTAGRAM_APP_SECRET = _env.text(
    "INSTAGRAM_APP_SECRET", "sandbox-secret" if INSTAGRAM_IS_SANDBOX else ""
)
if not INSTAGRAM_APP_SECRET:
    raise ConfigurationError(
        "INSTAGRAM_APP_SECRET must be set beside INSTAGRAM_APP_ID: it is the Instagram app's own secret "
        "(app dashboard, API setup with Instagram login), for example INSTAGRAM_APP_SECRET=0123abcd."
    )
# Whoever sends webhooks proves by one of these that it is Meta. Without a token to verify them by, they are off.
INSTAGRAM_SIGNING_SECRETS = [INSTAGRAM_APP_SECRET, *_env.items("INSTAGRAM_WEBHOOK_SECRETS")]
INSTAGRAM_WEBHOOK_TOKEN = _env.text("INSTAGRAM_WEBHOOK_TOKEN")
INSTAGRAM_REDIRECT_URI = (
    _env.web_address("INSTAGRAM_REDIRECT_URI", "") if _env.text("INSTAGRAM_REDIRECT_URI") else ""
)


def _instagram_address(name: str, real: str, sandbox_path: str) -> str:
    return _env.web_address(name, f"{_sandbox_url}{sandbox_path}" if INSTAGRAM_IS_SANDBOX else real)


INSTAGRAM_AUTHORIZE_URL = _instagram_address(
    "INSTAGRAM_AUTHORIZE_URL", "https://www.instagram.com/oauth/authorize", "/oauth/authorize"
)
INSTAGRAM_TOKEN_URL = _instagram_address(
    "INSTAGRAM_TOKEN_URL", "https://api.instagram.com/oauth/access_token", "/oauth/access_token"
)
INSTAGRAM_GRAPH_URL = _instagram_address("INSTAGRAM_GRAPH_URL", "https://graph.instagram.com", "")
INSTAGRAM_GRAPH_VERSION = _env.text("INSTAGRAM_GRAPH_VERSION", "v25.0")
INSTAGRAM_LIST_EDGES = _env.choice("INSTAGRAM_LIST_EDGES", "auto", ["auto", "on", "off"])
INSTAGRAM_CALLS_PER_HOUR = _env.integer(
    "INSTAGRAM_CALLS_PER_HOUR", 200, minimum=1, maximum=1_000_000
)
INSTAGRAM_MAX_PAGES = _env.integer("INSTAGRAM_MAX_PAGES", 500, minimum=1, maximum=1_000_000)

# Syncing.

SYNC_CONCURRENCY = _env.integer("SYNC_CONCURRENCY", 5, minimum=1, maximum=100)
SYNC_LEASE_SECONDS = _env.integer("SYNC_LEASE_SECONDS", 60, minimum=5, maximum=3600)
INBOX_DIR = _env.folder("KITH_INBOX_DIR")
UPLOAD_LIMIT_BYTES = 4 * 1024**3  # Instagram cuts its archives at about 2 GB a part.

# Database: SQLite in the data directory, or whatever DATABASE_URL says.

_database_url = _env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'kith.sqlite3'}")
try:
    _database = dj_database_url.parse(_database_url)
except (ValueError, dj_database_url.ParseError, dj_database_url.UnknownSchemeError):
    _database = {"ENGINE": ""}
if _database["ENGINE"] not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
    raise ConfigurationError(
        "DATABASE_URL must be a sqlite:/// or postgres:// address; "
        "for example DATABASE_URL=postgres://kith:password@localhost:5432/kith."
    )
DATABASE_IS_SQLITE = _database["ENGINE"].endswith("sqlite3")
if DATABASE_IS_SQLITE:
    _database["OPTIONS"] = {
        # A writer that takes the lock at once never fails half-way, and the others wait up to 20 s for it.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            # The cache is also how much is sorted at once; the rest spills to a file. With twice as much a million
            # people take 30 MB more and no less time (docs/decisions/0004).
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000; "
            # Rows are wiped when deleted, but pages that hold nothing else are not written once more for it: clearing
            # the staging of a million people would write 300 MB.
            "PRAGMA secure_delete=FAST;"
        ),
    }
else:
    _database["OPTIONS"] = {"pool": {"min_size": 0, "max_size": 20, "timeout": 20}}
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The queue: rows are the truth, Huey only wakes workers (docs/decisions/0002).

REDIS_URL = _env.text("REDIS_URL")
if REDIS_URL and urlsplit(REDIS_URL).scheme not in {"redis", "rediss", "unix"}:
    raise ConfigurationError(
        "REDIS_URL must begin with redis://, rediss:// or unix://; for example REDIS_URL=redis://localhost:6379/0."
    )

# The site.

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "kith.web",  # before allauth, whose templates it replaces
    "django_htmx",
    "django_vite",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "kith.accounts",
    "kith.people",
    "kith.sync",
    "kith.unfollow",
]
MIDDLEWARE = [
    "kith.web.middleware.ForwardedMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "kith.web.middleware.UploadLimitMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kith.web.middleware.TimeZoneMiddleware",
]
ROOT_URLCONF = "kith.urls"
WSGI_APPLICATION = "kith.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kith.web.context.site",
            ]
        },
    }
]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
DJANGO_VITE = {
    "default": {
        "manifest_path": _package / "web" / "static" / "build" / "manifest.json",
        "static_url_prefix": "build",
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LOGGING_CONFIG = None
logging_configuration(
    level=_env.choice("LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR"]),
    as_json=_env.choice("LOG_FORMAT", "text", ["text", "json"]) == "json",
)

# Signing in.

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "kith.accounts.signing_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ALLOW_SIGNUPS = _env.choice("KITH_SIGNUP", "closed", ["closed", "open"]) == "open"
ALLAUTH_TRUSTED_PROXY_COUNT = 0
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _is_https
KITH_DEMO_LOGIN = _env.text("KITH_DEMO_LOGIN")

# E-mail: printed to the console unless EMAIL_URL names a server.

DEFAULT_FROM_EMAIL = _env.text("EMAIL_FROM", "kith <kith@localhost>")
_email = urlsplit(_env.text("EMAIL_URL"))
if _email.scheme in {"smtp", "smtps", "smtp+tls"} and _email.hostname:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _email.hostname
    EMAIL_PORT = _email.port or (465 if _email.scheme == "smtps" else 587)
    EMAIL_HOST_USER = _email.username or ""
    EMAIL_HOST_PASSWORD = _email.password or ""
    EMAIL_USE_SSL = _email.scheme == "smtps"
    EMAIL_USE_TLS = _email.scheme == "smtp+tls"
    EMAIL_TIMEOUT = 20
elif _env.text("EMAIL_URL"):
    raise ConfigurationError(
        "EMAIL_URL must begin with smtp://, smtp+tls:// or smtps://; "
        "for example EMAIL_URL=smtp+tls://user:password@mail.example:587."
    )
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# What a browser may do on our pages.

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_https
SECURE_HSTS_SECONDS = 31_536_000 if _is_https else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 200
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000  # A thousand people can be approved at once.
_instagram_origin = "{0.scheme}://{0.netloc}".format(urlsplit(INSTAGRAM_AUTHORIZE_URL))
_picture_origins = (
    [_instagram_origin]
    if INSTAGRAM_IS_SANDBOX
    else ["https://*.cdninstagram.com", "https://*.fbcdn.net"]
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *_picture_origins],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # The form that connects an account is answered by a redirect to Instagram.
        "form-action": [SELF, _instagram_origin],
    }
}
