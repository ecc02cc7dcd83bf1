"""Reads the mailbox to which mail servers send what came back, and deletes nothing in it."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from django.conf import settings
from imap_tools import MailMessageFlags

from newsletter import mailboxes
from newsletter.feedback import actions, notices, tasks
from newsletter.feedback.models import BounceMailbox
from newsletter.feedback.reports import Report
from newsletter.sending.models import Delivery
from newsletter.subscriptions import addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imap_tools import BaseMailBox

    from newsletter.feedback.notices import Notice

SERVICE = "smtp"
# A slice of a minute's tick, and what no report of a mail server is longer than.
SECONDS, AT_ONCE, LARGEST = 20.0, 1000, 2_000_000


def read_bounces() -> int:
    """Take in what came back since the last time; return how many mails that was.

    Each mail is looked at once. One that reports about a mail of ours is marked as read; every
    other stays as it is. Safe to repeat: reports come from the inbox, which knows them again.
    """
    box: dict[str, Any] | None = settings.NEWSLETTER_BOUNCE_MAILBOX
    if box is None:
        return 0
    place = f"{box['user']}@{box['host']}:{box['port']}/{box['folder']}"
    cursor = BounceMailbox.objects.get_or_create(name=place[:300])[0]
    with mailboxes.opened(box) as mailbox:
        return _read_on(mailbox, cursor, box["folder"])


def _read_on(mailbox: BaseMailBox, cursor: BounceMailbox, folder: str) -> int:
    until = monotonic() + SECONDS
    validity = mailbox.folder.status(folder, ["UIDVALIDITY"])["UIDVALIDITY"]
    if validity != cursor.uid_validity:
        cursor.uid_validity, cursor.last_uid = validity, 0
    count = 0
    for uid in _new(mailbox, cursor.last_uid):
        for message in mailbox.fetch(uid_list=[str(uid)], mark_seen=False):
            found = list(_reports(notices.read(message.obj)))
            if found:
                if actions.take_in(found):
                    tasks.wake()
                # Only once they are kept: whatever dies before reads this mail again.
                mailbox.flag([str(uid)], MailMessageFlags.SEEN, value=True)
                count += 1
        cursor.last_uid = uid
        cursor.save()
        if monotonic() >= until:
            break
    return count


def _new(mailbox: BaseMailBox, last: int) -> list[int]:
    found = mailbox.uids(f"UID {last + 1}:* SMALLER {LARGEST}", charset=None)
    # "n:*" is never empty: it names the last mail also where that one is older.
    return sorted(uid for uid in map(int, found) if uid > last)[:AT_ONCE]


def _reports(found: list[Notice]) -> Iterator[Report]:
    """Turn notices about mails of ours into reports; the others are somebody else's."""
    for notice in found:
        mails = Delivery.objects.filter(message_id=notice.message_id)[:2]
        for delivery in mails:
            recipient = _recipient(notice, delivery)
            if recipient is not None:
                yield Report(
                    service=SERVICE,
                    kind=notice.kind,
                    delivery_key=delivery.key,
                    recipient=recipient,
                    message_id=notice.message_id,
                    reject_reason=notice.reject_reason,
                    description=notice.description,
                    event_id=notice.notice_id,
                    at=notice.at,
                )


def _recipient(notice: Notice, delivery: Delivery) -> str | None:
    """Return the address a notice is about, if it is the one the mail went to.

    Who knows the id of a mail is its recipient or their mail server: a forged notice reaches
    nobody but who wrote it. Of somebody erased only the outcome is of use.
    """
    if delivery.address is None:
        return ""
    for address in notice.recipients:
        try:
            if addresses.address_key(address) == delivery.address_key:
                return address
        except addresses.AddressError:
            continue
    return None
