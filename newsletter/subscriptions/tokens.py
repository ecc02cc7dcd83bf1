"""Signed links: what they carry, and whether to believe them. No queries, no writes.

A token is ``v1.<key id>.<value>.<mac>``. The first of ``NEWSLETTER_TOKEN_KEYS`` signs, all of
them verify, so links in old mails outlive a change of keys (and of ``SECRET_KEY``).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

if TYPE_CHECKING:
    from newsletter.subscriptions.models import AccessLink, Subscription

VERSION = "v1"
LONGEST = 300
MAC_BYTES = 16


class Purpose(StrEnum):
    """What a token is for; one made for one purpose says nothing for another."""

    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"
    SETTINGS = "settings"
    ERASE = "erase"
    SESSION = "session"


class TokenError(ValueError):
    """A token nobody signed: mistyped, cut off or forged."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a confirmation link says by itself, before any database is asked."""

    locale: str
    expires_at: datetime

    @property
    def expired(self) -> bool:
        return self.expires_at <= timezone.now()


def sign(purpose: Purpose, value: str) -> str:
    key_id, secret = settings.NEWSLETTER_TOKEN_KEYS[0]
    body = f"{VERSION}.{key_id}.{value}"
    return f"{body}.{_mac(purpose, body, secret)}"


class Signer:
    """Signs many values for one purpose, each as ``sign`` does: what is the same is done once."""

    def __init__(self, purpose: Purpose) -> None:
        key_id, secret = settings.NEWSLETTER_TOKEN_KEYS[0]
        self._lead = f"{VERSION}.{key_id}."
        self._begun = hmac.new(secret.encode(), _bound(purpose, self._lead), "sha256")

    def sign(self, value: str) -> str:
        mac = self._begun.copy()
        mac.update(value.encode())
        return f"{self._lead}{value}.{_written(mac.digest())}"


def read(purpose: Purpose, token: str) -> str:
    """Return the signed value, or raise ``TokenError``; nothing is looked up."""
    if len(token) > LONGEST or not token.isascii():
        raise TokenError
    body, _, mac = token.rpartition(".")
    version, _, rest = body.partition(".")
    key_id, _, value = rest.partition(".")
    secret = dict(settings.NEWSLETTER_TOKEN_KEYS).get(key_id)
    if version != VERSION or not value or secret is None:
        raise TokenError
    if not hmac.compare_digest(mac, _mac(purpose, body, secret)):
        raise TokenError
    return value


def new_confirmation(locale: str, expires_at: datetime) -> str:
    """Make a token that can be used once; only its fingerprint is to be stored."""
    value = f"{locale}.{int(expires_at.timestamp())}.{secrets.token_urlsafe(32)}"
    return sign(Purpose.CONFIRM, value)


def read_confirmation(token: str) -> Confirmation:
    locale, seconds, _ = read(Purpose.CONFIRM, token).split(".")
    return Confirmation(locale, datetime.fromtimestamp(int(seconds), UTC))


def new_access(purpose: Purpose, locale: str) -> str:
    """Make a key to be mailed; only its fingerprint is to be stored."""
    return sign(purpose, f"{locale}.{secrets.token_urlsafe(32)}")


def access_locale(purpose: Purpose, token: str) -> str:
    """Return the language of a mailed key, or raise ``TokenError``."""
    return read(purpose, token).partition(".")[0]


def session(link: AccessLink) -> str:
    """Return what stands in the forms of an opened page: the same for the same opening."""
    ends_at = link.session_ends_at
    return sign(Purpose.SESSION, f"{link.pk}.{int(ends_at.timestamp() if ends_at else 0)}")


def read_session(token: str) -> tuple[int, datetime]:
    """Return the link that was opened and when the page closes; raise ``TokenError``."""
    pk, _, seconds = read(Purpose.SESSION, token).partition(".")
    return int(pk), datetime.fromtimestamp(int(seconds), UTC)


def access_url(purpose: Purpose, token: str) -> str:
    return _absolute({Purpose.SETTINGS: "access", Purpose.ERASE: "erase"}[purpose], token)


def fingerprint(token: str) -> str:
    """Return what is stored of a token: whoever reads the database cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def confirm_url(token: str) -> str:
    return _absolute("confirm", token)


def unsubscribe_url(subscription: Subscription) -> str:
    """Return the page with the button that ends the subscription."""
    return _absolute("unsubscribe", sign(Purpose.UNSUBSCRIBE, subscription.public_id))


def one_click_url(subscription: Subscription) -> str:
    """Return the address for ``List-Unsubscribe``: a POST to it ends the subscription."""
    return _absolute("one_click", sign(Purpose.UNSUBSCRIBE, subscription.public_id))


def preferences_url(subscription: Subscription) -> str:
    return _absolute("preferences", sign(Purpose.PREFERENCES, subscription.public_id))


def _absolute(name: str, token: str) -> str:
    return f"{settings.SITE_URL}{reverse(f'newsletter:{name}', args=[token])}"


def _mac(purpose: Purpose, body: str, secret: str) -> str:
    return _written(hmac.digest(secret.encode(), _bound(purpose, body), "sha256"))


def _bound(purpose: Purpose, body: str) -> bytes:
    """Bind what is signed to its purpose."""
    return f"wissensregion.newsletter:{purpose}:{body}".encode()


def _written(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest[:MAC_BYTES]).rstrip(b"=").decode()
