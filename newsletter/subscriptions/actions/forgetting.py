"""What time takes away: requests nobody confirmed, networks, and proof past its term."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from newsletter.subscriptions.actions.limiting import forget_tallies
from newsletter.subscriptions.models import (
    Consent,
    ConsentChain,
    ConsentKind,
    SignupRequest,
    Subscriber,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

logger = logging.getLogger(__name__)

# Long enough to hold back a second mail for a month, then nothing is left.
UNCONFIRMED_PROOF = timedelta(days=30)
# Claims end with the third year after that in which they arose (BGB §§ 195, 199).
YEARS_OF_PROOF = 3
# Chains at once, so that no transaction is long.
CHUNK = 200


def delete_expired_requests() -> int:
    """Forget who did not confirm in time, and return how many. Safe to repeat."""
    now = timezone.now()
    expired = SignupRequest.objects.filter(expires_at__lte=now)
    count = expired.filter(used_at=None).count()
    with transaction.atomic():
        expired.delete()
        forget_tallies(now)
    _delete_unconfirmed_proof(now)
    if count:
        logger.info("Unconfirmed sign-up requests deleted", extra={"count": count})
    return count


def forget_networks() -> int:
    """Empty the networks of consents after some days; the chains stay whole. Repeatable."""
    until = timezone.now() - timedelta(days=settings.NEWSLETTER_NETWORK_DAYS)
    old = Consent.objects.filter(at__lt=until).exclude(network="")
    return old.update(network="", network_salt="")


def delete_old_proof() -> int:
    """Delete the proof of people who left three full years ago or more. Safe to repeat."""
    this_year = timezone.localdate().year
    until = timezone.make_aware(datetime(this_year - YEARS_OF_PROOF, 1, 1))  # noqa: DTZ001
    reading = Subscriber.objects.filter(
        address_key=OuterRef("address_key"), subscriptions__ended_at=None,
        subscriptions__isnull=False,
    )  # fmt: skip
    return _delete_in_chunks(
        ConsentChain.objects.filter(last_at__lt=until).exclude(Exists(reading))
    )


@transaction.atomic
def delete_chains(chains: QuerySet[ConsentChain]) -> int:
    """Delete whole chains by the one door there is; return how many steps went with them."""
    keys = list(chains.values_list("pk", flat=True))
    ConsentChain.objects.filter(pk__in=keys).update(closed_at=timezone.now())
    steps, _counts = Consent.objects.filter(chain__in=keys).delete()
    ConsentChain.objects.filter(pk__in=keys).delete()
    return steps


def _delete_unconfirmed_proof(now: datetime) -> None:
    confirmed = Consent.objects.filter(chain=OuterRef("pk"), kind=ConsentKind.CONFIRMED)
    old = ConsentChain.objects.filter(last_at__lt=now - UNCONFIRMED_PROOF)
    _delete_in_chunks(old.exclude(Exists(confirmed)))


def _delete_in_chunks(chains: QuerySet[ConsentChain]) -> int:
    count = 0
    while chunk := list(chains.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        delete_chains(ConsentChain.objects.filter(pk__in=chunk))
        count += len(chunk)
    return count
