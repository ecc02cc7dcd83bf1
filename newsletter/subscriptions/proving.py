"""The proof that one person asked for mail, as a document: to print, to hand over, to check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from newsletter.subscriptions.models import (
    Consent,
    ConsentChain,
    ConsentWording,
    SignupRequest,
    Subscriber,
    Suppression,
)
from newsletter.subscriptions.verifying import Break, breaks_in

if TYPE_CHECKING:
    from collections.abc import Sequence

# Says how anybody can check the chain without this programme.
METHOD = (
    "Each step's hash is the SHA-256 over its 'hashed' object, written as JSON with sorted keys, "
    "without spaces after , and :, in UTF-8. 'previous' is the hash of the step before, 64 zeros "
    "before the first. 'network' there is the SHA-256 over 'salt:network'; both are deleted after "
    "some days, so that from then on only the seal is left."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Everything recorded of one person's consent, and whether it still holds."""

    # Empty where the address is no longer stored, for example after an erasure.
    address: str
    chain: ConsentChain | None
    steps: Sequence[Consent]
    wordings: Sequence[ConsentWording]
    breaks: Sequence[Break]
    suppression: str
    made_at: datetime

    @property
    def verified(self) -> bool:
        """Whether there is a proof and no step of it was changed, taken out or put in."""
        return bool(self.steps) and not self.breaks

    def as_json(self) -> dict[str, Any]:
        """Return the proof with all that is needed to check it elsewhere."""
        return {
            "made_at": local(self.made_at).isoformat(),
            "address": self.address or None,
            "person": self.chain and self.chain.public_id,
            "verified": self.verified,
            "breaks": [{"seq": each.seq, "fault": str(each.fault)} for each in self.breaks],
            "suppression": self.suppression or None,
            "steps": [_step(step) for step in self.steps],
            "wordings": [
                {
                    "locale": wording.locale,
                    "version": wording.version,
                    "sha256": wording.sha256,
                    "since": local(wording.created_at).isoformat(),
                    "text": wording.text,
                }
                for wording in self.wordings
            ],
            "head": self.chain and self.chain.head,
            "method": METHOD,
        }

    def as_pdf(self) -> bytes:
        """Return the proof to print, in the language of the moment."""
        # Type and printer weigh 14 MB in every process, and hardly one prints.
        from newsletter.subscriptions import printing  # noqa: PLC0415

        return printing.print_proof(self)


def proof_of(address_key: str) -> Proof:
    """Return the proof of a person; one without steps where nothing is recorded."""
    chain = ConsentChain.objects.filter(address_key=address_key).first()
    rows = Consent.objects.filter(chain=chain).select_related("wording", "newsletter")
    steps = list(rows.order_by("seq")) if chain else []
    wordings = {step.wording.pk: step.wording for step in steps if step.wording}
    suppression = Suppression.objects.filter(address_key=address_key).first()
    return Proof(
        address=_address(address_key),
        chain=chain,
        steps=steps,
        wordings=[wordings[pk] for pk in sorted(wordings)],
        breaks=list(breaks_in(chain, steps)) if chain else [],
        suppression=suppression.get_reason_display() if suppression else "",
        made_at=timezone.now(),
    )


def local(moment: datetime) -> datetime:
    """Return a moment by the clock of the site (Europe/Berlin), as courts read it."""
    return timezone.localtime(moment)


def _address(address_key: str) -> str:
    for model in (Subscriber, SignupRequest):
        found = model.objects.filter(address_key=address_key).values_list("address", flat=True)
        if address := found.first():
            return str(address)
    return ""


def _step(step: Consent) -> dict[str, Any]:
    return {
        "seq": step.seq,
        "at": local(step.at).isoformat(),
        "kind": str(step.kind),
        "newsletter": step.newsletter.name if step.newsletter else None,
        "page": step.source,
        "note": step.note,
        "network": step.network or None,
        "salt": step.network_salt or None,
        "hashed": step.content(),
        "hash": step.hash,
    }
