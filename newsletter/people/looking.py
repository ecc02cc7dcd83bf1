"""Seeing addresses: for a reason, for half an hour, and on the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from newsletter.people import rights
from newsletter.people.models import AddressLook
from newsletter.subscriptions import addresses

if TYPE_CHECKING:
    from newsletter.people.models import LookKind
    from wissensregion.models import User

LASTS = timedelta(minutes=30)
KEY = "newsletter_addresses_shown"


@dataclass(frozen=True, slots=True)
class Sight:
    """How far one person of the office sees at this moment."""

    user: User
    allowed: bool
    reason: str = ""
    until: datetime | None = None

    @classmethod
    def of(cls, user: User, session: Any) -> Sight:
        allowed = user.has_perm(rights.SEE_ADDRESSES)
        kept = session.get(KEY)
        if not allowed or not kept:
            return cls(user, allowed)
        until = datetime.fromisoformat(kept["until"])
        return (
            cls(user, allowed, kept["reason"], until)
            if until > timezone.now()
            else cls(user, allowed)
        )

    @property
    def clear(self) -> bool:
        """Addresses are shown in full; whoever shows them writes it down."""
        return self.until is not None

    def shown(self, address: str) -> str:
        return address if self.clear else addresses.masked(address)


def unmask(session: Any, reason: str) -> None:
    session[KEY] = {"reason": reason, "until": (timezone.now() + LASTS).isoformat()}


def mask(session: Any) -> None:
    session.pop(KEY, None)


def record(
    user: User | None,
    kind: LookKind,
    reason: str,
    *,
    subscriber: int | None = None,
    count: int = 1,
) -> None:
    """Write down that somebody was shown addresses, before they are."""
    AddressLook.objects.create(
        user=user,
        username=user.get_username() if user else "manage.py",
        kind=kind,
        reason=reason,
        subscriber=subscriber,
        count=count,
    )
