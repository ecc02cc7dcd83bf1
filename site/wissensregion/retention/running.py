"""Ends what is past its time: by the table, in slices, each rule on its own."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from wissensregion.retention.rules import DAILY, Rule, enforced
from wissensregion.retention.runs import RetentionRun

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)
# The clock has more to do in a minute; what is left, the next round ends.
SECONDS = 30.0


class RetentionError(Exception):
    """Some rules could not be applied; what is past their time is still there."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One rule, and how it fares."""

    rule: Rule
    run: RetentionRun | None

    @property
    def is_dead(self) -> bool:
        """Whether it should have come to its end long ago."""
        late = timezone.now() - self.rule.every - DAILY
        ended = self.run.ended_at if self.run else None
        return self.rule.expired is not None and (ended is None or ended < late)

    @property
    def next_at(self) -> datetime | None:
        if self.rule.expired is None or self.run is None or self.run.claimed_at is None:
            return None
        return self.run.claimed_at + self.rule.every


def run_due(seconds: float = SECONDS) -> None:
    """Apply every rule that is due. Two ticks at once share the rules, and do none twice."""
    now, until = timezone.now(), monotonic() + seconds
    waiting = dict(RetentionRun.objects.values_list("rule", "claimed_at"))
    failed = []
    for rule in enforced():
        claimed = waiting.get(rule.name)
        if claimed and claimed > now - rule.every:
            continue
        if monotonic() > until or not RetentionRun.claim(rule.name, rule.every, now):
            continue
        if not _run(rule, now, until):
            failed.append(rule.name)
    dead = [standing.rule.name for standing in standings() if standing.is_dead]
    if dead:
        logger.warning("Retention has not run for more than a day: %s", ", ".join(dead))
    if failed:
        message = f"Not applied: {', '.join(failed)}"
        raise RetentionError(message)


def apply(rule: Rule, *, seconds: float = SECONDS) -> int:
    """Apply one rule now; return how many rows it ended. Safe to repeat."""
    now = timezone.now()
    count, _whole = _end_slices(rule, now, monotonic() + seconds)
    return count


def overdue(rule: Rule) -> int:
    """Count what the rule would end, and end nothing."""
    return rule.rows(timezone.now()).count()


def standings() -> Iterator[Standing]:
    """Return every rule the tick runs with how it fares."""
    runs = {run.rule: run for run in RetentionRun.objects.all()}
    return (Standing(rule, runs.get(rule.name)) for rule in enforced())


def _run(rule: Rule, now: datetime, until: float) -> bool:
    mine = RetentionRun.objects.filter(rule=rule.name)
    try:
        count, whole = _end_slices(rule, now, until)
    except Exception as error:  # One rule that fails must not keep the others from running.
        logger.exception("The retention rule %s failed", rule.name)
        mine.update(error=type(error).__name__[:100])
        return False
    mine.update(rows=count, total=F("total") + count, error="")
    if whole:
        mine.update(ended_at=timezone.now())
    else:
        mine.update(claimed_at=None)
    if count:
        logger.info("Past its time, and gone", extra={"rule": rule.name, "count": count})
    return True


def _end_slices(rule: Rule, now: datetime, until: float) -> tuple[int, bool]:
    """End slice after slice; say how many rows, and whether that was all."""
    count = 0
    rows = rule.rows(now).order_by("pk")
    behind = rows
    while True:
        with transaction.atomic():
            pks = list(behind.values_list("pk", flat=True)[: rule.at_once])
            if pks:
                # Asked for again: what has become current in between stays.
                rule.end(rows.filter(pk__in=pks))
        count += len(pks)
        if len(pks) < rule.at_once:
            return count, True
        if monotonic() > until:
            return count, False
        behind = rows.filter(pk__gt=pks[-1])
