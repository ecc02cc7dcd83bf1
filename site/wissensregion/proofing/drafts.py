"""A page as it would be published, taken apart into the pieces checks look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from django.db.models import ForeignKey
from django.utils.text import capfirst
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from wissensregion.proofing.findings import Place, Step
from wissensregion.proofing.markup import LEVELS, Markup, read

if TYPE_CHECKING:
    from collections.abc import Iterator

# What blocks with a link call the words readers click on.
LABELS = ("label", "link_text")


@runtime_checkable
class Outlined(Protocol):
    """A block that shows a heading."""

    def outline(self, value: Any) -> tuple[int, str] | None:
        """Return the heading's level and words, or None where it shows none."""
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of a page with its value, whether it holds others or not."""

    block: Any
    value: Any
    place: Place
    # The value of the block it is a part of.
    within: Any = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in the order in which readers meet it."""

    level: int
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Link:
    """A way out of the page: to a page, a document or an address."""

    place: Place
    # The words readers click on, where it has words of its own, and where those are written.
    text: str | None = None
    text_place: Place | None = None
    page: int | None = None
    document: int | None = None
    url: str = ""


class Draft:
    """A page and everything that stands on it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @cached_property
    def pieces(self) -> list[Piece]:
        """Every block of every stream of the page, from top to bottom, the outer ones first."""
        return [
            piece
            for field in self._fields(StreamField)
            for piece in walk(field.stream_block, getattr(self.page, field.name), self.at(field))
        ]

    @cached_property
    def pictures(self) -> list[tuple[Place, Any]]:
        """Every picture, in fields and in blocks, with the place it is chosen in."""
        chosen = [
            (self.at(field), picture)
            for field in self.picture_fields
            if (picture := getattr(self.page, field.name))
        ]
        return chosen + [
            (piece.place, piece.value)
            for piece in self.pieces
            if isinstance(piece.block, ImageBlock | ImageChooserBlock) and piece.value
        ]

    @property
    def picture_fields(self) -> list[Any]:
        links = self._fields(ForeignKey)
        return [field for field in links if issubclass(field.related_model, AbstractImage)]

    @cached_property
    def texts(self) -> list[tuple[Place, Markup]]:
        """Every running text."""
        fields = [
            (self.at(field), read(getattr(self.page, field.name)))
            for field in self._fields(RichTextField)
        ]
        return fields + [
            (piece.place, read(piece.value.source))
            for piece in self.pieces
            if isinstance(piece.block, blocks.RichTextBlock) and piece.value
        ]

    @cached_property
    def outlines(self) -> list[list[Heading]]:
        """The headings of each stream; each stream begins below the page's title."""
        texts = dict(self.texts)
        found: dict[str, list[Heading]] = {}
        for piece in self.pieces:
            headings = found.setdefault(piece.place.field, [])
            if isinstance(piece.block, Outlined) and (shown := piece.block.outline(piece.value)):
                headings.append(Heading(*shown, piece.place))
            elif piece.place in texts:
                headings += [
                    Heading(LEVELS[element.name], element.text, piece.place)
                    for element in texts[piece.place].headings
                ]
        return list(found.values())

    @cached_property
    def links(self) -> list[Link]:
        """Every link an editor has set: in texts, in blocks, in fields."""
        chosen = [
            Link(self.at(field), page=number)
            for field in self._fields(ForeignKey)
            if issubclass(field.related_model, Page) and not field.remote_field.parent_link
            if (number := getattr(self.page, field.attname))
        ]
        written = [
            _written(place, element.attributes, element.text)
            for place, markup in self.texts
            for element in markup.links
        ]
        return [*chosen, *written, *(link for piece in self.pieces for link in _of_block(piece))]

    def at(self, field: Any) -> Place:
        return Place(field.name, capfirst(str(field.verbose_name)))

    def field(self, name: str) -> Place:
        """Return the place of one of the page's fields."""
        return self.at(self.page._meta.get_field(name))

    def _fields(self, kind: type[Any]) -> Iterator[Any]:
        """The fields of this page type; what every page has is not written by hand."""
        for field in self.page._meta.concrete_fields:
            if isinstance(field, kind) and field.model is not Page:
                yield field


def walk(block: Any, value: Any, place: Place, within: Any = None) -> Iterator[Piece]:
    """Yield a block and everything in it."""
    yield Piece(block, value, place, within)
    # A picture with its description is a block of parts whose value is the picture.
    if value is None or isinstance(block, ImageBlock):
        return
    if isinstance(block, blocks.StreamBlock):
        for number, child in enumerate(value):
            step = Step(number, _label(child.block), child.id or "")
            yield from walk(child.block, child.value, place.down(step))
    elif isinstance(block, blocks.ListBlock):
        for number, child in enumerate(value.bound_blocks):
            step = Step(number, _label(block.child_block), child.id or "")
            yield from walk(block.child_block, child.value, place.down(step))
    elif isinstance(block, blocks.StructBlock):
        for name, part in block.child_blocks.items():
            yield from walk(part, value.get(name), place.down(Step(name, _label(part))), value)


def _label(block: Any) -> str:
    return capfirst(str(block.label))


def _written(place: Place, attributes: dict[str, str], text: str) -> Link:
    kind, number = attributes.get("linktype"), attributes.get("id", "")
    # Zero is the number of no page: a link that lost its own.
    target = int(number) if number.isdecimal() else 0
    return Link(
        place,
        text=text,
        text_place=place,
        page=target if kind == "page" else None,
        document=target if kind == "document" else None,
        url=attributes.get("href", ""),
    )


def _of_block(piece: Piece) -> Iterator[Link]:
    if not piece.value:
        return
    link = partial(Link, piece.place, **_words(piece))
    if isinstance(piece.block, blocks.PageChooserBlock):
        yield link(page=piece.value.pk)
    elif isinstance(piece.block, DocumentChooserBlock):
        yield link(document=piece.value.pk)
    elif isinstance(piece.block, blocks.URLBlock):
        yield link(url=piece.value)


def _words(piece: Piece) -> dict[str, Any]:
    """The words of a link that is a block: what stands beside it as its label."""
    for name in LABELS:
        if piece.within is not None and name in piece.within:
            label = _label(piece.within.block.child_blocks[name])
            return {"text": piece.within[name], "text_place": piece.place.beside(Step(name, label))}
    return {}
