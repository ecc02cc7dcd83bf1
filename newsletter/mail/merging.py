"""A letter in a service's own merge language: once for all copies, values for each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from newsletter.mail.terms import Letter, Recipient


@dataclass(frozen=True, slots=True)
class Language:
    """How a service writes a variable, and which text it would take for its own words."""

    # With {} for the name. ``html`` is for values that are escaped already.
    plain: str
    html: str
    # The character that opens its words, wherever it would be read so: it becomes a value.
    opening: re.Pattern[str]
    # What the service replaces with no way around it.
    reserved: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """One letter in the language of one service."""

    letter: Letter
    subject: str
    text: str
    html: str
    names: Mapping[str, str] = field(default_factory=dict)  # mark -> variable
    constants: Mapping[str, str] = field(default_factory=dict)  # variable -> value for all
    problem: str = ""

    def values(self, recipient: Recipient) -> dict[str, str]:
        """What differs in this copy, escaped for HTML as everywhere else."""
        values = {name: escape(recipient.values[mark]) for mark, name in self.names.items()}
        return {**self.constants, **values}


def translate(letter: Letter, language: Language) -> Template:
    """Write a letter so that the service's language gives back what stands in it."""
    parts = (letter.subject, letter.text, letter.html)
    if language.reserved and (found := language.reserved.search("\n".join(parts))):
        problem = f"The mail service would put words of its own in the place of “{found[0]}”."
        return Template(letter, *parts, problem=problem)
    prefix = _unused("copy", parts)
    names = {mark: f"{prefix}{number}" for number, mark in enumerate(letter.marks)}
    opener = language.plain.format(f"{prefix}_open")
    subject = language.opening.sub(lambda _match: opener, letter.subject)
    text, html = ("".join(_spoken(part, names, language, opener)) for part in parts[1:])
    used = any(opener in part for part in (subject, text, html))
    constants = {f"{prefix}_open": language.plain[0]} if used else {}
    return Template(letter, subject, text, html, names, constants)


def split(text: str, marks: Sequence[str]) -> list[str]:
    """Split at the marks: text, mark, text, …"""
    if not marks:
        return [text]
    longest_first = sorted(marks, key=len, reverse=True)
    return re.split(f"({'|'.join(map(re.escape, longest_first))})", text)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put one person's values where the marks are, escaped for HTML as everywhere else."""
    own = {mark: escape(value) for mark, value in values.items()}
    return "".join(own.get(piece, piece) for piece in split(text, list(own)))


def _spoken(text: str, names: Mapping[str, str], language: Language, opener: str) -> Iterator[str]:
    pieces = split(text, list(names))
    for number, piece in enumerate(pieces):
        if number % 2:
            yield language.html.format(names[piece])
            continue
        # The last character of a piece may open a word once a variable follows it.
        following = language.plain[0] if number < len(pieces) - 1 else ""
        yield language.opening.sub(lambda _match: opener, piece + following).removesuffix(following)


def _unused(prefix: str, parts: tuple[str, str, str]) -> str:
    """Find a name no literal text pretends to be."""
    while any(f".{prefix}" in part for part in parts):
        prefix += "x"
    return prefix
