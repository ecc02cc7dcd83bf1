"""How many came and went, month by month, counted from the consent log and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.subscriptions.models import Consent, ConsentKind

if TYPE_CHECKING:
    from newsletter.subscriptions.models import Newsletter

MONTHS = 24
# Lines across the picture at the most.
LINES = 6
SHOWN = {
    ConsentKind.REQUESTED: _("Sign-ups"),
    ConsentKind.CONFIRMED: _("Confirmations"),
    ConsentKind.IMPORTED: _("Imported with proof"),
    ConsentKind.WITHDRAWN: _("Left"),
    ConsentKind.BOUNCED_OUT: _("Address does not exist"),
    ConsentKind.COMPLAINED: _("Reported as unwanted"),
    ConsentKind.ERASED: _("Erased"),
}
JOINING = [ConsentKind.CONFIRMED, ConsentKind.IMPORTED]
LEAVING = [
    ConsentKind.WITHDRAWN,
    ConsentKind.BOUNCED_OUT,
    ConsentKind.COMPLAINED,
    ConsentKind.ERASED,
]


@dataclass(frozen=True, slots=True)
class Month:
    """People of one month by what they did."""

    first: date
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SHOWN, 0))

    @property
    def cells(self) -> list[int]:
        return list(self.counts.values())

    def of(self, kinds: list[ConsentKind]) -> int:
        return sum(self.counts[kind] for kind in kinds)


def months(newsletter: Newsletter | None = None) -> list[Month]:
    """Return the last two years, oldest first. Who does a thing twice in a month counts once."""
    firsts = _first_days(timezone.localdate())
    start = timezone.make_aware(datetime.combine(firsts[0], time.min))
    steps = Consent.objects.filter(kind__in=SHOWN, at__gte=start)
    if newsletter:
        steps = steps.filter(newsletter=newsletter)
    counted = (
        steps.order_by()
        .annotate(month=TruncMonth("at"))
        .values_list("month", "kind")
        .annotate(Count("chain", distinct=True))
    )
    found = {first: Month(first) for first in firsts}
    for month, kind, count in counted:
        # A step in the future is none of these months.
        if known := found.get(timezone.localtime(month).date()):
            known.counts[kind] = count
    return list(found.values())


def _first_days(today: date) -> list[date]:
    last = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - MONTHS + 1, last + 1)]


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of the picture, and what it says."""

    kind: str
    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line across the picture at a round number of people."""

    y: float
    count: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Bars for every month: who came stands above the line, who went hangs below it."""

    WIDTH = 900
    TOP, BOTTOM, LEFT = 16, 24, 44
    # Of the bars, not of the frame.
    HEIGHT = 280

    months: list[Month]

    @property
    def highest(self) -> int:
        return max([1, *(_above(month) for month in self.months)])

    @property
    def lowest(self) -> int:
        return max(month.of(LEAVING) for month in self.months)

    @property
    def step(self) -> int:
        """Round numbers, about five of them."""
        whole = self.highest + self.lowest
        size: int = 10 ** (len(str(whole)) - 1)
        steps = (each for each in (size // 5, size // 2, size) if each and whole // each <= LINES)
        return next(steps, size * 2)

    @property
    def scale(self) -> float:
        return self.HEIGHT / (self.highest + self.lowest)

    @property
    def zero(self) -> float:
        return self.TOP + self.highest * self.scale

    @property
    def height(self) -> int:
        return self.TOP + self.HEIGHT + self.BOTTOM

    @property
    def slot(self) -> float:
        return (self.WIDTH - self.LEFT) / len(self.months)

    @property
    def lines(self) -> list[Line]:
        step = self.step
        counts = range(-(self.lowest // step) * step, self.highest + 1, step)
        return [Line(round(self.zero - count * self.scale, 1), abs(count)) for count in counts]

    @property
    def labels(self) -> list[tuple[float, date]]:
        """Every third month has its name below, the last one always."""
        last = len(self.months) - 1
        return [
            (round(self.LEFT + (number + 0.5) * self.slot, 1), month.first)
            for number, month in enumerate(self.months)
            if (last - number) % 3 == 0
        ]

    @property
    def bars(self) -> list[Bar]:
        return [bar for number in range(len(self.months)) for bar in self._bars_of(number)]

    def _bars_of(self, number: int) -> list[Bar]:
        month = self.months[number]
        left = self.LEFT + number * self.slot
        wide = self.slot * 0.38
        bars = [self._bar(month, ConsentKind.REQUESTED, left + self.slot * 0.1, 0, wide)]
        above = 0
        for kind in JOINING:
            bars.append(self._bar(month, kind, left + self.slot * 0.52, above, wide))
            above += month.counts[kind]
        below = 0
        for kind in LEAVING:
            below -= month.counts[kind]
            bars.append(self._bar(month, kind, left + self.slot * 0.31, below, wide))
        return [bar for bar in bars if bar.height]

    def _bar(self, month: Month, kind: ConsentKind, x: float, foot: int, width: float) -> Bar:
        """Return a bar whose lower edge stands ``foot`` people above the line."""
        count = month.counts[kind]
        height = count * self.scale
        y = self.zero - foot * self.scale - height
        label = f"{SHOWN[kind]}: {count}"
        return Bar(kind.value, label, *(round(each, 1) for each in (x, y, width, height)))


def _above(month: Month) -> int:
    return max(month.counts[ConsentKind.REQUESTED], month.of(JOINING))
