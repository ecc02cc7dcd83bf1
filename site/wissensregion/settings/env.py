"""The environment, read strictly: a value that makes no sense stops the start with what to write.

Django reports ``ImproperlyConfigured`` by its sentence alone, so each sentence names the
variable, what was found (never where it may be a secret) and an example that works.
"""

from __future__ import annotations

import re
from email.utils import parseaddr
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from wissensregion.settings.engines import search
from wissensregion.settings.stores import cache, database, tasks, tasks_apps
from wissensregion.settings.variables import (
    boolean,
    inherited,
    number,
    required,
    split,
    text,
    wrong,
)

if TYPE_CHECKING:
    from urllib.parse import SplitResult

__all__ = [
    "allowed_hosts",
    "boolean",
    "cache",
    "database",
    "inherited",
    "mail",
    "number",
    "origins",
    "pepper",
    "required",
    "search",
    "secret_key",
    "sender",
    "site_url",
    "tasks",
    "tasks_apps",
    "text",
    "token_keys",
    "webhook_secret",
]

KEY_LENGTH = 50
WEBHOOK_PASSWORD_LENGTH = 24
SECRET_LENGTH = 32
FIRST_PEPPER = "first"
KEY_ID = re.compile(r"^[a-z0-9]{1,20}$")
HOST = re.compile(r"^(\*|\[[0-9a-f:]+\]|\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?)$", re.IGNORECASE)
# Service -> the keys Anymail demands, then those it also takes.
MAIL_SERVICES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "amazon_ses": ((), ("AMAZON_SES_CONFIGURATION_SET_NAME",)),
    "brevo": (("BREVO_API_KEY",), ()),
    "mailgun": (
        ("MAILGUN_API_KEY",),
        ("MAILGUN_SENDER_DOMAIN", "MAILGUN_API_URL", "MAILGUN_WEBHOOK_SIGNING_KEY"),
    ),
    "mailjet": (("MAILJET_API_KEY", "MAILJET_SECRET_KEY"), ()),
    "postal": (("POSTAL_API_URL", "POSTAL_API_KEY"), ("POSTAL_WEBHOOK_KEY",)),
    "postmark": (("POSTMARK_SERVER_TOKEN",), ("POSTMARK_MESSAGE_STREAM",)),
    "resend": (("RESEND_API_KEY",), ("RESEND_SIGNING_SECRET",)),
    "scaleway": (("SCALEWAY_SECRET_KEY", "SCALEWAY_PROJECT_ID"), ("SCALEWAY_REGION",)),
}

# boto3 would make a call again by itself that broke off, and so send a mail twice.
MAIL_CLIENTS: dict[str, dict[str, Any]] = {
    "amazon_ses": {
        "AMAZON_SES_CLIENT_PARAMS": {
            "config": {
                "retries": {"total_max_attempts": 1},
                "connect_timeout": 5,
                "read_timeout": 30,
            }
        }
    }
}
# What a service needs besides Anymail.
MAIL_PACKAGES = {"amazon_ses": "boto3"}


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
    parts = split("SITE_URL", value, example)
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
        parts = split(name, origin, example)
        if not _is_web_address(parts) or origin != f"{parts.scheme}://{parts.netloc}":
            raise wrong(name, "holds what is not a scheme and a host alone", example)
    return found


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
        "ANYMAIL": {**keys, "REQUESTS_TIMEOUT": (5, 30), **MAIL_CLIENTS.get(service, {})},
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
    parts = split("EMAIL_URL", value, example)
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


def _is_web_address(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    known = HOST.match(f"[{host}]" if ":" in host else host)
    return parts.scheme in {"http", "https"} and bool(known) and "@" not in parts.netloc
