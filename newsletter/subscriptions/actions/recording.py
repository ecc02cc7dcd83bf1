"""Adding to the proof of consents: one step behind the other, for one person or for many."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from newsletter.subscriptions.consents import Consent, ConsentChain, ConsentKind, ConsentWording
from newsletter.subscriptions.seals import network_seal, new_salt, step_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newsletter.subscriptions.models import Newsletter

# People at once: below what SQLite takes as values of one query.
CHUNK = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is to be recorded of one person."""

    kind: ConsentKind
    locale: str
    newsletter: Newsletter | None = None
    wording: ConsentWording | None = None
    source: str = ""
    note: str = ""
    network: str = ""
    at: datetime = field(default_factory=timezone.now)


@transaction.atomic
def record(address_key: str, steps: Iterable[Step]) -> None:
    """Add steps to a person's proof. The same queries for somebody new and somebody known."""
    ConsentChain.objects.bulk_create([ConsentChain(address_key=address_key)], ignore_conflicts=True)
    # Whoever comes at the same moment waits here, so that no two steps take one place.
    chain = ConsentChain.objects.select_for_update().get(address_key=address_key)
    Consent.objects.bulk_create(_linked(chain, steps))
    chain.save(update_fields=["length", "head", "last_at"])


def record_many(steps: Mapping[str, Sequence[Step]]) -> None:
    """Add steps to the proofs of many people, each under their key; for imports.

    Each chunk is one transaction of its own unless the caller holds one.
    """
    keys = list(steps)
    for start in range(0, len(keys), CHUNK):
        chunk = {key: steps[key] for key in keys[start : start + CHUNK]}
        try:
            _record_chunk(chunk)
        except IntegrityError:
            # Somebody of the chunk signed up at this very moment; now the chain is there.
            _record_chunk(chunk)


@transaction.atomic
def _record_chunk(steps: Mapping[str, Sequence[Step]]) -> None:
    rows = ConsentChain.objects.select_for_update().filter(address_key__in=steps)
    known = {chain.address_key: chain for chain in rows.order_by("pk")}
    new = [ConsentChain(address_key=key) for key in steps if key not in known]
    links = {
        chain.address_key: _linked(chain, steps[chain.address_key])
        for chain in (*known.values(), *new)
    }
    ConsentChain.objects.bulk_create(new)
    if known:
        ConsentChain.objects.bulk_update(known.values(), ["length", "head", "last_at"])
    Consent.objects.bulk_create([link for linked in links.values() for link in linked])


def _linked(chain: ConsentChain, steps: Iterable[Step]) -> list[Consent]:
    """Return the rows of steps behind the end of a chain, and move that end."""
    links = []
    for step in steps:
        salt = new_salt() if step.network else ""
        link = Consent(
            chain=chain,
            seq=chain.length + 1,
            newsletter=step.newsletter,
            kind=step.kind,
            at=step.at,
            wording=step.wording,
            locale=step.locale,
            source=step.source[:255],
            note=step.note[:500],
            network=step.network,
            network_salt=salt,
            network_seal=network_seal(step.network, salt),
            prev_hash=chain.head,
        )
        link.hash = step_hash(link.content())
        chain.length, chain.head = link.seq, link.hash
        # By the clock of the step: an import brings steps of long ago.
        chain.last_at = max(step.at, chain.last_at) if link.seq > 1 else step.at
        links.append(link)
    return links
