"""Where reports about mails come from, read from the environment as strictly as all else."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from wissensregion.settings import variables

TOPIC = re.compile(r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]+$")
PORTS = {"imaps": 993, "imap+tls": 143, "imap": 143}
ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
HERE = {"127.0.0.1", "::1", "localhost"}


def topics() -> list[str]:
    """The Amazon SNS topics whose reports are listened to."""
    name, example = "AMAZON_SES_TOPICS", "arn:aws:sns:eu-central-1:123456789012:newsletter"
    found = [
        topic.strip() for topic in variables.text("AMAZON_SES_TOPICS").split(",") if topic.strip()
    ]
    for topic in found:
        if not TOPIC.match(topic):
            raise variables.wrong(name, f"holds {topic!r}, which is no topic", example)
    return found


def bounce_mailbox() -> dict[str, Any] | None:
    """The mailbox to which mail servers send what came back."""
    return _mailbox("BOUNCE_MAILBOX_URL")


def probe_mailbox() -> dict[str, Any] | None:
    """The mailbox of our own to which probes of an issue go."""
    return _mailbox("PROBE_MAILBOX_URL")


def probe_address(mailbox: dict[str, Any] | None) -> str:
    """The address of that mailbox; where it is the user as well, it need not be repeated."""
    name, example = "PROBE_ADDRESS", "probe@example.org"
    user = str(mailbox["user"]) if mailbox else ""
    value = variables.text("PROBE_ADDRESS", user if "@" in user else "")
    if value and not ADDRESS.fullmatch(value):
        raise variables.wrong(name, "is no plain mail address", example)
    if mailbox and not value:
        raise variables.wrong(name, "is missing; PROBE_MAILBOX_URL does not tell it", example)
    return value


def own_mail_server(host: str | None) -> bool:
    """Whether the SMTP server is ours and passes on what it is given."""
    return variables.boolean("NEWSLETTER_OWN_MAIL_SERVER", default=host in HERE)


def _mailbox(name: str) -> dict[str, Any] | None:
    example = "imaps://user:password@mail.example.org:993/INBOX"
    value = variables.text(name)
    if not value:
        return None
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise variables.wrong(name, "cannot be read as an address", example) from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise variables.wrong(name, "is not an imaps, imap+tls or imap address", example)
    if not parts.username or not parts.password:
        raise variables.wrong(name, "names no user or no password", example)
    if parts.scheme == "imap" and parts.hostname not in HERE:
        raise variables.wrong(name, "would send the password in the open", example)
    if parts.query or parts.fragment:
        raise variables.wrong(name, "may hold user, password, host, port and folder only", example)
    return {
        "encryption": parts.scheme,
        "host": parts.hostname,
        "port": port or PORTS[parts.scheme],
        "user": unquote(parts.username),
        "password": unquote(parts.password),
        "folder": unquote(parts.path.strip("/")) or "INBOX",
    }
