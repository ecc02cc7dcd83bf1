"""Reads what mail servers send back: delivery reports (RFC 3464) and complaints (RFC 5965).

Pure: a mail in, what it says out. Whatever is neither of the two says nothing here: an
out-of-office is no bounce, nor is a mail that merely looks like one.
"""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import TYPE_CHECKING

from newsletter.feedback.reports import SOFT

if TYPE_CHECKING:
    from collections.abc import Iterator

# Old-fashioned on purpose: it never raises, whatever a mail server wrote.
POLICY = email.policy.compat32
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# Subjects of RFC 3463 that speak about the address: 5.0.0 (they say no more), 5.1.x (no such
# mailbox, no such domain), and of 5.2.x that the mailbox is closed. A full mailbox, a mail too
# long, a filter or a blocked sender say nothing against it.
ADDRESS_IS_WRONG = re.compile(r"5\.(0\.0|1\.([01236]|10)|2\.[01])\Z")
ORIGINALS = {
    "message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers",
    "message/global-headers",
}  # fmt: skip
COMPLAINTS = {"abuse": "complained", "opt-out": "unsubscribed", "opt-out-list": "unsubscribed"}
ACTIONS = {"delivered": "delivered", "delayed": "deferred", "relayed": "sent", "expanded": "sent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What came of one mail to one recipient, in Anymail's words."""

    kind: str
    # The id our mail had, with its brackets.
    message_id: str
    # Under which addresses the recipient may be known to us, surest first.
    recipients: list[str] = field(default_factory=list)
    reject_reason: str = ""
    description: str = ""
    notice_id: str = ""
    at: datetime | None = None


def read(message: Message) -> list[Notice]:
    """Return what a mail reports, or nothing if it is no report about another mail."""
    if message.get_content_type() != "multipart/report":
        return []
    original = _original(message)
    message_id = _text(original, "Message-ID") if original else ""
    if not message_id:
        return []
    common = {"message_id": message_id, "notice_id": _text(message, "Message-ID")}
    at = _moment(_text(message, "Date"))
    written_to = [address for _name, address in getaddresses([_text(original, "To")])]
    if feedback := _part(message, "message/feedback-report"):
        return list(_complaint(feedback, written_to, at, common))
    if status := _part(message, "message/delivery-status"):
        return list(_statuses(status, written_to, at, common))
    return []


def _complaint(
    part: Message, written_to: list[str], at: datetime | None, common: dict[str, str]
) -> Iterator[Notice]:
    fields = _fields(part)
    if fields is None:
        return
    kind = COMPLAINTS.get(_text(fields, "Feedback-Type").lower())
    if kind:
        named = [_address(value) for value in fields.get_all("Original-Rcpt-To", [])]
        yield Notice(
            kind=kind,
            recipients=[each for each in [*named, *written_to] if each],
            description=_text(fields, "User-Agent"),
            at=at,
            **common,
        )


def _statuses(
    part: Message, written_to: list[str], at: datetime | None, common: dict[str, str]
) -> Iterator[Notice]:
    for block in _inside(part):
        action = _text(block, "Action").lower().partition(" ")[0]
        said = _text(block, "Diagnostic-Code")
        kind, reason = ACTIONS.get(action, ""), ""
        if action == "failed":
            kind, reason = "bounced", _reason(_status(_text(block, "Status"), said))
        if not kind:
            continue
        named = [_address(_text(block, name)) for name in ("Original-Recipient", "Final-Recipient")]
        yield Notice(
            kind=kind,
            recipients=[each for each in [*named, *written_to] if each],
            reject_reason=reason,
            description=said or _text(block, "Status"),
            at=_moment(_text(block, "Last-Attempt-Date")) or at,
            **common,
        )


def _status(status: str, said: str) -> str:
    """Return the status, or what the remote server said where the report says no more than no."""
    given = STATUS.search(status)
    number = given.group() if given else ""
    if number in {"", "5.0.0"} and (more := STATUS.search(said)):
        return more.group()
    return number


def _reason(status: str) -> str:
    return "bounced" if ADDRESS_IS_WRONG.match(status) else SOFT


def _original(message: Message) -> Message | None:
    """Return the head of the mail that came back."""
    part = next((each for each in _inside(message) if each.get_content_type() in ORIGINALS), None)
    return _fields(part) if part else None


def _fields(part: Message) -> Message | None:
    """Read a part that begins with header lines, whether or not it was taken for a mail."""
    if inner := _inside(part):
        return inner[0]
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return None
    return email.message_from_bytes(raw.lstrip(b"\r\n"), policy=POLICY)


def _inside(part: Message) -> list[Message]:
    """The parts right inside this one, not those of a mail inside it."""
    inner = part.get_payload()
    return [each for each in inner if isinstance(each, Message)] if isinstance(inner, list) else []


def _part(message: Message, kind: str) -> Message | None:
    return next((each for each in _inside(message) if each.get_content_type() == kind), None)


def _text(part: Message | None, name: str) -> str:
    value = part.get(name, "") if part is not None else ""
    return " ".join(str(value).split())


def _address(value: str) -> str:
    """Read ``rfc822;ada@example.org``, also where the type is missing or the rest in brackets."""
    return value.rpartition(";")[2].strip().strip("<>")


def _moment(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError):
        return None
    # "-0000" says that the time is right and the place unknown (RFC 5322, 3.3).
    return found if found.tzinfo else found.replace(tzinfo=UTC)
