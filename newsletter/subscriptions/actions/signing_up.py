"""Asking for a newsletter, and what becomes of those who never confirm."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from newsletter.subscriptions.actions.wording import agreed_wording
from newsletter.subscriptions.models import (
    Consent,
    ConsentKind,
    NetworkTally,
    SignupRequest,
)
from newsletter.subscriptions.networks import network_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsletter.subscriptions.models import Newsletter

logger = logging.getLogger(__name__)

# Long enough to hold back a second mail for a month, then nothing is left.
UNCONFIRMED_PROOF = timedelta(days=30)


@transaction.atomic
def subscribe(
    *,
    address: str,
    newsletters: Iterable[Newsletter],
    locale: str,
    source: str,
    wording: str = "",
) -> SignupRequest:
    """Write down that somebody asks for newsletters; the mail follows by its own task.

    The same rows are written for every address, known or not, so that neither the answer nor
    its time tells. Raises ``AddressError`` where there is no address to write to.
    """
    agreed = agreed_wording(locale, wording)
    request = SignupRequest.objects.create(
        address=address,
        locale=locale,
        wording=agreed,
        source=source[:255],
        expires_at=timezone.now() + SignupRequest.LIFE,
    )
    chosen = list(newsletters)
    request.newsletters.set(chosen)
    record(request, ConsentKind.REQUESTED, chosen)
    return request


def record(request: SignupRequest, kind: ConsentKind, newsletters: Iterable[Newsletter]) -> None:
    """Add one step to the proof, for each newsletter of a request."""
    Consent.objects.bulk_create(
        Consent(
            address_key=request.address_key,
            newsletter=newsletter,
            kind=kind,
            wording=request.wording,
            locale=request.locale,
            source=request.source,
        )
        for newsletter in newsletters
    )


def admit(network: str | None) -> bool:
    """Count one sign-up of a network, or say that it has made enough within this hour."""
    if network is None:
        return True
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    key = network_key(network)
    NetworkTally.objects.get_or_create(network_key=key, hour=hour)
    # The database counts, so that all processes agree.
    room = NetworkTally.objects.filter(
        network_key=key, hour=hour, count__lt=settings.NEWSLETTER_SIGNUPS_PER_HOUR
    )
    return room.update(count=F("count") + 1) == 1


def delete_expired_requests() -> int:
    """Forget who did not confirm in time, and return how many. Safe to repeat."""
    now = timezone.now()
    expired = SignupRequest.objects.filter(expires_at__lte=now)
    count = expired.filter(used_at=None).count()
    with transaction.atomic():
        expired.delete()
        NetworkTally.objects.filter(hour__lt=now - timedelta(days=1)).delete()
        proven = Consent.objects.filter(kind=ConsentKind.CONFIRMED).values("address_key")
        stale = Consent.objects.filter(at__lt=now - UNCONFIRMED_PROOF)
        stale.exclude(address_key__in=proven).delete()
    if count:
        logger.info("Unconfirmed sign-up requests deleted", extra={"count": count})
    return count
