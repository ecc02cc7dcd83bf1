"""Letting people at what is theirs: a fresh key by mail, opened once, for half an hour."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter import mail
from newsletter.subscriptions import tokens
from newsletter.subscriptions.actions.leaving import suppress_for_good
from newsletter.subscriptions.actions.writing import written
from newsletter.subscriptions.models import (
    AccessLink,
    AccessPurpose,
    MoveNotice,
    Subscriber,
)
from wissensregion import persons

if TYPE_CHECKING:
    from newsletter.subscriptions.accesses import MailedQuerySet

logger = logging.getLogger(__name__)

# Whoever presses the button behind a forwarded mail can cause so many mails an hour, no more.
MAILS_PER_HOUR = 3
# What was asked for longer ago nobody waits for any more.
PATIENCE = timedelta(hours=1)
PURPOSES = {
    AccessPurpose.SETTINGS: tokens.Purpose.SETTINGS,
    AccessPurpose.ERASE: tokens.Purpose.ERASE,
}
SUBJECTS = {
    AccessPurpose.SETTINGS: _("Your newsletter settings"),
    AccessPurpose.ERASE: _("Erase everything about me"),
}
MOVED = _("Your newsletter now goes to another address")


def ask_for_access(address_key: str, purpose: AccessPurpose, locale: str) -> AccessLink:
    """Write down that somebody wants a key; whether a mail follows, the mailbox alone learns."""
    return AccessLink.objects.create(address_key=address_key, purpose=purpose, locale=locale)


def send_access(link_id: int) -> None:
    """Mail a key, if there is somebody to have it. Safe to repeat: one worker settles it."""
    link, subscriber, token = _claim(link_id)
    if link is None or subscriber is None:
        return
    purpose = AccessPurpose(link.purpose)
    message = written(
        f"access_{purpose.value}",
        to=subscriber.address,
        locale=subscriber.locale,
        subject=SUBJECTS[purpose],
        url=tokens.access_url(PURPOSES[purpose], token),
    )
    now = timezone.now()
    settled = AccessLink.objects.filter(pk=link.pk)
    try:
        mail.send(message)
    except mail.MailError as error:
        details = {"link": link.pk, "failure": error.failure.value, "reason": error.reason}
        logger.warning("Link not sent", extra=details)
        if error.failure is mail.Failure.REFUSED:
            settled.update(settled_at=now)
        elif error.failure is mail.Failure.UNKNOWN:
            settled.update(settled_at=now, mailed_at=now)
    else:
        settled.update(settled_at=now, mailed_at=now)


def send_move_notice(notice_id: int) -> None:
    """Tell an address that subscriptions have left it, and forget it. Safe to repeat."""
    mine = MoveNotice.objects.due().filter(pk=notice_id)
    if not mine.update(claimed_at=timezone.now()):
        return
    notice = MoveNotice.objects.get(pk=notice_id)
    message = written("moved", to=notice.address, locale=notice.locale, subject=MOVED)
    try:
        mail.send(message)
    except mail.MailError as error:
        logger.warning("Move notice not sent", extra={"notice": notice_id, "reason": error.reason})
        if error.failure is mail.Failure.NOT_ACCEPTED:
            return
    notice.delete()


def send_due_access(limit: int = 100) -> None:
    """Send what a lost task or a failed call has left behind."""
    now = timezone.now()
    for pk in _due(AccessLink.objects.filter(created_at__gt=now - PATIENCE), limit):
        send_access(pk)
    for pk in _due(MoveNotice.objects.all(), limit):
        send_move_notice(pk)


def find_access(purpose: AccessPurpose, token: str) -> AccessLink | None:
    """Return the key a mailed link stands for; None where it is gone."""
    return AccessLink.objects.filter(token_hash=tokens.fingerprint(token), purpose=purpose).first()


def open_access(link: AccessLink) -> bool:
    """Use a key, or learn that it was used or is too old. A double press is one."""
    AccessLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=timezone.now()).update(
        used_at=timezone.now()
    )
    link.refresh_from_db()
    return link.used_at is not None and link.opens


def person_in(session: str) -> Subscriber | None:
    """Return whose page is open; None where it has closed, or never was."""
    try:
        link_id, ends_at = tokens.read_session(session)
    except (tokens.TokenError, ValueError):
        return None
    if ends_at <= timezone.now():
        return None
    link = AccessLink.objects.filter(pk=link_id, purpose=AccessPurpose.SETTINGS).first()
    if link is None or not link.address_key:
        return None
    return Subscriber.objects.filter(address_key=link.address_key).first()


@transaction.atomic
def erase_by_own_wish(link: AccessLink, *, never_again: bool) -> bool:
    """Erase the owner of a mailed key across all plugins, once; say whether this press did.

    "Never again" keeps a keyed hash that turns away every later sign-up and import.
    """
    fresh = AccessLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=timezone.now())
    if not fresh.update(used_at=timezone.now()):
        return False
    subscriber = Subscriber.objects.filter(address_key=link.address_key).first()
    if subscriber:
        persons.erase(subscriber.address)
    if never_again:
        suppress_for_good(link.address_key)
    AccessLink.objects.filter(pk=link.pk).update(address_key="")
    logger.info("A person erased themselves", extra={"link": link.pk})
    return True


def _due(rows: MailedQuerySet, limit: int) -> list[int]:
    return list(rows.due().order_by("pk").values_list("pk", flat=True)[:limit])


@transaction.atomic
def _claim(link_id: int) -> tuple[AccessLink | None, Subscriber | None, str]:
    """Take a key that waits for its mail, unless nobody is to have it."""
    now = timezone.now()
    mine = AccessLink.objects.due().filter(pk=link_id)
    if not mine.update(claimed_at=now):
        return None, None, ""
    link = AccessLink.objects.get(pk=link_id)
    subscriber = Subscriber.objects.filter(address_key=link.address_key).first()
    lately = AccessLink.objects.filter(
        address_key=link.address_key, claimed_at__gt=now - timedelta(hours=1)
    ).exclude(token_hash="")
    if subscriber is None or lately.exclude(pk=link_id).count() >= MAILS_PER_HOUR:
        AccessLink.objects.filter(pk=link_id).update(settled_at=now)
        return None, None, ""
    token = tokens.new_access(PURPOSES[AccessPurpose(link.purpose)], subscriber.locale)
    link.token_hash, link.expires_at = tokens.fingerprint(token), now + AccessLink.LIFE
    link.save(update_fields=["token_hash", "expires_at"])
    return link, subscriber, token
