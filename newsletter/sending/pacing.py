"""What our account with the mail service allows, in words, and when a dispatch will be done."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter.sending import handover, throttle
from newsletter.sending.models import SenderAccount
from newsletter.sending.wording import clock, grouped

if TYPE_CHECKING:
    from newsletter.sending.progress import Progress

FULL_PACE = 0.999
DAY_MINUTES = 24 * 60


def account_in_use() -> SenderAccount:
    """The account with the mail service in use; one never used yet is not written down."""
    service = handover.service_in_use()
    return SenderAccount.objects.filter(service=service).first() or SenderAccount(service=service)


def limits(account: SenderAccount) -> list[str]:
    """How fast and how much, a sentence each."""
    said = []
    if account.rate:
        said.append(_("at most %(count)s mails per minute") % {"count": grouped(account.rate)})
    if limit := throttle.day_limit(account, timezone.localdate()):
        said.append(
            _("at most %(count)s mails today, %(left)s of them left")
            % {"count": grouped(limit), "left": grouped(left_today(account))}
        )
    if account.warm_up_from:
        since = date_format(account.warm_up_from, "SHORT_DATE_FORMAT")
        said.append(_("warming up since %(date)s: twice as many each day") % {"date": since})
    if account.max_batch:
        said.append(_("at most %(count)s recipients per call") % {"count": account.max_batch})
    return said


def troubles(account: SenderAccount) -> list[str]:
    """What holds the account back at this moment, a sentence each."""
    said = []
    if closed(account):
        said.append(
            _("Nothing is handed over until %(time)s: %(count)s calls in a row failed.")
            % {"time": clock(account.open_until), "count": account.failures}
        )
    if account.slowdown < FULL_PACE:
        said.append(
            _("The service asked for less: we go at %(percent)s of the pace.")
            % {"percent": f"{account.slowdown:.0%}"}
        )
    return said


def closed(account: SenderAccount) -> bool:
    return bool(account.open_until and account.open_until > timezone.now())


def left_today(account: SenderAccount) -> int | None:
    """How many may still leave today; nothing where there is no limit."""
    today = timezone.localdate()
    limit = throttle.day_limit(account, today)
    if limit is None:
        return None
    return max(0, limit - (account.day_count if account.day == today else 0))


def end(progress: Progress, account: SenderAccount) -> str:
    """Say when all will be handed over, as far as the pace of the last minutes tells."""
    if not progress.left or progress.state != "sending":
        return ""
    today = left_today(account)
    if today is not None and progress.left > today:
        limit = throttle.day_limit(account, timezone.localdate()) or 1
        days = ceil((progress.left - today) / limit)
        return ngettext(
            "not today: the day's limit is reached before; about %(count)s day longer",
            "not today: the day's limit is reached before; about %(count)s days longer",
            days,
        ) % {"count": days}
    if not progress.rate:
        return ""
    minutes = progress.left / progress.rate
    at = timezone.now() + timedelta(minutes=minutes)
    if minutes < 1:
        return _("within a minute")
    if minutes >= DAY_MINUTES:
        return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
    return _("in about %(minutes)s min (%(time)s)") % {
        "minutes": ceil(minutes),
        "time": clock(at),
    }
