"""A small sum for a visitor's machine, so that many sign-ups cost many seconds (ALTCHA 2).

Ours alone: the challenge is signed by this site, solved in the visitor's browser by our own
script, and no other server hears of it.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import altcha
from django.conf import settings
from django.utils import timezone

ALGORITHM = "PBKDF2/SHA-256"
# Some 256 tries of so many rounds: a second or so for a browser, one try for us to check.
ROUNDS = 10_000
PREFIX = "00"
# As long as a form may stay open on a slow machine.
SECONDS = 20 * 60
LONGEST = 4000


def challenge() -> dict[str, Any]:
    """Return a new sum, signed."""
    made = altcha.create_challenge(
        ALGORITHM,
        ROUNDS,
        key_prefix=PREFIX,
        expires_at=int(timezone.now().timestamp()) + SECONDS,
        hmac_secret=_secret(),
    )
    return dict(made.to_dict())


def checked(solution: str) -> str | None:
    """Return the name of the sum a solution solves, for using it once; None for no solution."""
    if not solution or len(solution) > LONGEST or not solution.isascii():
        return None
    try:
        payload = altcha.Payload.from_base64(solution)
        rounds = payload.challenge.parameters.cost
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return None
    # Nobody makes us do more rounds than we asked for; the signature is checked before any.
    if rounds != ROUNDS or payload.challenge.parameters.algorithm != ALGORITHM:
        return None
    if not altcha.verify_solution(solution, _secret()).verified:
        return None
    return str(payload.challenge.signature)


def _secret() -> str:
    """From the key that signs the links: nothing more to set, and it rotates with it."""
    secret = settings.NEWSLETTER_TOKEN_KEYS[0][1]
    return hmac.new(secret.encode(), b"wissensregion.newsletter:proof", hashlib.sha256).hexdigest()
