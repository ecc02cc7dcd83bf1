"""What a browser and we agree upon to send less."""

from __future__ import annotations

import gzip
import re
from functools import lru_cache

import brotli

# Best first: of what a reader takes equally gladly, the first is sent.
KNOWN = ("br", "gzip")
TEXT = re.compile(r"(?:text/|image/svg|application/(?:\w+\+|[\w.-]+\+)?(?:json|xml|javascript))")
# Shorter ones fit in the packet that is sent anyway.
SHORTEST = 400
# A tenth larger than the smallest possible, in a fiftieth of the time.
BROTLI, GZIP = 5, 6


def compressed(content_type: str, body: bytes) -> dict[str, bytes]:
    """The body in each encoding that makes it shorter."""
    if len(body) < SHORTEST or not TEXT.match(content_type):
        return {}
    made = {
        "br": brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI),
        "gzip": gzip.compress(body, GZIP, mtime=0),
    }
    return {name: content for name, content in made.items() if len(content) < len(body)}


@lru_cache(maxsize=256)
def wanted(accepted: str) -> tuple[str, ...]:
    """The encodings an Accept-Encoding header takes, in the order in which they are to be tried."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, parameters = part.partition(";")
        weights[name.strip()] = _weight(parameters)
    given = {name: weights.get(name, weights.get("*", 0.0)) for name in KNOWN}
    # Whoever says that they would rather have it plain, gets it so.
    least = weights.get("identity", 0.0)
    return tuple(
        sorted(
            (name for name in KNOWN if given[name] > 0 and given[name] >= least),
            key=lambda name: -given[name],
        )
    )


def _weight(parameters: str) -> float:
    name, _, value = parameters.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
