"""The environment, read strictly: a value that makes no sense stops the start with what to write.

Django reports ``ImproperlyConfigured`` by its sentence alone, so each sentence names the
variable, what was found (never where it may be a secret) and an example that works.
"""

from __future__ import annotations

import os
import re
import unicodedata
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

KEY_LENGTH = 50
WEBHOOK_PASSWORD_LENGTH = 24
SECRET_LENGTH = 32
FIRST_PEPPER = "first"
KEY_ID = re.compile(r"^[a-z0-9]{1,20}$")
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
HOST = re.compile(r"^(\*|\[[0-9a-f:]+\]|\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?)$", re.IGNORECASE)
SQLITE_OPTIONS = {
    # BEGIN IMMEDIATE takes the write lock at once, so a busy database waits instead of failing
    # half-way; FULL because a lost commit of "handed over" would mean a second mail.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
        "PRAGMA temp_store=MEMORY;PRAGMA mmap_size=134217728;PRAGMA cache_size=-16000"
    ),
}
CACHES = {
    "locmem": "django.core.cache.backends.locmem.LocMemCache",
    "file": "django.core.cache.backends.filebased.FileBasedCache",
    "db": "django.core.cache.backends.db.DatabaseCache",
    "redis": "django.core.cache.backends.redis.RedisCache",
    "rediss": "django.core.cache.backends.redis.RedisCache",
}
# Service -> the keys Anymail demands, then those it also takes.
MAIL_SERVICES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "amazon_ses": ((), ("AMAZON_SES_CONFIGURATION_SET_NAME",)),
    "brevo": (("BREVO_API_KEY",), ()),
    "mailgun": (("MAILGUN_API_KEY",), ("MAILGUN_SENDER_DOMAIN", "MAILGUN_API_URL")),
    "mailjet": (("MAILJET_API_KEY", "MAILJET_SECRET_KEY"), ()),
    "postal": (("POSTAL_API_URL", "POSTAL_API_KEY"), ()),
    "postmark": (("POSTMARK_SERVER_TOKEN",), ("POSTMARK_MESSAGE_STREAM",)),
    "resend": (("RESEND_API_KEY",), ()),
    "scaleway": (("SCALEWAY_SECRET_KEY", "SCALEWAY_PROJECT_ID"), ("SCALEWAY_REGION",)),
}

# What a service needs besides Anymail.
MAIL_PACKAGES = {"amazon_ses": "boto3"}


def wrong(name: str, problem: str, example: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} {problem}. Write for example: {name}={example}")


def text(name: str, default: str = "") -> str:
    value = os.environ.get(name, "").strip()
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise wrong(name, "holds a line break or control character", default or "one-line")
    return value or default


def inherited(**changes: str) -> dict[str, str]:
    """Return the environment for a process of our own, with some values of its own."""
    return {**os.environ, **changes}


def required(name: str, example: str) -> str:
    if value := text(name):
        return value
    raise wrong(name, "is missing", example)


