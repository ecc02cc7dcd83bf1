"""What may not go out, whatever asks for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import connections
from django.db.transaction import TransactionManagementError

from newsletter.mail import answers
from newsletter.mail.terms import Cause, Letter, Receipt, Recipient, holds_control_character

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# A dot-atom and a host name in ASCII. Services and Anymail spell whatever is rarer in ways of
# their own, and a copy whose address changes on the way loses its headers.
PLAIN_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+@[A-Za-z0-9.-]+", re.ASCII)


def outside_transaction() -> None:
    """Stop a call within a transaction: its locks would wait for a network.

    Tests run in a transaction of their own, which Django marks.
    """
    for connection in connections.all(initialized_only=True):
        if not all(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
            reason = "A mail service is never called within a transaction."
            raise TransactionManagementError(reason)


def refusal(letter: Letter, recipients: Sequence[Recipient], problem: str = "") -> Receipt | None:
    """Say what in a call must not go out, without naming anybody; nothing where all is well.

    ``problem`` is what is known to be wrong with the letter.
    """
    if not _clean((letter.subject, letter.from_email or "")):
        problem = "The subject or the sender holds a line break or control character."
    if problem:
        # Wrong for everybody: to halve the call until each is refused alone would lose them all.
        return answers.not_accepted(Cause.ACCOUNT, problem)
    if problem := _among(letter, recipients):
        return answers.not_accepted(Cause.CONTENT, problem)
    return None


def _among(letter: Letter, recipients: Sequence[Recipient]) -> str:
    if len({recipient.address.casefold() for recipient in recipients}) < len(recipients):
        return "Two recipients of one call share an address."
    if len({recipient.key for recipient in recipients}) < len(recipients):
        return "Two recipients of one call share a delivery key."
    problems = (_problem(letter, recipient) for recipient in recipients)
    return next((each for each in problems if each), "")


def _problem(letter: Letter, recipient: Recipient) -> str:
    if not PLAIN_ADDRESS.fullmatch(recipient.address):
        return "A recipient is not one plain address."
    headers = recipient.headers
    if not _clean((recipient.key, *headers, *headers.values())):
        return "A header holds a line break or control character."
    if missing := [mark for mark in letter.marks if mark not in recipient.values]:
        return f"A copy has nothing to put in the place of {missing[0].strip('@')}."
    return ""


def _clean(values: Iterable[str]) -> bool:
    # Nearly every value is printable ASCII, and that is told far faster.
    return all(
        (value.isascii() and value.isprintable()) or not holds_control_character(value)
        for value in values
    )
