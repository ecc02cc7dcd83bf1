"""What must hold after every fault, told from the service's own log and the database's rows."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newsletter.sending import states
from tests.crash import databases, scene

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

WAYS = {
    ("dispatch", "state"): states.DISPATCH,
    ("batch", "state"): states.BATCH,
    ("attempt", "outcome"): states.ATTEMPT,
    ("delivery", "state"): states.DELIVERY,
}
FINAL = {"completed", "unclear", "cancelled"}
TO_DO = {"planned", "submitting"}
KNOWN = {"accepted", "unknown"}
PERMITTED = {"open", "accepted", "unknown", "not_accepted", "abandoned"}


@dataclass(frozen=True)
class Row:
    """A delivery as the database has it."""

    key: str
    address: str | None
    state: str
    outcome: str
    reason: str
    public_id: str | None
    consents: int


@dataclass
class Evidence:
    """Everything that is known of one dispatch, from outside the product."""

    log: list[dict[str, Any]]
    rows: dict[str, Row]
    dispatch: tuple[str, int]
    attempts: dict[int, tuple[str, float]]
    moves: list[tuple[str, str, str, str]]
    # Attempt -> when the transaction that permitted it began, on the machine's own clock.
    permits: Mapping[int, float] = field(default_factory=dict)

    @classmethod
    def of(cls, database: str, log: Path, permits: Path | None = None) -> Evidence:
        rows = [Row(*row) for row in databases.read(database, DELIVERIES)]
        began = _lines(permits) if permits and permits.exists() else []
        return cls(
            log=_lines(log),
            rows={row.key: row for row in rows},
            dispatch=databases.read(database, DISPATCH)[0],
            attempts={row[0]: row[1:] for row in databases.read(database, ATTEMPTS)},
            moves=databases.read(database, MOVES),
            permits={line["attempt"]: line["began"] for line in began},
        )

    @property
    def counts(self) -> Counter[str]:
        return Counter(row.state for row in self.rows.values())


DELIVERIES = (
    "SELECT d.key, d.address, d.state, d.outcome, d.reason, s.public_id, "
    "(SELECT COUNT(*) FROM newsletter_consent c JOIN newsletter_consentchain n "
    "ON n.id = c.chain_id WHERE c.kind = 'confirmed' "
    "AND n.address_key = d.address_key AND c.at <= x.created_at) "
    "FROM newsletter_delivery d JOIN newsletter_dispatch x ON x.id = d.dispatch_id "
    "LEFT JOIN newsletter_subscription s ON s.id = d.subscription_id ORDER BY d.id"
)
DISPATCH = "SELECT state, frozen_count FROM newsletter_dispatch"
ATTEMPTS = "SELECT id, outcome, recipients FROM newsletter_attempt"
MOVES = "SELECT tbl, col, was, became FROM crash_move ORDER BY id"


def breaches(
    evidence: Evidence,
    *,
    candidates: int,
    reported: bool,
    never: Collection[str] = (),
    withdrawn: Mapping[str, float] | None = None,
) -> list[str]:
    """Say which invariants do not hold. ``reported``: every report has come in.

    ``never`` had left before any permit; ``withdrawn`` left at a moment of the machine's own clock.
    """
    banned = {scene.LEFT, scene.SUPPRESSED, *never}
    found = [
        *_no_double(evidence),
        *_conservation(evidence, candidates),
        *_truth(evidence, reported=reported),
        *_no_contact(evidence, banned, withdrawn or {}),
        *_wire(evidence),
        *_monotone(evidence),
        *_permit_first(evidence),
        *_visible(evidence),
        *_consent(evidence),
    ]
    return sorted(set(found))


def _no_double(evidence: Evidence) -> Iterator[str]:
    for what in ("address", "key"):
        for value, count in Counter(copy[what] for copy in evidence.log).items():
            if count > 1:
                yield f"I1 {value} was accepted {count} times"


def _conservation(evidence: Evidence, candidates: int) -> Iterator[str]:
    state, frozen = evidence.dispatch
    rows = len(evidence.rows)
    if not rows == frozen == candidates:
        yield f"I2 {rows} rows and a count of {frozen} for {candidates} readers"
    if state not in FINAL:
        yield f"I6 the dispatch is {state}"
    elif left := sum(evidence.counts[each] for each in TO_DO):
        yield f"I2 {left} are to do in a dispatch that is {state}"


def _truth(evidence: Evidence, *, reported: bool) -> Iterator[str]:
    accepted = {copy["key"] for copy in evidence.log}
    for row in evidence.rows.values():
        who = row.address or row.key
        if row.state == "accepted" and row.key not in accepted:
            yield f"I3 {who} is handed over and never was"
        if row.key in accepted and row.state not in ({"accepted"} if reported else KNOWN):
            yield f"I3 {who} has the mail and is {row.state}"
    for key in accepted - set(evidence.rows):
        yield f"I3 a mail with the key {key} belongs to no delivery"


def _no_contact(
    evidence: Evidence, never: Collection[str], withdrawn: Mapping[str, float]
) -> Iterator[str]:
    for copy in evidence.log:
        if copy["address"] in never:
            yield f"I4 {copy['address']} had left and got a mail"
        if left := withdrawn.get(copy["address"]):
            began = [evidence.permits.get(attempt, 0) for attempt in copy["permits"]]
            if began and min(began) > left:
                yield f"I4 {copy['address']} had left before the permit"


def _wire(evidence: Evidence) -> Iterator[str]:
    for copy in evidence.log:
        number = int(copy["address"].removeprefix("reader").partition("@")[0])
        row = evidence.rows.get(copy["key"])
        headers = copy["headers"]
        if copy["recipients"] != 1:
            yield f"I5 {copy['address']} shares a mail"
        if copy["subject"] != scene.SUBJECTS[scene.locale(number)]:
            yield f"I5 {copy['address']} got another language"
        if headers.get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click":
            yield f"I5 {copy['address']} has no one-click unsubscribing"
        token = headers.get("List-Unsubscribe", "")
        if row and row.address not in {None, copy["address"]}:
            yield f"I5 {copy['address']} got the copy of somebody else"
        if row and row.public_id and row.public_id not in token:
            yield f"I5 {copy['address']} has the link of somebody else"


def _monotone(evidence: Evidence) -> Iterator[str]:
    for table, column, was, became in evidence.moves:
        if (table, column) == ("delivery", "outcome"):
            if states.rank(became) < states.rank(was):
                yield f"I7 an outcome fell from {was} to {became}"
        elif became not in WAYS[table, column][was]:
            yield f"I7 a {table} went from {was} to {became}"


def _permit_first(evidence: Evidence) -> Iterator[str]:
    for copy in evidence.log:
        if not copy["permits"]:
            yield f"I8 {copy['address']} was called for without a permit"
        if not all(evidence.attempts[each][0] in PERMITTED for each in copy["permits"]):
            yield f"I8 the permit for {copy['address']} is gone"


def _visible(evidence: Evidence) -> Iterator[str]:
    for row in evidence.rows.values():
        if row.state in {"skipped", "failed", "refused"} and not row.reason:
            yield f"I10 {row.address or row.key} is {row.state} without a reason"
    if evidence.counts["unknown"] and evidence.dispatch[0] == "completed":
        yield "I10 a dispatch with unknown mails says it is completed"


def _consent(evidence: Evidence) -> Iterator[str]:
    for row in evidence.rows.values():
        if row.state == "accepted" and row.address and not row.consents:
            yield f"I11 {row.address} never confirmed"


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
