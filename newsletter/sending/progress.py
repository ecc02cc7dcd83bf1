"""How far a dispatch is, counted from its rows and never from counters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Func, IntegerField, Q
from django.utils import timezone

from newsletter.sending.models import DeliveryState, DispatchState, Outcome
from newsletter.sending.states import ENDED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler, _AsSqlType

    from newsletter.sending.models import Dispatch

OPEN = (DeliveryState.PLANNED, DeliveryState.SUBMITTING)
PROBLEMS = (DeliveryState.REFUSED, DeliveryState.FAILED, DeliveryState.UNKNOWN)
BOUNCES = (Outcome.SOFT_BOUNCED, Outcome.HARD_BOUNCED, Outcome.COMPLAINED)
REASONS = 12
# A minute at first; then so coarse that a picture has room for all of it.
STEPS = (60, 300, 900, 3600, 6 * 3600, 86_400)
MOST_STEPS = 60
# What the pace of this moment is measured over.
RECENT = timedelta(minutes=2)
# How often a page asks again, by how many rows it has to count for that.
SECONDS = ((20_000, 3), (200_000, 10), (10_000_000, 30))
WAITING_SECONDS = 15


class Slot(Func):
    """The number of the time slot a moment falls into, worked out by the database itself."""

    output_field = IntegerField()
    arity = 1

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> _AsSqlType:
        template = "(CAST(strftime('%%%%s', %(expressions)s) AS INTEGER) / %(step)s)"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> _AsSqlType:
        template = "(CAST(FLOOR(EXTRACT(EPOCH FROM %(expressions)s)) AS BIGINT) / %(step)s)"
        return self.as_sql(compiler, connection, template=template, **context)


@dataclass(slots=True)
class Row:
    """The deliveries of one edition by state."""

    locale: str
    counts: dict[str, int]

    @property
    def cells(self) -> list[tuple[str, int]]:
        return list(self.counts.items())

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(slots=True)
class Span:
    """What was handed over within one step of time, and what was reported of it since."""

    begins: datetime
    handed_over: int = 0
    delivered: int = 0
    bounced: int = 0

    @property
    def unreported(self) -> int:
        return self.handed_over - self.delivered - self.bounced


@dataclass(slots=True)
class Progress:
    """The deliveries of one dispatch by edition, state, outcome and time: one counting query."""

    state: str
    step: int
    rows: list[Row] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    spans: list[Span] = field(default_factory=list)
    recent: int = 0
    recent_minutes: float = 0

    @classmethod
    def of(cls, dispatch: Dispatch, locales: Mapping[int, str]) -> Progress:
        """Count. ``locales`` names the editions, by their number."""
        now = timezone.now()
        step = _step(dispatch, now)
        since = max(now - RECENT, dispatch.started_at or now)
        counted = (
            dispatch.deliveries.order_by()
            .annotate(slot=Slot(F("handed_over_at"), step=step))
            .values_list("edition", "state", "outcome", "slot")
            .annotate(n=Count("*"), recent=Count("pk", filter=Q(handed_over_at__gte=since)))
        )
        progress = cls(dispatch.state, step, recent_minutes=(now - since).total_seconds() / 60)
        progress._add(counted, locales)
        return progress

    def _add(
        self,
        counted: Iterable[tuple[int, str, str, int | None, int, int]],
        locales: Mapping[int, str],
    ) -> None:
        rows: dict[str, Row] = {}
        spans: dict[int, Span] = {}
        for edition, state, outcome, slot, count, recent in counted:
            locale = locales.get(edition, "")
            row = rows.setdefault(locale, Row(locale, dict.fromkeys(DeliveryState.values, 0)))
            row.counts[state] += count
            self.recent += recent
            if outcome:
                self.outcomes[outcome] += count
            if slot is not None:
                begins = datetime.fromtimestamp(slot * self.step, timezone.get_current_timezone())
                span = spans.setdefault(slot, Span(begins))
                span.handed_over += count
                span.delivered += count if outcome == Outcome.DELIVERED else 0
                span.bounced += count if outcome in BOUNCES else 0
        self.rows = [rows[locale] for locale in sorted(rows)]
        self.spans = [spans[slot] for slot in sorted(spans)]

    def count(self, *states: str) -> int:
        return sum(row.counts[state] for row in self.rows for state in states)

    @property
    def sums(self) -> list[tuple[str, str, int]]:
        """Each state, its words, how many."""
        return [(state.value, str(state.label), self.count(state.value)) for state in DeliveryState]

    @property
    def reported(self) -> list[tuple[str, str, int]]:
        """What was reported afterwards: the value, its words, how many."""
        return [
            (outcome.value, str(outcome.label), self.outcomes[outcome.value])
            for outcome in Outcome
            if self.outcomes[outcome.value]
        ]

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)

    @property
    def left(self) -> int:
        return self.count(*OPEN)

    @property
    def done(self) -> int:
        return self.total - self.left

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0

    @property
    def tens(self) -> int:
        """The percentage as it is read out: not at every step."""
        return self.percent // 10 * 10

    @property
    def accepted(self) -> int:
        return self.count(DeliveryState.ACCEPTED)

    @property
    def unknown(self) -> int:
        return self.count(DeliveryState.UNKNOWN)

    @property
    def failed(self) -> int:
        return self.count(DeliveryState.FAILED)

    @property
    def not_taken(self) -> int:
        return self.count(DeliveryState.REFUSED, DeliveryState.FAILED)

    @property
    def left_out(self) -> int:
        return self.count(DeliveryState.SKIPPED)

    @property
    def bounced(self) -> int:
        return sum(self.outcomes[outcome] for outcome in BOUNCES)

    @property
    def delivered(self) -> int:
        return self.outcomes[Outcome.DELIVERED]

    @property
    def rate(self) -> int:
        """Handed over per minute, over the last two."""
        # In the first seconds a minute's worth is a guess.
        return round(self.recent / max(self.recent_minutes, 0.25))

    @property
    def moving(self) -> bool:
        """Say whether the engine works on it this minute."""
        return self.state in {
            DispatchState.PREPARING,
            DispatchState.READY,
            DispatchState.SENDING,
        }

    @property
    def seconds(self) -> int:
        """How often a page may look again; zero: nothing changes any more."""
        if self.state in {*ENDED, DispatchState.UNCLEAR}:
            return 0
        if not self.moving:
            return WAITING_SECONDS
        return next((each for limit, each in SECONDS if self.total <= limit), SECONDS[-1][1])


def reasons(dispatch: Dispatch) -> list[tuple[str, str, int]]:
    """Why mails were not handed over, the most frequent first: state, reason, how many."""
    rows = dispatch.deliveries.filter(state__in=PROBLEMS).order_by()
    counted = rows.values_list("state", "reason").annotate(n=Count("*")).order_by("-n", "state")
    return [
        (str(DeliveryState(state).label), reason, count)
        for state, reason, count in counted[:REASONS]
    ]


def _step(dispatch: Dispatch, now: datetime) -> int:
    begun = dispatch.started_at or now
    seconds = ((dispatch.completed_at or now) - begun).total_seconds()
    return next((step for step in STEPS if seconds / step <= MOST_STEPS), STEPS[-1])
