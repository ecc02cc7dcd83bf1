"""What the site itself knows about a person: the accounts of those who work with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wissensregion.models import Digest, PersonAct, User
from wissensregion.retention.own import RULES as RETENTION

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = ["MODELS", "RETENTION", "erase", "export"]
MODELS = {
    "User": True,
    "Change": False,
    "FourEyesTask": False,
    "SiteImage": True,
    "SiteRendition": False,
    "SiteDocument": False,
    "Heartbeat": False,
    "Deadline": False,
    "Digest": True,
    "PersonAct": True,
    "PrivacyFacts": False,
    "Readiness": False,
    "RetentionRun": False,
    # What published pages say, people named in them among it.
    "SearchEntry": False,
    "SearchWord": False,
    # Headlines of published pages.
    "ShareCard": False,
}


def export(address: str) -> dict[str, Any]:
    """Return the accounts with this address. People on pictures are named, never addressed."""
    return {
        "accounts": [
            {
                "username": user.username,
                "first_name": user.first_name,
                "last_name": user.last_name,
                "email": user.email,
                "groups": sorted(user.groups.values_list("name", flat=True)),
                "active": user.is_active,
                "joined": user.date_joined,
                "last_login": user.last_login,
                "wants_digest": user.wants_digest,
            }
            for user in _accounts(address)
        ],
        "digests": list(
            Digest.objects.filter(user__in=_accounts(address)).values("week", "sent_at")
        ),
        "requests_answered": list(
            PersonAct.objects.filter(user__in=_accounts(address)).values("at", "verb", "reason")
        ),
    }


def erase(address: str) -> dict[str, int]:
    """Count the accounts, which stay: an account ends with the work, in the CMS, not with a mail.

    Whoever leaves a newsletter must not lose the login, nor the history of pages its author.
    """
    return {"accounts kept": _accounts(address).count()}


def _accounts(address: str) -> QuerySet[User]:
    return User.objects.filter(email__iexact=address.strip()).order_by("pk")
