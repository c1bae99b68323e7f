"""Every setting of a deployment, in one file, read once from the environment. What is missing stops the start."""

import json
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from linli.config import logs

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parents[1]
DEBUG = os.environ.get("LINLI_DEBUG", "") == "1"
TESTING = os.environ.get("LINLI_TESTING", "") == "1"
HTTPS = os.environ.get("HTTPS", "") == "1"
DATA = Path(os.environ.get("LINLI_DATA", ROOT / ".data")).resolve()


def _secret(name: str, *, example: str) -> str:
    """A secret from the environment; only tests and DEBUG may go without."""
    value = os.environ.get(name, "")
    if not value and not (DEBUG or TESTING):
        raise SystemExit(f"{name} is not set; `linli run` makes one, a server deployment must provide it.")
    return value or example


SECRET_KEY = _secret("LINLI_SECRET_KEY", example="for-tests-and-debugging-only-0123456789abcdefghij")
LINLI_KEYS = _secret("LINLI_KEYS", example="1:" + "ab" * 32)
"""Keys that seal personal data and originals: ``no:hex64[,no:hex64…]``; the highest number seals, all open."""

EVIDENCE_STORE = os.environ.get("LINLI_EVIDENCE", str(DATA / "evidence"))
"""Where files lie: a folder, or ``s3+https://KEY:SECRET@host/bucket`` (needs the package ``obstore``)."""

MESSAGE_ROUTES: dict[str, str] = json.loads(os.environ.get("LINLI_MESSAGES") or "{}")
"""How messages leave, as JSON: channel → ``mail:``, ``https://gateway#secret``, ``apprise:wecombot://…``. Channels not
named (email, sms, wecom, dingtalk, webhook) are only shown on the console."""
EMAIL_HOST = os.environ.get("LINLI_EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("LINLI_EMAIL_PORT") or 25)
EMAIL_HOST_USER = os.environ.get("LINLI_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("LINLI_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("LINLI_EMAIL_TLS", "") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("LINLI_EMAIL_FROM", "linli@localhost")

STATEMENT_TIMEOUT = os.environ.get("LINLI_STATEMENT_TIMEOUT", "5s")
"""Pages keep the short one; commands and the worker are started with a longer one."""


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/") or "linli",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.pop("host", "")) or (parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **query,
            "prepare_threshold": 3,
            "options": f"-c lock_timeout=4s -c statement_timeout={STATEMENT_TIMEOUT}",
        },
        "TEST": {"TEMPLATE": "template0"},
    }


DATABASE_URL = _secret("DATABASE_URL", example="postgresql://linli@127.0.0.1/linli")
DATABASES = {"default": _database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "org.Account"
SECOND_FACTOR_FOR = tuple(filter(None, os.environ.get("LINLI_SECOND_FACTOR_FOR", "").split(",")))
"""Roles whose holders must set up an app or a passkey before they do anything else, e.g. ``security_admin,leader``."""
HASHER = "MD5PasswordHasher" if TESTING else "ScryptPasswordHasher"
PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{HASHER}"]
"""Scrypt needs memory as well as time and comes with Python; tests do not guard secrets."""
AUTH_PASSWORD_VALIDATORS: list[dict[str, object]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("username", "email", "phone")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]  # fmt: skip

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "procrastinate.contrib.django",
    "linli.kernel.text",
    "linli.kernel.calendar",
    "linli.kernel.org",
    "linli.kernel.evidence",
    "linli.kernel.catalog",
    "linli.kernel.registry",
    "linli.kernel.flow",
    "linli.kernel.ledger",
    "linli.kernel.messages",
    "linli.kernel.devices",
    "linli.kernel.duties",
    "linli.kernel.meetings",
    "linli.web",
    "linli.domains.organisation",
    "linli.domains.cases",
    "linli.domains.lists",
    "linli.domains.safety",
    "linli.domains.field",
    "linli.config.apps.Wiring",
]
BARE_PATHS = ("/open311/", "/api/v1/reports", "/api/v1/lists", "/api/v1/field/", "/healthz", "/readyz", "/metrics")
"""Beginnings of paths that machines use: no session, language, CSRF or account is looked up there."""
MIDDLEWARE = [
    "linli.config.observing.Observed",
    "django.middleware.security.SecurityMiddleware",
    "linli.web.middleware.BrowserLimits",
    "linli.web.middleware.Sessions",
    "linli.web.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "linli.web.middleware.Csrf",
    "linli.web.middleware.Accounts",
    "linli.domains.organisation.web.sessions.Watch",
    "linli.web.middleware.Messages",
    "linli.web.middleware.Actors",
    "linli.web.middleware.Answers",
]
PROXIES = int(os.environ.get("LINLI_PROXIES") or 0)
"""How many trusted proxies stand before us: so many addresses from the right of X-Forwarded-For are theirs."""
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
CSRF_FAILURE_VIEW = "linli.web.web.csrf_failed"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
BASE_MAP: dict[str, object] = json.loads(os.environ.get("LINLI_BASE_MAP", "{}"))
"""Background tiles, e.g. ``{"tiles": ["https://t0.example/{z}/{x}/{y}"], "attribution": "…", "max_zoom": 18}``; by
default none: maps draw our own boundaries, roads and grids."""
ROOT_URLCONF = "linli.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
ALLOWED_HOSTS = os.environ.get("LINLI_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
STATIC_URL = "/static/"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
LIVE_PORT = int(os.environ.get("LINLI_LIVE_PORT") or 0)
LIVE_URL = os.environ.get("LINLI_LIVE_URL", "")
"""Live updates: on a port of this host, or behind a proxy at this address; neither means pages ask now and then."""
WEB_WORKERS = int(os.environ.get("LINLI_WEB_WORKERS") or min(4, os.cpu_count() or 1))
"""Processes of the web server; what a program may ask a minute is shared out among them."""
METRICS_TOKEN = os.environ.get("LINLI_METRICS_TOKEN", "")
LOG_LEVEL = "WARNING" if TESTING else os.environ.get("LINLI_LOG_LEVEL", "INFO")
LOGGING = logs.configured(level=LOG_LEVEL, readable=DEBUG)
