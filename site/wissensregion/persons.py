"""One person across the whole site: asks every plugin, and the site, for its part."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from wissensregion.plugin import module, plugins

SITE = "wissensregion"


def export(address: str) -> dict[str, Any]:
    """Return what each app knows about the owner of an address."""
    return {label: part for label, part in _asked("export", address).items() if _holds(part)}


def erase(address: str) -> dict[str, dict[str, int]]:
    """Erase the owner of an address everywhere or nowhere; return the counts. Repeatable."""
    with transaction.atomic():
        parts = _asked("erase", address)
    return {
        label: part if isinstance(part, dict) else {"rows": part} for label, part in parts.items()
    }


def checked(address: str) -> str:
    """Return the address, or refuse what nobody can have."""
    stripped = address.strip()
    local, _, domain = stripped.rpartition("@")
    try:
        # Before the domain is judged, it is written as mail servers write it.
        validate_email(f"{local}@{domain.encode('idna').decode()}")
    except (UnicodeError, ValidationError) as error:
        message = "This is no mail address. Write it as name@example.org."
        raise ValueError(message) from error
    return stripped


def _asked(verb: str, address: str) -> dict[str, Any]:
    """Ask everybody who holds personal data; who holds none has no answer to give."""
    answers = {}
    for config in [*plugins(), apps.get_app_config(SITE)]:
        ask = getattr(module(config, "personal_data"), verb, None)
        if ask:
            answers[config.label] = ask(address)
    return answers


def _holds(part: Any) -> bool:
    return any(part.values()) if isinstance(part, dict) else bool(part)
