"""Reads the mailbox to which probes go, and changes nothing in it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from imap_tools import AND

from newsletter import mailboxes
from newsletter.sending import actions
from newsletter.sending.models import Probe

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

# The newest mails of a mailbox that is not for probes alone; one of ours is no larger.
AT_ONCE, LARGEST = 200, 5_000_000


def read_probes() -> int:
    """Judge the probes that have arrived; return how many.

    A mailbox that cannot be read is told on the screen of those who wait, and in the log.
    """
    actions.lose_probes()
    box: dict[str, Any] | None = settings.NEWSLETTER_PROBE_MAILBOX
    waiting = {probe.code: probe for probe in Probe.objects.waiting()} if box else {}
    if not box or not waiting:
        return 0
    try:
        with mailboxes.opened(box) as mailbox:
            return _look_for(mailbox, waiting)
    except Exception as error:
        actions.note_problem(list(waiting.values()), f"{type(error).__name__}: {error}")
        raise


def _look_for(mailbox: BaseMailBox, waiting: dict[str, Probe]) -> int:
    # A day earlier: IMAP compares dates by a clock of its own.
    since = min(probe.sent_at for probe in waiting.values()).date() - timedelta(days=1)
    heads = mailbox.fetch(
        AND(date_gte=since), headers_only=True, mark_seen=False, reverse=True, limit=AT_ONCE,
        bulk=True,
    )  # fmt: skip
    found = {head.uid: code for head in heads if (code := actions.code_in(head.subject)) in waiting}
    count = 0
    for uid, code in found.items():
        for message in mailbox.fetch(AND(uid=str(uid), size_lt=LARGEST), mark_seen=False):
            count += actions.judge(waiting[code], message.obj.as_bytes())
    return count
