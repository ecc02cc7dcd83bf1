"""Mail addresses: what one is, when two are the same, and the key that stands for one."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

import idna
from django.conf import settings

# RFC 5321, 4.5.3.1: a path is 256 with its brackets. A domain too long is none for IDNA.
LOCAL_LENGTH = 64
ADDRESS_LENGTH = 254
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LOCAL = re.compile(rf"{ATOM}(\.{ATOM})*\Z")
INVISIBLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


class Problem(StrEnum):
    """Why a text is no address we can write to."""

    MISSING = "missing"
    CONTROL = "control"
    SHAPE = "shape"
    LETTERS = "letters"
    LENGTH = "length"


class AddressError(ValueError):
    """A text that is no address we can write to, and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"not an address: {problem}")
        self.problem = problem


def mailable(address: str) -> str:
    """Return the address as it is written on the wire: its local part as typed, an ASCII domain.

    Where capitals before the @ matter to a mailbox, they are kept; the domain follows
    IDNA 2008 (UTS 46, non-transitional), because Python's own encoding would send
    ``straße.example`` to another domain.
    """
    local, domain = _parts(address)
    return f"{local}@{domain}"


def normal_form(address: str) -> str:
    """Return the spelling that all spellings of one mailbox share.

    Dots and plus signs stay: for many providers they make another mailbox.
    """
    return mailable(address).casefold()


def address_key(address: str) -> str:
    """Return the keyed hash that stands for an address where the address must not."""
    return _keyed(normal_form(address))


def address_keys(address: str) -> list[str]:
    """Return the keys an address has, or had under a pepper before; the present one first."""
    return keys_of_mailable(mailable(address))


def keys_of_mailable(wire: str) -> list[str]:
    """Return the same of an address that ``mailable`` has returned, without judging it again."""
    form = wire.casefold()
    return [_keyed(form, secret) for _pepper, secret in settings.NEWSLETTER_PEPPERS]


def pepper() -> str:
    """Return the name of the pepper keys are made with now."""
    return str(settings.NEWSLETTER_PEPPERS[0][0])


def mailbox_key(address: str) -> str:
    """Return what stands for a mailbox where only limits are counted.

    Many providers ignore dots and what follows a plus sign, so one mailbox has endless
    spellings; for mail and identity they stay different, because elsewhere they are.
    """
    local, domain = _parts(address)
    plain = local.partition("+")[0].replace(".", "") or local
    return _keyed(f"mailbox:{plain.casefold()}@{domain}")


def domain_key(address: str) -> str:
    """Return what stands for the domain of an address where only limits are counted."""
    return _keyed(f"domain:{_parts(address)[1]}")


def masked(address: str) -> str:
    """Return an address its owner recognises and nobody else can use: a•••@e•••.org."""
    local, _, domain = address.rpartition("@")
    name, _, ending = domain.rpartition(".")
    return f"{local[:1]}•••@{name[:1]}•••.{ending}"


def _keyed(text: str, secret: str = "") -> str:
    secret = secret or settings.NEWSLETTER_PEPPERS[0][1]
    return hmac.digest(secret.encode(), text.encode(), hashlib.sha256).hex()


def _parts(address: str) -> tuple[str, str]:
    text = address if address.isascii() else unicodedata.normalize("NFC", address)
    text = text.strip(" \t\u00a0")
    if not text:
        raise AddressError(Problem.MISSING)
    if len(text) > 2 * ADDRESS_LENGTH:
        raise AddressError(Problem.LENGTH)
    if _holds_invisible(text):
        raise AddressError(Problem.CONTROL)
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain:
        raise AddressError(Problem.SHAPE)
    if not local.isascii():
        raise AddressError(Problem.LETTERS)
    if not LOCAL.match(local):
        raise AddressError(Problem.SHAPE)
    domain = _wire_domain(domain)
    if len(local) > LOCAL_LENGTH or len(f"{local}@{domain}") > ADDRESS_LENGTH:
        raise AddressError(Problem.LENGTH)
    return local, domain


def _holds_invisible(text: str) -> bool:
    # Nearly every address is ASCII, and lists are long.
    if text.isascii():
        return not text.isprintable()
    return any(unicodedata.category(character) in INVISIBLE for character in text)


# A list of many addresses has few domains, and IDNA's rules are long.
@lru_cache(maxsize=4096)
def _wire_domain(domain: str) -> str:
    """Return a domain name in A-labels; a mere host name or number is none we can reach."""
    try:
        wire = idna.encode(domain, uts46=True, std3_rules=True, transitional=False).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise AddressError(Problem.SHAPE) from error
    wire = wire.lower().removesuffix(".")
    ending = wire.rpartition(".")[2]
    if "." not in wire or not re.search("[a-z]", ending):
        raise AddressError(Problem.SHAPE)
    return wire
