"""Writes down the days on which something ends, whenever a picture or a live page changes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.dateparse import parse_date
from wagtail import blocks
from wagtail.fields import StreamField

from wissensregion.blocks import KeyFigureBlock
from wissensregion.expiring.deadlines import Deadline, Kind
from wissensregion.people import consents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wagtail.models import Page

    from wissensregion.models import SiteImage

WRITTEN = ("kind", "day", "figure", "source", "as_of")


def of_image(image: SiteImage) -> None:
    """Keep the ends of a picture's licence and of the consents of those it shows."""
    ends = {(Kind.LICENCE, image.licence_until)} if image.licence_until else set()
    # From the day a consent ends nothing is shown; its last day is the one before.
    ends |= {(Kind.CONSENT, day - timedelta(days=1)) for day in consents(image.people)}
    _write({"image": image}, [Deadline(image=image, kind=kind, day=day) for kind, day in ends])


def of_page(page: Page) -> None:
    """Keep when the key figures of a published page have to be looked at again."""
    _write({"page": page.pk}, list(_reviews(page)) if page.live and not page.alias_of_id else [])


def _reviews(page: Page) -> Iterator[Deadline]:
    for figure in figures(page):
        if day := _day(figure.get("review_by")):
            yield Deadline(
                kind=Kind.FIGURE,
                day=day,
                page_id=page.pk,
                figure=_said(figure)[:200],
                source=(figure.get("source") or "")[:200],
                as_of=_day(figure.get("as_of")),
            )


def figures(page: Page) -> Iterator[dict[str, Any]]:
    """Every key figure on a page, in whatever block it stands, as it is stored."""
    for field in page._meta.concrete_fields:
        if isinstance(field, StreamField) and (stream := getattr(page, field.attname)):
            for block, value in parts(field.stream_block, list(stream.raw_data)):
                if isinstance(block, KeyFigureBlock):
                    yield value


def parts(block: blocks.Block, value: Any) -> Iterator[tuple[blocks.Block, Any]]:
    """A stored block and all blocks within it."""
    yield block, value
    for inner, each in _children(block, value):
        yield from parts(inner, each)


def _children(block: blocks.Block, value: Any) -> Iterable[tuple[blocks.Block, Any]]:
    if isinstance(block, blocks.StreamBlock):
        for item in value or ():
            if known := block.child_blocks.get(item["type"]):
                yield known, item["value"]
    elif isinstance(block, blocks.ListBlock):
        for item in value or ():
            # A list keeps its items wrapped; old ones are bare.
            wrapped = isinstance(item, dict) and item.get("type") == "item" and "value" in item
            yield block.child_block, item["value"] if wrapped else item
    elif isinstance(block, blocks.StructBlock) and isinstance(value, dict):
        for name, child in block.child_blocks.items():
            if name in value:
                yield child, value[name]


def _day(value: Any) -> date | None:
    # A text where it comes from the database, a day where it was just typed.
    return value if isinstance(value, date) else parse_date(value or "")


def _said(figure: dict[str, Any]) -> str:
    number = " ".join(str(figure.get(key) or "") for key in ("number", "unit")).strip()
    return f"{number} – {figure.get('label') or ''}"


def _write(of: dict[str, Any], wanted: list[Deadline]) -> None:
    """Exchange the rows of a picture or page, unless they are the same."""
    known = Deadline.objects.filter(**of)
    if _contents(known) == _contents(wanted):
        return
    with transaction.atomic():
        known.delete()
        Deadline.objects.bulk_create(wanted)


def _contents(rows: Iterable[Deadline]) -> list[tuple[str, ...]]:
    return sorted(tuple(str(getattr(row, name)) for name in WRITTEN) for row in rows)
