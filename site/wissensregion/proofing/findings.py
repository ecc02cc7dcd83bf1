"""What a check says: how bad it is, in words that help, and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.utils.html import format_html


class Level(Enum):
    """Whether a finding keeps a page from being published."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Step:
    """One step down into a field: a block of a stream, an item of a list, a part of a block."""

    key: int | str
    label: str
    # How the CMS finds the block: the identity of a stream's block or a list's item.
    id: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A field of a page, or a place within it; without a field, the page as a whole."""

    field: str = ""
    label: str = ""
    steps: tuple[Step, ...] = ()

    def down(self, step: Step) -> Place:
        return Place(self.field, self.label, (*self.steps, step))

    def beside(self, step: Step) -> Place:
        """The place of another part of the same block."""
        return Place(self.field, self.label, (*self.steps[:-1], step))

    @property
    def content_path(self) -> str:
        """The place as the CMS writes it behind ``#:w:contentpath=``."""
        parts = [self.field]
        for step in self.steps:
            part = step.key if isinstance(step.key, str) else step.id
            if not part:
                break
            parts.append(part)
        return ".".join(parts)

    @property
    def position(self) -> int:
        """Which block of its field it is in; before them all where it is in none."""
        first = self.steps[0].key if self.steps else -1
        return first if isinstance(first, int) else -1

    def __str__(self) -> str:
        """The way there, for people: “Text → 3. Picture → Alt text”."""
        numbered = (
            step.label if isinstance(step.key, str) else f"{step.key + 1}. {step.label}"
            for step in self.steps
        )
        return " → ".join([self.label, *numbered])


@dataclass(frozen=True, slots=True)
class Way:
    """A link to where something is mended, when that is not the page's own form."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at."""

    level: Level
    message: str
    where: Place = Place()
    way: Way | None = None

    @property
    def linked(self) -> str:
        """The message with its way, as HTML."""
        if self.way is None:
            return self.message
        link = '{} <a href="{}" target="_blank">{}</a>'
        return str(format_html(link, self.message, self.way.url, self.way.label))

    @property
    def blocks(self) -> bool:
        """Whether the page cannot be published with it."""
        return self.level is Level.ERROR


def error(message: str, where: Place, way: Way | None = None) -> Finding:
    """Report what keeps the page from being published."""
    return Finding(Level.ERROR, message, where, way)


def warning(message: str, where: Place, way: Way | None = None) -> Finding:
    """Report what somebody had better look at."""
    return Finding(Level.WARNING, message, where, way)
