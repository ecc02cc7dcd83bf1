"""One variable of the environment, read strictly, and the sentence that refuses it."""

from __future__ import annotations

import os
import unicodedata
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


def wrong(name: str, problem: str, example: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} {problem}. Write for example: {name}={example}")


def text(name: str, default: str = "") -> str:
    value = os.environ.get(name, "").strip()
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise wrong(name, "holds a line break or control character", default or "one-line")
    return value or default


def inherited(**changes: str) -> dict[str, str]:
    """Return the environment for a process of our own, with some values of its own."""
    return {**os.environ, **changes}


def required(name: str, example: str) -> str:
    if value := text(name):
        return value
    raise wrong(name, "is missing", example)


def boolean(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in TRUE | FALSE:
        return value in TRUE
    raise wrong(name, f"is {value!r}, which is neither yes nor no", "true")


def number(name: str, *, default: int, least: int = 0, most: int | None = None) -> int:
    value = text(name, str(default))
    if most is not None and value.isascii() and value.isdigit() and int(value) > most:
        raise wrong(name, f"is {value}, and may be {most} at most", str(most))
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise wrong(name, f"is {value!r}, which is no whole number from {least} up", str(default))
    return int(value)


def split(name: str, value: str, example: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise wrong(name, "cannot be read as an address", example) from None
    return parts
