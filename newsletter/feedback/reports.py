"""What one report says, in our words, whichever service or mail server said it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from newsletter.sending.states import Outcome
from newsletter.subscriptions import addresses

# What a report about a mail can be; opened and clicked are nobody's business and never kept.
KINDS = {
    "queued": Outcome.QUEUED,
    "sent": Outcome.QUEUED,
    "deferred": Outcome.DEFERRED,
    "delivered": Outcome.DELIVERED,
    "complained": Outcome.COMPLAINED,
    # The service took the mail and could not make it or send it.
    "failed": Outcome.SOFT_BOUNCED,
    "unsubscribed": None,
}
CAME_BACK = {"bounced", "rejected"}
# Our own word beside Anymail's: it came back, and may arrive next time.
SOFT = "soft"
# Why something came back. Every other reason (a policy, a blocked sender, a full mailbox, a
# content filter) says nothing against the address: it may be gone next time.
REASONS = {
    "invalid": Outcome.HARD_BOUNCED,
    "bounced": Outcome.HARD_BOUNCED,
    "spam": Outcome.COMPLAINED,
}
UNSUBSCRIBED = "unsubscribed"
KEY_LENGTH, ID_LENGTH, WORD_LENGTH, DESCRIPTION_LENGTH = 64, 255, 20, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One event in Anymail's words."""

    service: str
    kind: str
    delivery_key: str = ""
    recipient: str = ""
    message_id: str = ""
    reject_reason: str = ""
    description: str = ""
    event_id: str = ""
    at: datetime | None = None

    @property
    def tells(self) -> bool:
        """Say whether it is about what became of a mail."""
        return self.kind in KINDS or self.kind in CAME_BACK

    @property
    def address_key(self) -> str:
        try:
            return addresses.address_key(self.recipient)
        except addresses.AddressError:
            return ""

    def dedup(self, address_key: str) -> str:
        """What two reports share that say the same.

        Not the id of the event where its time is known: some services give a repeated event a
        new one.
        """
        parts = [
            self.service, self.kind, self.reject_reason, self.delivery_key or self.message_id,
            address_key, self.at.isoformat() if self.at else self.event_id,
        ]  # fmt: skip
        return sha256("\0".join(parts).encode(errors="replace")).hexdigest()


def outcome(kind: str, reject_reason: str) -> Outcome | None:
    """What a report says became of the mail."""
    if kind in CAME_BACK:
        return REASONS.get(reject_reason, Outcome.SOFT_BOUNCED)
    return KINDS.get(kind)


def unsubscribes(kind: str, reject_reason: str) -> bool:
    return UNSUBSCRIBED in {kind, reject_reason}


def without_addresses(text: str) -> str:
    """A reason outlives the person, so it holds no address."""
    words = ("…" if "@" in word else word for word in text.replace("\0", "").split())
    return " ".join(words)[:DESCRIPTION_LENGTH]
