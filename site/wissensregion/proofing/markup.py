"""What stands in running text as the database keeps it: links, headings, pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

LEVELS = {f"h{level}": level for level in range(1, 7)}


@dataclass(slots=True)
class Element:
    """A link, a heading or a picture with the words in it."""

    name: str
    attributes: dict[str, str]
    text: str = ""


@dataclass(slots=True)
class Markup:
    """The elements of one running text, in its order."""

    links: list[Element] = field(default_factory=list)
    headings: list[Element] = field(default_factory=list)
    pictures: list[Element] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Markup()
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        if tag == "a":
            self.found.links.append(element)
            self.open.append(element)
        elif tag in LEVELS:
            self.found.headings.append(element)
            self.open.append(element)
        elif tag == "embed" and element.attributes.get("embedtype") == "image":
            self.found.pictures.append(element)

    def handle_endtag(self, tag: str) -> None:
        self.open = [element for element in self.open if element.name != tag]

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


def read(source: str) -> Markup:
    """Find the elements of a running text."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.found
