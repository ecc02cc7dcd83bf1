"""How far a dispatch is, counted from its rows and never from counters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count

from newsletter.sending.models import DeliveryState, DispatchState, Outcome

if TYPE_CHECKING:
    from newsletter.sending.models import Dispatch

PROBLEMS = [DeliveryState.REFUSED, DeliveryState.FAILED, DeliveryState.UNKNOWN]
SHOWN = 50
OPEN = {DeliveryState.PLANNED, DeliveryState.SUBMITTING}


@dataclass(frozen=True, slots=True)
class Row:
    """The deliveries of one locale by state."""

    locale: str
    counts: dict[str, int]

    @property
    def cells(self) -> list[int]:
        return [self.counts[state] for state in DeliveryState.values]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Progress:
    """The deliveries of one dispatch by locale and state."""

    state: str
    rows: list[Row]
    outcomes: dict[str, int]

    @classmethod
    def of(cls, dispatch: Dispatch) -> Progress:
        deliveries = dispatch.deliveries.order_by()
        counted = deliveries.values_list("edition__locale", "state").annotate(Count("pk"))
        found: dict[str, dict[str, int]] = {}
        for locale, state, count in counted:
            found.setdefault(locale, dict.fromkeys(DeliveryState.values, 0))[state] = count
        names = {code: str(name) for code, name in settings.LANGUAGES}
        rows = [Row(names.get(code, code), counts) for code, counts in sorted(found.items())]
        outcomes = deliveries.exclude(outcome="").values_list("outcome").annotate(Count("pk"))
        known = {str(Outcome(outcome).label): count for outcome, count in outcomes}
        return cls(dispatch.state, rows, known)

    @classmethod
    def reasons(cls, dispatch: Dispatch) -> list[tuple[int, str]]:
        """Why mails were not handed over, the most frequent first."""
        rows = dispatch.deliveries.filter(state__in=PROBLEMS).order_by()
        counted = rows.values_list("state", "reason").annotate(n=Count("pk")).order_by("-n")
        return [
            (n, reason or str(DeliveryState(state).label)) for state, reason, n in counted[:SHOWN]
        ]

    @property
    def states(self) -> list[str]:
        return [str(label) for label in DeliveryState.labels]

    @property
    def sums(self) -> list[int]:
        return [sum(cells) for cells in zip(*(row.cells for row in self.rows), strict=True)]

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)

    @property
    def done(self) -> int:
        left = sum(row.counts[state] for row in self.rows for state in OPEN)
        return self.total - left

    @property
    def unknown(self) -> int:
        return sum(row.counts[DeliveryState.UNKNOWN] for row in self.rows)

    @property
    def running(self) -> bool:
        return self.state in {
            DispatchState.PREPARING,
            DispatchState.READY,
            DispatchState.SENDING,
        }

    @property
    def can_cancel(self) -> bool:
        return self.running or self.state == DispatchState.PAUSED
