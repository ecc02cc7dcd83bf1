"""What search engines find: every public page, with its translations."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote
from uuid import UUID
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import Max

from wissensregion.api import lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from wagtail.models import Page

    Times = Sequence[datetime | None]

# So many addresses one file holds at most; with more there is a file that names the files.
LARGEST = 10_000
SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
# What Django lets stand in the path of an address.
SAFE = "!$&'()*+,;=/~:@"
# Which version is for readers of any other language.
ANY = "x-default"


class Row(NamedTuple):
    """What the table of pages says of one of them; a page itself costs thirty times as much."""

    family: UUID
    url_path: str
    language: str
    published: datetime | None
    alias: int | None


COLUMNS = (
    "translation_key", "url_path", "locale__language_code", "last_published_at", "alias_of_id"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Root:
    """A home page: where its pages hang, and which address that is."""

    url_path: str
    address: str


class Found(NamedTuple):
    """A file for search engines, and when something in it was last published."""

    text: str
    changed: datetime | None


def whole(address: Callable[[int], str]) -> Found:
    """All pages; on a large site all files of them, whose addresses the caller knows."""
    roots = lookup.home_pages()
    pages = lookup.public_pages(roots)
    latest = _latest(pages)
    size = _families()
    if len(latest) <= size:
        return _found(_pages(pages, roots.values()), latest)
    parts = [latest[start : start + size] for start in range(0, len(latest), size)]
    return _found(_files(parts, address), latest)


def part(number: int) -> Found | None:
    """One file of the pages of a large site, counted from 1."""
    roots = lookup.home_pages()
    pages = lookup.public_pages(roots)
    size = _families()
    chosen = slice((number - 1) * size, number * size)
    latest = _latest(pages)[chosen] if number else []
    if not latest:
        return None
    keys = pages.order_by("translation_key").values("translation_key").distinct()[chosen]
    inside = pages.filter(translation_key__in=keys)
    return _found(_pages(inside, roots.values()), latest)


def _families() -> int:
    """How many pages with all their translations fit into one file."""
    return LARGEST // len(settings.LANGUAGES)


def _latest(pages: QuerySet[Page]) -> Times:
    """When each page, or a translation of it, was last published."""
    families = pages.order_by("translation_key").values("translation_key")
    latest = families.annotate(latest=Max("last_published_at"))
    return list(latest.values_list("latest", flat=True))


def _pages(pages: QuerySet[Page], homes: Iterable[Page]) -> Iterator[str]:
    roots = [Root(home.url_path, home.full_url or "") for home in homes]
    yield f'<urlset xmlns="{SCHEMA}" xmlns:xhtml="{XHTML}">\n'
    rows = pages.order_by("translation_key", "locale").values_list(*COLUMNS)
    for _family, versions in groupby(map(Row._make, rows.iterator()), attrgetter("family")):
        yield from _entries(list(versions), roots)
    yield "</urlset>\n"


def _entries(versions: list[Row], roots: Sequence[Root]) -> Iterator[str]:
    """A page and its translations, each of which names all of them."""
    addresses = [_address(row, roots) for row in versions]
    # An alias shows another language's text until somebody translates it.
    translated = {
        row.language: address
        for row, address in zip(versions, addresses, strict=True)
        if row.alias is None
    }
    links = _links(translated) if len(translated) > 1 else ""
    for row, address in zip(versions, addresses, strict=True):
        own = links if row.alias is None else ""
        yield f"<url><loc>{address}</loc>{_lastmod(row.published)}{own}</url>\n"


def _links(translated: dict[str, str]) -> str:
    found = dict(sorted(translated.items()))
    if first := translated.get(settings.LANGUAGE_CODE):
        found[ANY] = first
    return "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{address}"/>'
        for language, address in found.items()
    )


def _address(row: Row, roots: Sequence[Root]) -> str:
    """A page's address, without asking each page for its site once more as Wagtail does."""
    root = next(root for root in roots if row.url_path.startswith(root.url_path))
    below = row.url_path.removeprefix(root.url_path)
    return root.address + escape(quote(below, safe=SAFE), {'"': "&quot;"})


def _files(parts: Iterable[Times], address: Callable[[int], str]) -> Iterator[str]:
    yield f'<sitemapindex xmlns="{SCHEMA}">\n'
    for number, times in enumerate(parts, start=1):
        yield f"<sitemap><loc>{address(number)}</loc>{_lastmod(_last(times))}</sitemap>\n"
    yield "</sitemapindex>\n"


def _lastmod(when: datetime | None) -> str:
    return f"<lastmod>{when.isoformat(timespec='seconds')}</lastmod>" if when else ""


def _last(times: Times) -> datetime | None:
    return max(filter(None, times), default=None)


def _found(lines: Iterable[str], times: Times) -> Found:
    return Found(f'<?xml version="1.0" encoding="UTF-8"?>\n{"".join(lines)}', _last(times))
