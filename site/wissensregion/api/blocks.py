"""StreamField blocks as shapes, written from the stored JSON.

Reading what is stored, not Wagtail's block values, costs no query: pictures and pages
become references, and the whole answer fetches them together.
"""

from __future__ import annotations

from datetime import date, datetime, time
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from django.utils.choices import flatten_choices
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock, ImageChooserBlock

from wissensregion.api import schemas, shapes
from wissensregion.api.references import DocumentRef, Html, ImageRef, PageRef
from wissensregion.api.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Iterable

# One schema for a block class, however many pages use it.
_declared: dict[type[blocks.Block], Shape] = {}


def block_shape(block: blocks.Block, name: str) -> Shape:
    """Return the shape of a block; ``name`` is its schema's, should its class have none."""
    if _speaks_for_itself(block):
        return _own_words(block)
    if not _is_declared(block):
        return _shape(block, name)
    kind = type(block)
    if kind not in _declared:
        _declared[kind] = _shape(block, kind.__name__)
    return _declared[kind]


def _speaks_for_itself(block: blocks.Block) -> bool:
    """Whether a plugin wrote its own ``get_api_representation``, Wagtail's way to say it."""
    owner = next(kind for kind in type(block).mro() if "get_api_representation" in vars(kind))
    return not owner.__module__.startswith("wagtail.")


def _is_declared(block: blocks.Block) -> bool:
    """Whether the children come from a class of ours and not from this one use."""
    children: dict[str, Any] = getattr(type(block), "base_blocks", {})
    return bool(children) and children.keys() == block.child_blocks.keys()


def _own_words(block: blocks.Block) -> Shape:
    return Shape(Any, lambda raw: block.get_api_representation(block.to_python(raw)))


@singledispatch
def _shape(block: blocks.Block, name: str) -> Shape:
    return _own_words(block)


@_shape.register
def _(block: blocks.StructBlock, name: str) -> Shape:
    children = {key: block_shape(sub, f"{name}_{key}") for key, sub in block.child_blocks.items()}

    def write(raw: dict[str, Any] | None) -> dict[str, Any]:
        kept = raw or {}
        return {
            # A child added to the block later is missing in what was stored before.
            key: child.write(kept[key] if key in kept else _default(block.child_blocks[key]))
            for key, child in children.items()
        }

    kinds = {key: child.type for key, child in children.items()}
    about = type(block).__doc__ if _is_declared(block) else None
    return Shape(shapes.model(name, kinds, about=about), write)


@_shape.register
def _(block: blocks.ListBlock, name: str) -> Shape:
    item = block_shape(block.child_block, f"{name}_item")

    def write(raw: Iterable[Any] | None) -> list[Any]:
        return [item.write(_unwrapped(value)) for value in raw or ()]

    return Shape(shapes.many(item.type), write)


@_shape.register
def _(block: blocks.StreamBlock, name: str) -> Shape:
    children = {
        key: block_shape(sub, f"{name}_{key}_value") for key, sub in block.child_blocks.items()
    }
    items = [
        shapes.tagged(f"{name}_{key}", key, id=str, value=child.type)
        for key, child in children.items()
    ]

    def write(raw: Iterable[dict[str, Any]] | None) -> list[dict[str, Any]]:
        return [
            {
                "type": item["type"],
                "id": shapes.text(item.get("id")),
                "value": children[item["type"]].write(item["value"]),
            }
            for item in raw or ()
            if item["type"] in children
        ]

    return Shape(shapes.many(shapes.one_of(items) if items else Any), write)


@_shape.register
def _(block: blocks.RichTextBlock, name: str) -> Shape:
    return Shape(schemas.Html, lambda raw: Html(shapes.text(raw)))


@_shape.register
def _(block: ImageBlock, name: str) -> Shape:
    def write(raw: Any) -> ImageRef | None:
        # An ImageChooserBlock that became an ImageBlock has left bare numbers behind.
        kept = raw if isinstance(raw, dict) else {"image": raw}
        if kept.get("decorative"):
            return ImageRef.to(kept.get("image"), alt="", decorative=True)
        return ImageRef.to(kept.get("image"), alt=shapes.text(kept.get("alt_text")))

    return Shape(schemas.Image | None, write)


@_shape.register
def _(block: ImageChooserBlock, name: str) -> Shape:
    return Shape(schemas.Image | None, ImageRef.to)


@_shape.register
def _(block: DocumentChooserBlock, name: str) -> Shape:
    return Shape(schemas.Document | None, DocumentRef.to)


@_shape.register
def _(block: blocks.PageChooserBlock, name: str) -> Shape:
    return Shape(schemas.PageLink | None, PageRef.to)


@_shape.register
def _(block: blocks.ChoiceBlock, name: str) -> Shape:
    return shapes.choice(dict(flatten_choices(block.field.choices)))


@_shape.register
def _(block: blocks.MultipleChoiceBlock, name: str) -> Shape:
    return shapes.choices(dict(flatten_choices(block.field.choices)))


PLAIN = {
    blocks.CharBlock: shapes.TEXT,
    blocks.TextBlock: shapes.TEXT,
    blocks.EmailBlock: shapes.TEXT,
    blocks.URLBlock: shapes.TEXT,
    blocks.RegexBlock: shapes.TEXT,
    blocks.RawHTMLBlock: shapes.TEXT,
    blocks.BooleanBlock: shapes.FLAG,
    blocks.DecimalBlock: shapes.DECIMAL,
    blocks.IntegerBlock: shapes.plain(int),
    blocks.FloatBlock: shapes.plain(float),
    blocks.DateBlock: shapes.plain(date),
    blocks.DateTimeBlock: shapes.plain(datetime),
    blocks.TimeBlock: shapes.plain(time),
}
for _kind, _plain in PLAIN.items():
    _shape.register(_kind, lambda block, name, plain=_plain: plain)


def _default(block: blocks.Block) -> Any:
    return block.get_prep_value(block.get_default())


def _unwrapped(value: Any) -> Any:
    """A list keeps its items wrapped, ``{"type": "item", "id", "value"}``; old ones are bare."""
    wrapped = isinstance(value, dict) and value.get("type") == "item" and "value" in value
    return value["value"] if wrapped else value
