"""Asking for a newsletter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from newsletter.subscriptions.actions.recording import Step, record
from newsletter.subscriptions.actions.rekeying import adopt
from newsletter.subscriptions.actions.wording import agreed_wording
from newsletter.subscriptions.models import ConsentKind, SignupRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsletter.subscriptions.models import Newsletter, Subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a form tells besides the wish: the hash of its wording, the visitor's network."""

    wording: str = ""
    network: str | None = None
    # Who asks from their own settings for another address.
    moves: Subscriber | None = None
    # Too many came at once and this one showed no proof of work: its mail waits.
    held: bool = False


@transaction.atomic
def subscribe(
    *,
    address: str,
    newsletters: Iterable[Newsletter],
    locale: str,
    source: str,
    visit: Visit | None = None,
) -> SignupRequest:
    """Write down that somebody asks for newsletters; the mail follows by its own task.

    The same rows are written for every address, known or not, so that neither the answer nor
    its time tells. Raises ``AddressError`` where there is no address to write to.
    """
    visit = visit or Visit()
    adopt(address)
    agreed = agreed_wording(locale, visit.wording)
    request = SignupRequest.objects.create(
        address=address,
        locale=locale,
        wording=agreed,
        source=source[:255],
        moves=visit.moves,
        held_at=timezone.now() if visit.held else None,
        expires_at=timezone.now() + SignupRequest.LIFE,
    )
    chosen = list(newsletters)
    request.newsletters.set(chosen)
    record(request.address_key, steps(request, ConsentKind.REQUESTED, chosen, visit.network or ""))
    return request


def steps(
    request: SignupRequest, kind: ConsentKind, newsletters: Iterable[Newsletter], network: str = ""
) -> list[Step]:
    """Return one step of the proof for each newsletter of a request."""
    return [
        Step(
            kind=kind,
            newsletter=newsletter,
            wording=request.wording,
            locale=request.locale,
            source=request.source,
            network=network,
        )
        for newsletter in newsletters
    ]
