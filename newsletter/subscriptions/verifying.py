"""Whether the proof of consents is whole: every step where it was put, none changed or missing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from newsletter.subscriptions.models import Consent, ConsentChain, ConsentWording, Subscriber
from newsletter.subscriptions.seals import BEGINNING, network_seal, step_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Steps read at once, so that memory does not grow with the number of people.
CHUNK = 2000


class Fault(TextChoices):
    """What is wrong with a chain."""

    MISSING = "missing", _("a step is missing")
    UNLINKED = "unlinked", _("it does not follow from the step before")
    CHANGED = "changed", _("its content was changed")
    NETWORK = "network", _("its network was changed")
    WORDING = "wording", _("the text of its wording was changed")
    END = "end", _("steps are missing at the end")


@dataclass(frozen=True, slots=True)
class Break:
    """One place where a chain does not hold."""

    chain: ConsentChain
    seq: int
    fault: Fault


def breaks_in(chain: ConsentChain, steps: Iterable[Consent]) -> Iterator[Break]:
    """Yield where a chain is broken; its steps come in order, with wording and newsletter."""
    seq, head = 0, BEGINNING
    for step in steps:
        seq += 1
        if step.seq != seq:
            yield Break(chain, seq, Fault.MISSING)
            seq = step.seq
        elif step.prev_hash != head:
            yield Break(chain, seq, Fault.UNLINKED)
        # The chain is one object for all its steps: no query for each.
        step.chain = chain
        if step_hash(step.content()) != step.hash:
            yield Break(chain, seq, Fault.CHANGED)
        if step.network and network_seal(step.network, step.network_salt) != step.network_seal:
            yield Break(chain, seq, Fault.NETWORK)
        if step.wording and not _holds(step.wording):
            yield Break(chain, seq, Fault.WORDING)
        head = step.hash
    if (seq, head) != (chain.length, chain.head):
        yield Break(chain, max(seq, chain.length), Fault.END)


def all_breaks() -> Iterator[Break]:
    """Yield every break in the proof of everybody."""
    rows = Consent.objects.in_order().select_related("chain", "wording", "newsletter")
    seen = 0
    for _pk, steps in groupby(rows.iterator(CHUNK), key=lambda step: step.chain_id):
        of_one = list(steps)
        seen += 1
        yield from breaks_in(of_one[0].chain, of_one)
    if seen != ConsentChain.objects.count():
        for chain in ConsentChain.objects.filter(steps=None):
            yield from breaks_in(chain, [])


def subscriber_of(chain: ConsentChain) -> Subscriber | None:
    """Return whose proof it is, as long as there is a subscriber."""
    return Subscriber.objects.filter(address_key=chain.address_key).first()


def _holds(wording: ConsentWording) -> bool:
    return _sha256(wording.text) == wording.sha256


@lru_cache(maxsize=64)
def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
