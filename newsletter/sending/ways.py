"""What the database itself refuses about sending: made of the table of states, never beside it.

An update that leads from one state to another on no way in ``states`` fails, whoever makes it; an
edition in use stays as it was frozen; what operators did stays written down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.guards import Guard, changed
from newsletter.sending import states

if TYPE_CHECKING:
    from newsletter.sending.states import Ways

WATCHED: list[tuple[str, str, Ways]] = [
    ("dispatch", "state", states.DISPATCH),
    ("batch", "state", states.BATCH),
    ("attempt", "outcome", states.ATTEMPT),
    ("delivery", "state", states.DELIVERY),
    ("probe", "state", states.PROBE),
]
ACT = ("id", "dispatch_id", "verb", "reason", "count", "at")
PROOF = (
    "issue_key", "locale", "digest", "way", "code", "sent_at", "judged_at", "arrived_sha256",
    "uploaded", "differences",
)  # fmt: skip


def _only_known_ways(table: str, column: str, ways: Ways) -> Guard:
    known = ", ".join(f"'{was}>{to}'" for was in ways for to in sorted(ways[was]))
    went = f"OLD.{column} || '>' || NEW.{column}"
    return Guard(
        name=f"guard_{table}_ways",
        table=f"newsletter_{table}",
        event=f"UPDATE OF {column}",
        says=f"There is no such way between two states of a {table}.",
        when=f"OLD.{column} <> NEW.{column} AND {went} NOT IN ({known})",
    )


def _kept(columns: tuple[str, ...], person: str) -> dict[str, str]:
    # A user may be deleted, and then nobody is named; nobody else ever is.
    another = f"NEW.{person} <> OLD.{person} OR (OLD.{person} IS NULL AND NEW.{person} IS NOT NULL)"
    return {vendor: f"{condition} OR {another}" for vendor, condition in changed(*columns).items()}


def _proof_is_kept() -> dict[str, str]:
    judged = f"OLD.state IN ({', '.join(repr(str(state)) for state in states.JUDGED)})"
    kept = _kept(PROOF, "requested_by_id")
    return {vendor: f"{judged} AND ({condition})" for vendor, condition in kept.items()}


GUARDS = [
    *(_only_known_ways(*watched) for watched in WATCHED),
    Guard(
        name="guard_edition_changes",
        table="newsletter_edition",
        event="UPDATE",
        says="An edition is frozen.",
    ),
    Guard(
        name="guard_edition_deletions",
        table="newsletter_edition",
        event="DELETE",
        says="An edition that is in use is kept.",
        when=(
            "EXISTS (SELECT 1 FROM newsletter_dispatch_editions d WHERE d.edition_id = OLD.id) "
            "OR EXISTS (SELECT 1 FROM newsletter_batch b WHERE b.edition_id = OLD.id)"
        ),
    ),
    Guard(
        name="guard_act_changes",
        table="newsletter_operatoract",
        event="UPDATE",
        says="What an operator did is written down once.",
        **_kept(ACT, "user_id"),
    ),
    Guard(
        name="guard_act_deletions",
        table="newsletter_operatoract",
        event="DELETE",
        says="What an operator did is kept.",
    ),
    Guard(
        name="guard_probe_changes",
        table="newsletter_probe",
        event="UPDATE",
        says="A probe is judged once.",
        **_proof_is_kept(),
    ),
    Guard(
        name="guard_probe_deletions",
        table="newsletter_probe",
        event="DELETE",
        says="A probe is kept with its issue.",
    ),
]
