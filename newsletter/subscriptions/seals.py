"""What makes a chain of consents tell when it was changed. Values in, text out.

A step is hashed together with the hash of the step before it, so no step can be changed, taken
out or put in between without every later hash being wrong. The network a step came from is
forgotten after some days, and the chain must survive that: the step's hash covers not the
network but a seal of it, made with a salt that goes when the network goes. While both are there
the seal can be checked; afterwards it tells nothing, because the salt was 128 random bits.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

# What comes before the first step.
BEGINNING = "0" * 64


def step_hash(content: Mapping[str, Any]) -> str:
    """Return the hash over the one way a step can be written down."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def new_salt() -> str:
    return secrets.token_hex(16)


def network_seal(network: str, salt: str) -> str:
    """Return what stands for a network in the chain; nothing for none."""
    if not network:
        return ""
    return hashlib.sha256(f"{salt}:{network}".encode()).hexdigest()
