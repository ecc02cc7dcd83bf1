"""Who works, since when, and when it was last heard of: what the tick and the CMS look at.

A row is no proof that a process lives, only that it did a moment ago. A watchdog must not rely on
it: whoever is frozen inside SQLite's write transaction keeps all others from beating too.
"""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Self

# A worker beats every fifteen seconds, whoever keeps the timetable every ten, the tick each minute.
BEAT = 15.0
RECENT = timedelta(seconds=90)
SILENT = timedelta(minutes=3)
FORGOTTEN = timedelta(days=1)


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def recent(self) -> Self:
        return self.filter(beat_at__gte=timezone.now() - RECENT)

    def silent(self) -> Self:
        return self.filter(beat_at__lt=timezone.now() - SILENT)

    def serving(self, queue: str) -> Self:
        return self.filter(kind=Kind.WORKER, queues__contains=f",{queue},")


class Kind(models.TextChoices):
    """What a process does."""

    WORKER = "worker", _("worker")
    TICK = "tick", _("tick")
    SCHEDULE = "schedule", _("schedule")


class Heartbeat(models.Model):
    """When one process of the site was last heard of, and what it was doing."""

    kind = models.CharField(max_length=10, choices=Kind.choices)
    host = models.CharField(max_length=255)
    # The tick may be a new process each minute, and many keep the timetable: of a host only the
    # last run of either counts, under number 0.
    pid = models.PositiveIntegerField(default=0)
    queues = models.CharField(max_length=255, blank=True)
    busy_with = models.CharField(max_length=255, blank=True)
    beat_at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "host", "pid"], name="one_row_per_process")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pid or ''} on {self.host}".replace("  ", " ")


def beat(kind: Kind, *, pid: int = 0, queues: list[str] | None = None, busy_with: str = "") -> None:
    """Say that this process is there."""
    values = {
        "queues": f",{','.join(queues)}," if queues else "",
        "busy_with": busy_with[:255],
        "beat_at": timezone.now(),
    }
    key = {"kind": kind, "host": socket.gethostname(), "pid": pid}
    if not Heartbeat.objects.filter(**key).update(**values):
        try:
            with transaction.atomic():
                Heartbeat.objects.create(**key, **values)
        except IntegrityError:
            Heartbeat.objects.filter(**key).update(**values)


def end(kind: Kind) -> None:
    """Say that this process ends as it should: nobody needs to miss it."""
    Heartbeat.objects.filter(kind=kind, host=socket.gethostname(), pid=os.getpid()).delete()


def last(kind: Kind) -> datetime | None:
    """When any process of a kind was last heard of."""
    newest = Heartbeat.objects.filter(kind=kind).order_by("-beat_at").first()
    return newest.beat_at if newest else None


def is_heard(kind: Kind) -> bool:
    """Whether any process of a kind was heard of lately."""
    return Heartbeat.objects.filter(kind=kind).recent().exists()


def is_served(queue: str) -> bool:
    """Whether a worker that takes this queue was heard of lately."""
    return Heartbeat.objects.serving(queue).recent().exists()


def missing() -> list[Heartbeat]:
    """The workers that fell silent without a word, and forget those nobody will look for.

    One that died and came back has a new number; its old row says nothing any more.
    """
    silent = list(Heartbeat.objects.silent().filter(kind=Kind.WORKER))
    back = set(Heartbeat.objects.recent().filter(kind=Kind.WORKER).values_list("host", "queues"))
    long_gone = timezone.now() - FORGOTTEN
    over = [one.pk for one in silent if (one.host, one.queues) in back or one.beat_at < long_gone]
    Heartbeat.objects.filter(pk__in=over).delete()
    return [one for one in silent if one.pk not in over]
