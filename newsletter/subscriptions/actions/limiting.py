"""How many sign-ups are let in, and what is asked of them when there are many.

Counted in the database, so that all processes agree. Every visitor causes the same queries.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from django.conf import settings
from django.db.models import F, Q, Sum
from django.utils import timezone

from newsletter.subscriptions import addresses, proofs
from newsletter.subscriptions.models import SignupRequest, SignupTally, TallyKind
from wissensregion.networks import network_key

# From here on a proof of work is asked for, or patience.
NETWORK_PER_HOUR, NETWORK_PER_DAY, DOMAIN_PER_HOUR = 5, 20, 30
# The same for all together: ten times the usual, within these bounds.
USUAL_TIMES, LEAST, MOST = 10, 30, 100
# From here on every mail waits, proof or none: nobody signs up that fast.
FLOOD = 1000
# Mails that had to wait and may go within an hour.
RELEASED_PER_HOUR = 20
DAY, WEEK = timedelta(days=1), timedelta(days=7)
HOURS_OF_A_WEEK = 7 * 24


class Load(StrEnum):
    """What sign-ups at this moment have to do."""

    CALM = "calm"  # Nothing.
    BUSY = "busy"  # Show a proof of work, or wait for the mail.
    FLOOD = "flood"  # Wait for the mail.
    FULL = "full"  # Come back later: this one network asks too often.


def weigh(address: str, network: str | None) -> Load:
    """Count one sign-up and say what is asked of it."""
    hour = _this_hour()
    domain = addresses.domain_key(address)
    kinds = {TallyKind.DOMAIN: domain, TallyKind.ALL: ""}
    if network is not None:
        kinds[TallyKind.NETWORK] = network_key(network)
    _count(kinds, hour)
    counted = _counted(kinds, hour)
    usual = median(_hours_of_last_week(hour))
    return _load(counted, min(MOST, max(LEAST, USUAL_TIMES * usual)))


def admit(network: str | None) -> bool:
    """Count one request of a network, or say that it has made enough within this hour."""
    if network is None:
        return True
    hour = _this_hour()
    kinds = {TallyKind.NETWORK: network_key(network)}
    _count(kinds, hour)
    return _counted(kinds, hour)["network_hour"] <= settings.NEWSLETTER_SIGNUPS_PER_HOUR


def accept_proof(solution: str) -> bool:
    """Take a solution, once."""
    name = proofs.checked(solution)
    if name is None:
        return False
    key = hashlib.sha256(name.encode()).hexdigest()
    _tally, new = SignupTally.objects.get_or_create(
        kind=TallyKind.PROOF, key=key, defaults={"hour": _this_hour(), "count": 1}
    )
    return new


def release_held() -> list[int]:
    """Let the mails go that had to wait, a few an hour, oldest first; return their requests."""
    if not SignupRequest.objects.held().exists():
        return []
    hour = _this_hour()
    tally, _created = SignupTally.objects.get_or_create(kind=TallyKind.RELEASED, key="", hour=hour)
    room = RELEASED_PER_HOUR - tally.count
    released = [
        pk
        for pk in SignupRequest.objects.held()
        .order_by("pk")
        .values_list("pk", flat=True)[: max(room, 0)]
        if SignupRequest.objects.filter(pk=pk).exclude(held_at=None).update(held_at=None)
    ]
    SignupTally.objects.filter(pk=tally.pk).update(count=F("count") + len(released))
    return released


def _load(counted: dict[str, int], most: float) -> Load:
    if counted["network_hour"] > settings.NEWSLETTER_SIGNUPS_PER_HOUR:
        return Load.FULL
    if counted["all"] > FLOOD:
        return Load.FLOOD
    limits = {
        "network_hour": NETWORK_PER_HOUR,
        "network_day": NETWORK_PER_DAY,
        "domain": DOMAIN_PER_HOUR,
        "all": most,
    }
    if any(counted[name] > limit for name, limit in limits.items()):
        return Load.BUSY
    return Load.CALM


def _count(kinds: dict[TallyKind, str], hour: datetime) -> None:
    SignupTally.objects.bulk_create(
        [SignupTally(kind=kind, key=key, hour=hour) for kind, key in sorted(kinds.items())],
        ignore_conflicts=True,
    )
    SignupTally.objects.filter(_any_of(kinds), hour=hour).update(count=F("count") + 1)


def _counted(kinds: dict[TallyKind, str], hour: datetime) -> dict[str, int]:
    now = Q(hour=hour)
    rows = SignupTally.objects.filter(_any_of(kinds), hour__gt=hour - DAY)
    sums = rows.aggregate(
        network_hour=Sum("count", filter=now & Q(kind=TallyKind.NETWORK)),
        network_day=Sum("count", filter=Q(kind=TallyKind.NETWORK)),
        domain=Sum("count", filter=now & Q(kind=TallyKind.DOMAIN)),
        all=Sum("count", filter=now & Q(kind=TallyKind.ALL)),
    )
    return {name: value or 0 for name, value in sums.items()}


def _hours_of_last_week(hour: datetime) -> list[int]:
    """Return one number for each hour of the last week; the present one is not yet over."""
    past = SignupTally.objects.filter(
        kind=TallyKind.ALL, hour__gte=hour - WEEK, hour__lt=hour
    ).values_list("count", flat=True)
    counts = list(past)
    return [*counts, *[0] * (HOURS_OF_A_WEEK - len(counts))]


def _any_of(kinds: dict[TallyKind, str]) -> Q:
    wanted = Q()
    for kind, key in kinds.items():
        wanted |= Q(kind=kind, key=key)
    return wanted


def _this_hour() -> datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0)