def boolean(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in TRUE | FALSE:
        return value in TRUE
    raise wrong(name, f"is {value!r}, which is neither yes nor no", "true")


def secret_key(default: str = "") -> str:
    example = "$(python -c 'import secrets; print(secrets.token_urlsafe(50))')"
    if not (value := text("SECRET_KEY", default)):
        raise wrong("SECRET_KEY", "is missing", example)
    if value != default and len(value) < KEY_LENGTH:
        raise wrong(
            "SECRET_KEY", f"is too short to be safe ({KEY_LENGTH} characters at least)", example
        )
    return value


def site_url(default: str = "") -> str:
    """The address visitors use, without a path and without a slash at the end."""
    example = "https://www.example.org"
    value = text("SITE_URL", default)
    parts = _split("SITE_URL", value, example)
    if "@" not in value and not _is_web_address(parts):
        raise wrong("SITE_URL", f"is {value!r}, not an http or https address", example)
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in value:
        raise wrong("SITE_URL", "may hold a scheme, a host and a port, nothing more", example)
    return f"{parts.scheme}://{parts.netloc}"


def allowed_hosts(default: list[str]) -> list[str]:
    hosts = [host.strip() for host in text("ALLOWED_HOSTS").split(",") if host.strip()]
    for host in hosts:
        if not HOST.match(host):
            raise wrong(
                "ALLOWED_HOSTS",
                f"holds {host!r}; it takes host names without scheme or port, split by commas",
                "www.example.org,example.org",
            )
    return hosts or default


def origins(name: str) -> list[str]:
    """Web addresses whose pages may write to the API: scheme, host and port each."""
    example = "https://www.example.org,https://app.example.org"
    found = [origin.strip() for origin in text(name).split(",") if origin.strip()]
    for origin in found:
        parts = _split(name, origin, example)
        if not _is_web_address(parts) or origin != f"{parts.scheme}://{parts.netloc}":
            raise wrong(name, "holds what is not a scheme and a host alone", example)
    return found


def database(default: str) -> dict[str, Any]:
    example = "postgres://user:password@127.0.0.1:5432/wissensregion"
    value = text("DATABASE_URL", default)
    scheme = value.split(":", 1)[0]
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        raise wrong("DATABASE_URL", "names neither sqlite nor postgres", example)
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(value, conn_max_age=600))
    except (ValueError, dj_database_url.ParseError):
        # Without its cause, which may quote a password.
        raise wrong("DATABASE_URL", "cannot be read", example) from None
    if not config["NAME"]:
        raise wrong("DATABASE_URL", "names no database", example)
    if scheme == "sqlite":
        config["OPTIONS"] = {**SQLITE_OPTIONS, **config.get("OPTIONS", {})}
        if config["NAME"] != ":memory:":
            Path(config["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    else:
        config["CONN_HEALTH_CHECKS"] = True
    return config


def cache(default: str = "locmem://") -> dict[str, Any]:
    example = "redis://127.0.0.1:6379/1"
    value = text("CACHE_URL", default)
    parts = _split("CACHE_URL", value, example)
    if parts.scheme not in CACHES:
        raise wrong("CACHE_URL", f"is none of {', '.join(sorted(CACHES))}", example)
    location = value
    if parts.scheme in {"locmem", "db"}:
        location = parts.netloc or ("cache" if parts.scheme == "db" else "")
    elif parts.scheme == "file":
        location = parts.path
    if parts.scheme in {"file", "redis", "rediss"} and location in {"", "redis://", "rediss://"}:
        raise wrong("CACHE_URL", "does not say where the cache is", example)
    return {"BACKEND": CACHES[parts.scheme], "LOCATION": location}


def mail(default: str = "smtp://127.0.0.1:1025") -> dict[str, Any]:
    """Django's mail settings: an Anymail service by name, or SMTP by address."""
    service = text("EMAIL_SERVICE").lower()
    if service and text("EMAIL_URL"):
        raise wrong("EMAIL_SERVICE", "and EMAIL_URL are both set; keep one of them", "brevo")
    return _service(service) if service else _smtp(text("EMAIL_URL", default))


def _service(service: str) -> dict[str, Any]:
    if service not in MAIL_SERVICES:
        known = ", ".join(sorted(MAIL_SERVICES))
        raise wrong("EMAIL_SERVICE", f"is {service!r}, which is none of {known}", "brevo")
    if (package := MAIL_PACKAGES.get(service)) and not find_spec(package):
        problem = f"is {service}, which needs the package {package}; install it or choose another"
        raise wrong("EMAIL_SERVICE", problem, "brevo")
    needed, possible = MAIL_SERVICES[service]
    keys = {name: required(name, "the-key-from-your-account") for name in needed}
    keys |= {name: value for name in possible if (value := text(name))}
    if secret := webhook_secret():
        keys["WEBHOOK_SECRET"] = secret
    return {
        "EMAIL_BACKEND": f"anymail.backends.{service}.EmailBackend",
        # Five seconds to connect, thirty for the answer: the two mean different things.
        "ANYMAIL": {**keys, "REQUESTS_TIMEOUT": (5, 30)},
    }


def webhook_secret() -> str:
    """User and password the mail service reports back with; without it nobody may report."""
    example = "reports:$(python -c 'import secrets; print(secrets.token_urlsafe(32))')"
    value = text("ANYMAIL_WEBHOOK_SECRET")
    user, colon, password = value.partition(":")
    if value and (not user or not colon or len(password) < WEBHOOK_PASSWORD_LENGTH):
        raise wrong(
            "ANYMAIL_WEBHOOK_SECRET",
            f"is not user:password with a password of {WEBHOOK_PASSWORD_LENGTH} characters or more",
            example,
        )
    return value


def _smtp(value: str) -> dict[str, Any]:
    example = "smtp+tls://user:password@mail.example.org:587"
    parts = _split("EMAIL_URL", value, example)
    if parts.scheme not in {"smtp", "smtp+tls", "smtps"} or not parts.hostname:
        raise wrong("EMAIL_URL", "is not an smtp, smtp+tls or smtps address", example)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise wrong("EMAIL_URL", "may hold user, password, host and port, nothing more", example)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 30,
    }


def sender(default: str) -> str:
    example = '"Wissensregion <newsletter@example.org>"'
    value = text("DEFAULT_FROM_EMAIL", default)
    address = parseaddr(value)[1]
    local, _, domain = address.rpartition("@")
    if not local or "." not in domain or " " in address:
        raise wrong("DEFAULT_FROM_EMAIL", f"is {value!r}, which holds no mail address", example)
    return value


def token_keys(default: str = "") -> list[tuple[str, str]]:
    """The keys that sign the newsletter's links, as (id, secret), newest first."""
    name, example = "NEWSLETTER_TOKEN_KEYS", "2026:$(openssl rand -hex 32)"
    keys: list[tuple[str, str]] = []
    for entry in (text(name, default) or required(name, example)).split(","):
        key_id, _, secret = entry.strip().partition(":")
        if not KEY_ID.match(key_id):
            problem = "holds a key without an id of up to 20 small letters and digits"
            raise wrong(name, problem, example)
        if entry != default and len(secret) < SECRET_LENGTH:
            raise wrong(name, f"holds a secret under {SECRET_LENGTH} characters", example)
        keys.append((key_id, secret))
    if len(dict(keys)) < len(keys):
        raise wrong(name, "gives two keys the same id", example)
    return keys


def pepper(default: str = "") -> list[tuple[str, str]]:
    """What turns addresses into hashes only this site can make, as (id, secret), newest first.

    The older ones are kept for what nobody can hash anew: the hashes of people who were erased.
    """
    name, example = "NEWSLETTER_PEPPER", "$(openssl rand -hex 32)"
    peppers: list[tuple[str, str]] = []
    for entry in (text(name, default) or required(name, example)).split(","):
        pepper_id, colon, secret = entry.strip().rpartition(":")
        # The first one ever needs no id.
        pepper_id = pepper_id if colon else FIRST_PEPPER
        if not KEY_ID.match(pepper_id):
            problem = "holds a secret whose id is not up to 20 small letters and digits"
            raise wrong(name, problem, example)
        if entry != default and len(secret) < SECRET_LENGTH:
            raise wrong(name, f"holds a secret shorter than {SECRET_LENGTH} characters", example)
        peppers.append((pepper_id, secret))
    if len(dict(peppers)) < len(peppers):
        raise wrong(name, "gives two secrets the same id", example)
    return peppers


def number(name: str, *, default: int, least: int = 0) -> int:
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise wrong(name, f"is {value!r}, which is no whole number from {least} up", str(default))
    return int(value)


def _is_web_address(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    known = HOST.match(f"[{host}]" if ":" in host else host)
    return parts.scheme in {"http", "https"} and bool(known) and "@" not in parts.netloc


def _split(name: str, value: str, example: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise wrong(name, "cannot be read as an address", example) from None
    return parts
