"""How fast all workers together may hand over, and when nothing goes at all."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from newsletter.sending.models import SenderAccount

if TYPE_CHECKING:
    from datetime import date

# Confirmation mails go past the bucket; this much of the rate is theirs.
FOR_BULK = 0.8
# A pause is caught up with at most so much at once.
BURST_SECONDS = 10
FIRST_DAY = 200
FAILURES_TO_OPEN = 5
FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(minutes=30)
SLOWEST, SLOWER, FASTER = 0.05, 0.5, 1.05


@dataclass(frozen=True, slots=True)
class Budget:
    """How many mails may leave now, and if none, in how many seconds to ask again."""

    count: int
    wait: float = 0


def account(service: str) -> SenderAccount:
    return SenderAccount.objects.get_or_create(service=service)[0]


def take(service: str, wanted: int) -> Budget:
    """Take up to so many mails out of the budget. Within a transaction: the row is the lock."""
    row = SenderAccount.objects.select_for_update().filter(service=service).first()
    if row is None:
        row = account(service)
    now = timezone.now()
    if row.open_until and row.open_until > now:
        return Budget(0, (row.open_until - now).total_seconds())
    day = timezone.localdate()
    used = row.day_count if row.day == day else 0
    allowed, wait = wanted, 0.0
    if limit := day_limit(row, day):
        allowed = min(allowed, limit - used)
        wait = _until_tomorrow() if allowed < 1 else 0
    if row.rate and allowed > 0:
        allowed, wait = _from_bucket(row, allowed)
    if allowed < 1:
        return Budget(0, wait)
    row.day, row.day_count = day, used + allowed
    row.save(update_fields=["day", "day_count", "tokens", "refilled_at"])
    return Budget(allowed)


def give_back(service: str, count: int) -> None:
    """Return what was taken and not used."""
    row = SenderAccount.objects.select_for_update().get(service=service)
    row.day_count = max(0, row.day_count - count)
    row.tokens += count if row.rate else 0
    row.save(update_fields=["day_count", "tokens"])


def day_limit(row: SenderAccount, day: date) -> int | None:
    """The operator's limit, and the warm-up's: 200 on the first day, then twice as many a day."""
    limits = [row.day_limit] if row.day_limit else []
    if row.warm_up_from:
        days = max(0, (day - row.warm_up_from).days)
        limits.append(FIRST_DAY * 2 ** min(days, 20))
    return min(limits, default=None)


def all_well(service: str) -> None:
    """A call was accepted: close the circuit, and come back to the full pace by little."""
    rows = SenderAccount.objects.filter(service=service)
    if row := rows.exclude(failures=0, slowdown=1, open_until=None, last_error="").first():
        rows.update(
            failures=0, open_until=None, last_error="", slowdown=min(1, row.slowdown * FASTER)
        )


def failed(service: str, reason: str, *, retry_after: float | None = None) -> None:
    """A call did not get through: after several in a row nothing goes for a while."""
    row = account(service)
    failures = row.failures + 1
    rest = None
    if retry_after is not None:
        rest = timedelta(seconds=retry_after)
    elif failures >= FAILURES_TO_OPEN:
        rest = wait(failures - FAILURES_TO_OPEN)
    now = timezone.now()
    SenderAccount.objects.filter(pk=row.pk).update(
        failures=failures,
        last_error=reason,
        open_until=now + rest if rest else row.open_until,
    )


def slow_down(service: str) -> None:
    """They said we are too fast: half the pace from now on."""
    row = account(service)
    SenderAccount.objects.filter(pk=row.pk).update(slowdown=max(SLOWEST, row.slowdown * SLOWER))


def smaller_calls(service: str, size: int) -> None:
    """A call was too large: never so many at once again."""
    SenderAccount.objects.filter(service=service).update(max_batch=max(1, size // 2))


def wait(failures: int) -> timedelta:
    """How long to let the mail service rest: doubling, with some chance in it."""
    longest: timedelta = min(FIRST_REST * 2 ** min(failures, 10), LONGEST_REST)
    return longest * random.uniform(0.7, 1)  # noqa: S311 - spreads load, hides nothing


def back_off(tries: int) -> timedelta:
    """How long one batch or one address waits: 5 seconds to 10 minutes, with full jitter."""
    longest = min(5 * 2 ** min(tries, 7), 600)
    return timedelta(seconds=random.uniform(longest / 4, longest))  # noqa: S311 - spreads load


def _from_bucket(row: SenderAccount, wanted: int) -> tuple[int, float]:
    now = timezone.now()
    rate = (row.rate or 0) * FOR_BULK * row.slowdown / 60
    burst = max(1.0, rate * BURST_SECONDS)
    elapsed = max(0.0, (now - row.refilled_at).total_seconds())
    row.tokens = min(burst, row.tokens + elapsed * rate)
    row.refilled_at = now
    allowed = min(wanted, int(row.tokens))
    row.tokens -= allowed
    if allowed < 1:
        # The moment is written down, or a caller who asks often would never get anything.
        row.save(update_fields=["tokens", "refilled_at"])
        return 0, (1 - row.tokens) / rate
    return allowed, 0


def _until_tomorrow() -> float:
    now = timezone.localtime()
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - now).total_seconds()
