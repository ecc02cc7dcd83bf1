"""What is scheduled to go live or to expire, and doing it at its moment, once."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from wagtail.models import DraftStateMixin, Page, Revision

from wissensregion import generations
from wissensregion.working import heartbeats
from wissensregion.working.heartbeats import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from django.db import models

logger = logging.getLogger(__name__)
# Seconds: what somebody schedules a moment ahead is seen so soon, and so often the process says
# that it looks.
LOOK_EVERY, BEAT = 1.0, 10.0
# What cannot be published is tried again after a while, and not each second.
AGAIN = 60.0
# Of each kind so many at a time; more of one moment follow at once.
MOST = 500


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing to be done at its time."""

    at: datetime
    # A version that goes live at the moment the old one expires takes its place without a gap.
    expires: bool
    pk: int
    model: type[models.Model]

    @property
    def order(self) -> tuple[datetime, bool, int]:
        return self.at, self.expires, self.pk

    def carry_out(self) -> bool:
        return (
            take_down(self.model, self.pk, self.at) if self.expires else go_live(self.pk, self.at)
        )


class Timetable:
    """The moments to come, as one process knows them. Any number of processes may keep one."""

    def __init__(self) -> None:
        self.expiries: list[Moment] = []
        self.generation: int | None = None
        self.read_at = self.beat_at = float("-inf")
        self.failed: dict[Moment, float] = {}

    def carry_out(self) -> float:
        """Do what is due, and return in how many seconds to look again."""
        now, at = timezone.now(), time.monotonic()
        self.failed = {moment: until for moment, until in self.failed.items() if until > at}
        moments = sorted([*go_lives(), *self._expiries(at)], key=lambda moment: moment.order)
        due = [moment for moment in moments if moment.at <= now and moment not in self.failed]
        for moment in due:
            self._try(moment)
        if at - self.beat_at >= BEAT:
            heartbeats.beat(Kind.SCHEDULE)
            self.beat_at = at
        if due:
            # What has just gone live may expire at once.
            self.generation = None
            return 0.0
        ahead = (moment.at - now for moment in moments if moment.at > now)
        return min(LOOK_EVERY, next(ahead, timedelta.max).total_seconds())

    def catch_up(self) -> None:
        """Do all that is due, and leave it at that."""
        while not self.carry_out():
            pass

    def _expiries(self, at: float) -> list[Moment]:
        # No index helps to find them; but whoever changes one changes what readers see.
        generation = generations.WATCH.number()
        if generation != self.generation or at - self.read_at >= AGAIN:
            self.expiries = [moment for model in with_drafts() for moment in expiries(model)]
            self.generation, self.read_at = generation, at
        return self.expiries

    def _try(self, moment: Moment) -> None:
        try:
            moment.carry_out()
        except Exception:
            self.failed[moment] = time.monotonic() + AGAIN
            logger.exception("What was scheduled could not be carried out; it is tried again")


def with_drafts() -> list[type[models.Model]]:
    """Every model that goes live and expires: pages, and whatever else has drafts."""
    others = (model for model in apps.get_models() if issubclass(model, DraftStateMixin))
    return [Page, *(model for model in others if not issubclass(model, Page))]


def go_lives() -> list[Moment]:
    waiting = Revision.objects.filter(approved_go_live_at__isnull=False)
    rows = waiting.order_by("approved_go_live_at").values_list("approved_go_live_at", "pk")
    return [Moment(at, expires=False, pk=pk, model=Revision) for at, pk in rows[:MOST]]


def expiries(model: Any) -> list[Moment]:
    waiting = model.objects.filter(live=True, expire_at__isnull=False).order_by("expire_at")
    rows = waiting.values_list("expire_at", "pk")[:MOST]
    return [Moment(at, expires=True, pk=pk, model=model) for at, pk in rows]


def go_live(revision_id: int, at: datetime) -> bool:
    """Publish a version that was to go live then, unless somebody else has."""
    with transaction.atomic():
        # Claimed in the row itself: whoever comes second waits here, and then finds nothing.
        mine = Revision.objects.filter(pk=revision_id, approved_go_live_at=at)
        if not mine.update(approved_go_live_at=None):
            return False
        Revision.objects.get(pk=revision_id).publish(log_action="wagtail.publish.scheduled")
    return True


def take_down(model: Any, pk: int, at: datetime) -> bool:
    """Unpublish what was to expire then, unless somebody else has, or it has been renewed."""
    with transaction.atomic():
        if not model.objects.filter(pk=pk, live=True, expire_at=at).update(expired=True):
            return False
        gone = model.objects.get(pk=pk)
        # Wagtail forgets with it what is to go live later.
        later = dict(
            gone.revisions.filter(approved_go_live_at__gt=at).values_list(
                "pk", "approved_go_live_at"
            )
        )
        gone.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
        for revision_id, moment in later.items():
            gone.revisions.filter(pk=revision_id).update(approved_go_live_at=moment)
    return True
