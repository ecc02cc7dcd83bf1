"""Rich text and templates as the plain text of a mail."""

from __future__ import annotations

import re
import textwrap
from html.parser import HTMLParser

WIDTH = 72
PARTS = {"p", "ul", "ol", "blockquote", "h2", "h3", "h4"}


class _Writer(HTMLParser):
    """Writes down what it reads: paragraphs, lists, and links with their address."""

    def __init__(self) -> None:
        super().__init__()
        self.out: list[str] = []
        self.links: list[tuple[str, int]] = []
        self.counters: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append((dict(attrs).get("href") or "", len(self.out)))
        elif tag in {"ul", "ol"}:
            self.out.append("\n\n" if not self.counters else "\n")
            self.counters.append(1 if tag == "ol" else None)
        elif tag == "li":
            self.out.append(f"\n{'  ' * (len(self.counters) - 1)}{self._bullet()} ")
        elif tag == "br":
            self.out.append("\n")
        elif tag in PARTS:
            self.out.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.links:
            href, start = self.links.pop()
            label = "".join(self.out[start:]).strip()
            if href and href != label:
                self.out.append(f" ({href})")
        elif tag in {"ul", "ol"} and self.counters:
            self.counters.pop()
            self.out.append("\n\n" if not self.counters else "")
        elif tag in PARTS:
            self.out.append("\n\n")

    def handle_data(self, data: str) -> None:
        self.out.append(re.sub(r"\s+", " ", data))

    def _bullet(self) -> str:
        number = self.counters[-1] if self.counters else None
        if number is None:
            return "-"
        self.counters[-1] = number + 1
        return f"{number}."


def from_html(html: str) -> str:
    """Write HTML as plain text, each link followed by its address."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    return tidy("".join(writer.out))


def underlined(title: str, line: str) -> str:
    """Set a heading off with a line below it."""
    rows = textwrap.wrap(" ".join(title.split()), WIDTH)
    return "\n".join([*rows, line * max(map(len, rows), default=0)])


def tidy(text: str) -> str:
    """Wrap long lines, but never within an address, and keep one empty line between parts."""
    lines = [row for line in text.splitlines() for row in _wrapped(line.rstrip())]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _wrapped(line: str) -> list[str]:
    if len(line) <= WIDTH:
        return [line]
    bullet = re.match(r"\s*(?:-|\d+\.) |\s*", line)
    return textwrap.wrap(
        line,
        WIDTH,
        subsequent_indent=" " * len(bullet.group() if bullet else ""),
        break_long_words=False,
        break_on_hyphens=False,
    )
