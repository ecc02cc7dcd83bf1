"""The words of the door: what goes out, and what can come of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

# What an address looks like in a server's answer: a reason outlives the person, so it holds none.
ADDRESS = re.compile(r"[^\s<>\"'(),:;]+@[^\s<>\"'(),:;]+")
REASON_LENGTH = 300
INVISIBLE = {"Cc", "Zl", "Zp", "Cs"}


class Failure(StrEnum):
    """What is known of a message that was not plainly accepted, and so what to do."""

    NOT_ACCEPTED = "not_accepted"  # It never arrived: try again later.
    REFUSED = "refused"  # This message will never be taken.
    UNKNOWN = "unknown"  # It may have arrived: never try again by itself.


class Verdict(StrEnum):
    """What is known of one call as a whole."""

    ACCEPTED = "accepted"  # It was taken; each recipient has an answer of their own.
    NOT_ACCEPTED = "not_accepted"  # Provably nothing of it was taken.
    UNKNOWN = "unknown"  # It may have been taken, or not.


class Cause(StrEnum):
    """Why a call was not accepted, and so what helps."""

    UNREACHABLE = "unreachable"  # No connection stood: wait.
    THROTTLED = "throttled"  # Too fast for them (429): wait as long as they say, then slower.
    CONTENT = "content"  # Somebody or something in it (400, 422): halve it, find out who.
    TOO_LARGE = "too_large"  # 413: fewer at once.
    ACCOUNT = "account"  # Keys, money, settings (401 to 404): only the operator can help.


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service said about one recipient of an accepted call."""

    failure: Failure | None = None  # None: accepted.
    reason: str = ""
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What came of one call.

    ``answers`` holds one answer for each delivery key of an accepted call; a key without one is
    unknown. ``reason`` holds no address.
    """

    verdict: Verdict
    answers: Mapping[str, Answer] = field(default_factory=dict)
    cause: Cause | None = None
    status: int | None = None
    retry_after: float | None = None  # seconds
    reason: str = ""


class MailError(Exception):
    """The mail backend did not plainly take a message; ``failure`` says what that means.

    ``receipt`` is what is known of the call, where it was one to a service.
    """

    def __init__(self, reason: str, failure: Failure, receipt: Receipt | None = None) -> None:
        self.reason = discreet(reason)
        self.failure = failure
        self.receipt = receipt
        super().__init__(self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One mail to one address."""

    to: str
    subject: str
    text: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    # Echoed by the services in their webhooks; SMTP has no place for it.
    metadata: Mapping[str, str] = field(default_factory=dict)
    from_email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What all copies of an edition share: subject, texts with marks in them.

    ``marks`` are the strings that stand in text and HTML for what differs from person to person.
    """

    subject: str
    text: str
    html: str
    marks: Sequence[str] = ()
    from_email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One person's copy: where it goes and what differs in it."""

    key: str  # The delivery key, echoed by services in their webhooks.
    address: str  # ASCII, the domain as A-label, in the one spelling used everywhere.
    values: Mapping[str, str] = field(default_factory=dict)  # mark -> value, unescaped
    headers: Mapping[str, str] = field(default_factory=dict)


class Carrier(Protocol):
    """One open way to the mail service, for one thread."""

    # How the service is called in settings, webhooks and on screen: brevo, smtp, …
    service: str
    # Whether one call may carry several recipients, each with headers of their own.
    batches: bool

    def limit(self, letter: Letter) -> int:
        """Return how many recipients one call with this letter may carry."""

    def carry(
        self,
        letter: Letter,
        recipients: Sequence[Recipient],
        *,
        idempotency_key: str = "",
        following: Recipient | None = None,
    ) -> Receipt:
        """Make one call and say what came of it. Never raises for what the service does.

        ``following`` is whom the next call is for, if the caller knows: it may be announced to
        the service, and nothing more.
        """

    def close(self) -> None:
        """Let go of the connection; the next call opens a new one."""


def holds_control_character(value: str) -> bool:
    """Say whether a value could break out of its header line."""
    return any(unicodedata.category(character) in INVISIBLE for character in value)


def discreet(reason: str) -> str:
    """Return a reason on one line, without addresses, at a length that can be stored."""
    return " ".join(ADDRESS.sub("…", reason).split())[:REASON_LENGTH]
