"""Long lists of pages in parts, the last part as quickly as the first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
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
    part.object_list = Read(pages, list(part.object_list))
    return part


class Read(Sequence[Any]):
    """The pages of some numbers, read when the first is asked for; how many is known before."""

    def __init__(self, pages: PageQuerySet, numbers: Sequence[int]) -> None:
        self.pages = pages
        self.numbers = numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, place: Any) -> Any:
        return self.read[place]

    @cached_property
    def read(self) -> list[Any]:
        return list(self.pages.filter(pk__in=self.numbers)) if self.numbers else []
