"""Turns what a content file says into what a model's field takes."""

from __future__ import annotations

import re
import uuid
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from django.db import models
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.models import Page

from wissensregion.models import SiteImage
from wissensregion.seeding.items import NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterator

BLANK_LINE = re.compile(r"\n\s*\n")


class Gone(Exception):  # noqa: N818 - an answer, not a failure
    """What is referred to is not there: its plugin is off, or someone has deleted it."""


class References(Protocol):
    """Finds what a content file refers to."""

    def page(self, key: str) -> Any: ...
    def picture(self, key: str) -> SiteImage: ...
    def record(self, key: str) -> Any: ...


class Values:
    """The fields of one item in one language."""

    def __init__(self, references: References, key: str) -> None:
        self.references = references
        self.key = key

    def of(self, model: type[models.Model], fields: dict[str, Any]) -> dict[str, Any]:
        return {
            name: self.field(model._meta.get_field(name), value) for name, value in fields.items()
        }

    def field(self, field: Any, value: Any) -> Any:
        if isinstance(field, StreamField):
            return field.to_python(list(self.stream(field.stream_block, value, field.name)))
        if isinstance(field, models.ForeignKey):
            try:
                return self.related(field.related_model, value)
            except Gone:
                return None
        return value

    def related(self, model: Any, key: str) -> Any:
        if issubclass(model, Page):
            return self.references.page(key)
        if issubclass(model, SiteImage):
            return self.references.picture(key)
        return self.references.record(key)

    def stream(self, block: Any, values: Any, place: str) -> Iterator[dict[str, Any]]:
        """The blocks of a stream. Each keeps its identifier in both languages."""
        for number, value in enumerate(values):
            here = f"{place}.{number}"
            kind, content = value["type"], value.get("value", {})
            try:
                raw = self.raw(block.child_blocks[kind], content, here)
            except Gone:
                continue
            yield {"type": kind, "value": raw, "id": self.identifier(here)}

    def raw(self, block: Any, value: Any, place: str) -> Any:  # noqa: PLR0911 - one line a kind
        """What the block stores for a value."""
        if isinstance(block, ImageBlock):
            picture = self.references.picture(value["image"])
            return {"image": picture.pk, "alt_text": value["alt_text"], "decorative": False}
        if isinstance(block, blocks.ListBlock):
            return [self.entry(block, part, f"{place}.{n}") for n, part in enumerate(value)]
        if isinstance(block, blocks.StreamBlock):
            return list(self.stream(block, value, place))
        if isinstance(block, blocks.StructBlock):
            return {
                name: self.raw(child, value[name], f"{place}.{name}")
                if name in value
                else empty(child)
                for name, child in block.child_blocks.items()
            }
        if isinstance(block, ImageChooserBlock):
            return self.references.picture(value).pk
        if isinstance(block, blocks.PageChooserBlock):
            return self.references.page(value).pk
        if isinstance(block, blocks.RichTextBlock):
            return paragraphs(value)
        if isinstance(value, date):
            return value.isoformat()
        return str(Decimal(str(value))) if isinstance(block, blocks.DecimalBlock) else value

    def entry(self, block: Any, value: Any, place: str) -> dict[str, Any]:
        raw = self.raw(block.child_block, value, place)
        return {"type": "item", "value": raw, "id": self.identifier(place)}

    def identifier(self, place: str) -> str:
        return str(uuid.uuid5(NAMESPACE, f"{self.key}/{place}"))


def empty(block: Any) -> Any:
    """What a form stores for a field left empty; translation cannot read a text that is null."""
    if isinstance(block, blocks.ListBlock | blocks.StreamBlock):
        return []
    return "" if isinstance(block, blocks.FieldBlock) and _is_text(block) else None


def _is_text(block: blocks.FieldBlock) -> bool:
    texts = (blocks.CharBlock, blocks.TextBlock, blocks.URLBlock, blocks.EmailBlock)
    return isinstance(block, (*texts, blocks.ChoiceBlock))


def paragraphs(text: str) -> str:
    """Running text as HTML: a blank line ends a paragraph, markup of its own stays as it is."""
    parts = (part.strip() for part in BLANK_LINE.split(text.strip()))
    return "".join(part if part.startswith("<") else f"<p>{_one_line(part)}</p>" for part in parts)


def _one_line(text: str) -> str:
    return " ".join(text.split())
