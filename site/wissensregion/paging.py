"""Long lists of pages in parts, the last part as quickly as the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator

from wissensregion.keeping import kept

if TYPE_CHECKING:
    from collections.abc import Hashable

    from django.core.paginator import Page as Part
    from wagtail.query import PageQuerySet


def part_of(
    pages: PageQuerySet, key: tuple[Hashable, ...], number: str | None, size: int
) -> Part[Any]:
    """One part of a list that is in order, with its pages in that order.

    The order of the whole is kept as numbers alone, under a key that tells all such lists apart.
    So nothing is counted, and no part is reached by reading all that stand before it.
    """
    order = kept(("order", *key), lambda: tuple(pages.values_list("pk", flat=True)))
    part: Part[Any] = Paginator(order, size).get_page(number)
    part.object_list = list(pages.filter(pk__in=part.object_list)) if order else []
    return part
