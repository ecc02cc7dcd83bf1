"""Which network a request comes from: enough to slow one down, too little to name a person."""

from __future__ import annotations

import hashlib
import hmac
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

# A household or an office: the first 24 bits of an IPv4 address, 56 of an IPv6 one.
PREFIX = {4: 24, 6: 56}


def network_of(meta: Mapping[str, str]) -> str | None:
    """Return the visitor's network, or None where it is unknown or this machine itself.

    Behind ``NEWSLETTER_PROXIES`` proxies each appends the address it was called from, so
    only that many entries from the end are to be believed; a visitor may write the others.
    """
    chain = [meta.get("REMOTE_ADDR", "")]
    if settings.NEWSLETTER_PROXIES:
        forwarded = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        chain = [*forwarded, *chain][-settings.NEWSLETTER_PROXIES - 1 :]
    try:
        address = ip_address(chain[0].partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    # A proxy nobody declared: better no limit than one that all visitors share.
    if address.is_loopback:
        return None
    return str(ip_network((address, PREFIX[address.version]), strict=False))


def network_key(network: str) -> str:
    """Return the keyed hash that stands for a network in the database."""
    pepper = settings.NEWSLETTER_PEPPERS[0][1].encode()
    return hmac.new(pepper, f"network:{network}".encode(), hashlib.sha256).hexdigest()
