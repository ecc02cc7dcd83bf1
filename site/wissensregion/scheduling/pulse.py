"""Whether somebody carries out what is scheduled, in words for those who schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from wissensregion.working import heartbeats
from wissensregion.working.heartbeats import Kind

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any


def runs() -> bool:
    return heartbeats.is_heard(Kind.SCHEDULE)


def words() -> str:
    """What stands beside the fields of the schedule."""
    at = heartbeats.last(Kind.SCHEDULE)
    if at is None:
        return _("Nothing that is scheduled is carried out: the timetable has never run.")
    if timezone.now() - at > heartbeats.RECENT:
        return _("Nothing that is scheduled is carried out: %(last_run)s.") % {"last_run": ago(at)}
    return _("Carried out on the second; %(last_run)s.") % {"last_run": ago(at)}


def ago(at: datetime) -> str:
    """How long ago something was, as exactly as it matters."""
    passed = timezone.now() - at
    if passed <= heartbeats.RECENT:
        return _("last run %(seconds)s s ago") % {"seconds": max(0, round(passed.total_seconds()))}
    local = timezone.localtime(at)
    return _("last run on %(day)s at %(time)s") % {
        "day": formats.date_format(local, "SHORT_DATE_FORMAT"),
        "time": formats.time_format(local, "H:i:s"),
    }


def neglects(page: Any) -> bool:
    """Whether a page waits for a moment to come, and nobody would carry it out."""
    now = timezone.now()
    moments = (page.go_live_at, page.expire_at)
    return any(moment and moment > now for moment in moments) and not runs()


def refusal() -> str:
    """Why nothing can be scheduled now, and what to do."""
    return _(
        "%(state)s Clear the time to publish at once, or save a draft and ask those who run the "
        "site to start its clock."
    ) % {"state": words()}
