"""Deleting proof: chain by chain, by the one door there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from newsletter.subscriptions.models import Consent, ConsentChain

if TYPE_CHECKING:
    from django.db.models import QuerySet


@transaction.atomic
def delete_chains(chains: QuerySet[ConsentChain]) -> int:
    """Delete whole chains by the one door there is; return how many steps went with them."""
    keys = list(chains.values_list("pk", flat=True))
    ConsentChain.objects.filter(pk__in=keys).update(closed_at=timezone.now())
    steps, _counts = Consent.objects.filter(chain__in=keys).delete()
    ConsentChain.objects.filter(pk__in=keys).delete()
    return steps
