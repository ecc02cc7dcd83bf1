"""Whom strangers reach who have found something that is wrong with the site's safety."""

from __future__ import annotations

from wissensregion.settings.variables import split, text, wrong

EXAMPLE = "mailto:security@example.org,https://www.example.org/security/"


def security(default: str = "") -> list[str]:
    """Mail addresses, telephone numbers and pages, the preferred first, as RFC 9116 writes them."""
    found = [each.strip() for each in text("SECURITY_CONTACT", default).split(",") if each.strip()]
    for contact in found:
        parts = split("SECURITY_CONTACT", contact, EXAMPLE)
        reachable = {
            "mailto": "@" in parts.path.strip("@"),
            "tel": bool(parts.path),
            "https": bool(parts.hostname),
        }
        if not reachable.get(parts.scheme) or " " in contact:
            problem = "holds what is no mailto:, tel: or https: address"
            raise wrong("SECURITY_CONTACT", problem, EXAMPLE)
    return found
