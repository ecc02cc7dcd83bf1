"""The picture of a dispatch over time, as bars ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from newsletter.sending.progress import Span

MINUTE, HOUR = 60, 3600
WIDTH, HEIGHT = 720, 180
GAP = 0.15
# A dispatch that has just begun gets no wider bars than one of a quarter of an hour.
FEWEST = 15


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a bar."""

    name: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """What was handed over within one step, piled up by what was reported of it."""

    span: Span
    x: float
    width: float
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars beside each other, an empty place for each step in which nothing was handed over."""

    bars: list[Bar]
    highest: int
    seconds: int
    ends: datetime
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def step_words(self) -> str:
        if self.seconds < HOUR:
            minutes = self.seconds // MINUTE
            return ngettext("minute", "%(count)s minutes", minutes) % {"count": minutes}
        hours = self.seconds // HOUR
        return ngettext("hour", "%(count)s hours", hours) % {"count": hours}

    @property
    def first(self) -> Bar:
        return self.bars[0]


def chart(spans: Sequence[Span], step: int) -> Chart | None:
    """Return the picture, or nothing while there is nothing to draw."""
    if not spans:
        return None
    begin = spans[0].begins.timestamp()
    places = round((spans[-1].begins.timestamp() - begin) / step) + 1
    places = max(FEWEST, places)
    place = WIDTH / places
    highest = max(span.handed_over for span in spans)
    bars = [
        Bar(
            span,
            round((span.begins.timestamp() - begin) / step * place + place * GAP / 2, 2),
            round(place * (1 - GAP), 2),
            _parts(span, HEIGHT / highest),
        )
        for span in spans
    ]
    ends = spans[0].begins + timedelta(seconds=places * step)
    return Chart(bars, highest, step, ends)


def _parts(span: Span, scale: float) -> list[Part]:
    """Pile up from the ground: bounced, delivered, nothing reported yet."""
    parts: list[Part] = []
    ground = float(HEIGHT)
    for name in ("bounced", "delivered", "unreported"):
        height = getattr(span, name) * scale
        if height:
            ground -= height
            parts.append(Part(name, round(ground, 2), round(height, 2)))
    return parts
