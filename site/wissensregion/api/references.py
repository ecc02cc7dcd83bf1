"""What stands in an answer for a picture, a page or a file until all are fetched at once.

Each reference says what it ``wants`` and is ``written`` from the shelf where everything
wanted lies. So a list of twenty pages costs as many queries as one page.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Model
from django.utils import translation
from django.utils.html import escape
from wagtail.models import Page
from wagtail.rich_text import expand_db_html, extract_references_from_rich_text
from wagtail.rich_text.rewriters import LinkRewriter

from wissensregion.api import lookup, renditions
from wissensregion.models import SiteDocument, SiteImage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Self
    from uuid import UUID

    Want = tuple[type[Model], lookup.Key]
    Shelf = dict[Want, Any]


class Ref:
    """Something to be written once everything wanted is at hand."""

    def wants(self) -> Iterable[Want]:
        return ()

    def written(self, shelf: Shelf) -> Any:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class PageRef(Ref):
    """A link to a page; null when it is not public."""

    key: lookup.Key

    @classmethod
    def to(cls, key: lookup.Key | None) -> Self | None:
        return cls(key) if key else None

    def wants(self) -> Iterable[Want]:
        return ((Page, self.key),)

    def written(self, shelf: Shelf) -> Any:
        return shelf.get((Page, self.key))


@dataclass(frozen=True, slots=True)
class TranslationsRef(Ref):
    """The ways to the same page in other locales."""

    key: UUID
    locale: str

    def wants(self) -> Iterable[Want]:
        return ((Page, self.key),)

    def written(self, shelf: Shelf) -> Any:
        return [
            {name: way[name] for name in ("locale", "id", "url", "path")}
            for way in shelf.get((Page, self.key), ())
            if way["locale"] != self.locale
        ]


@dataclass(frozen=True, slots=True)
class ImageRef(Ref):
    """A picture in one use, with the alt text written for it."""

    pk: int
    alt: str = ""
    decorative: bool = False

    @classmethod
    def to(cls, pk: int | None, *, alt: str = "", decorative: bool = False) -> Self | None:
        return cls(pk, alt, decorative) if pk else None

    def wants(self) -> Iterable[Want]:
        return ((SiteImage, self.pk),)

    def written(self, shelf: Shelf) -> Any:
        image = shelf.get((SiteImage, self.pk))
        if image is None:
            return None
        told = self.alt or image.description if image.may_be_shown else image.notice
        alt = "" if self.decorative else told
        return {**renditions.described(image), "alt": alt, "decorative": self.decorative}


@dataclass(frozen=True, slots=True)
class DocumentRef(Ref):
    """A file to download."""

    pk: int

    @classmethod
    def to(cls, pk: int | None) -> Self | None:
        return cls(pk) if pk else None

    def wants(self) -> Iterable[Want]:
        return ((SiteDocument, self.pk),)

    def written(self, shelf: Shelf) -> Any:
        if (document := shelf.get((SiteDocument, self.pk))) is None:
            return None
        url = settings.SITE_URL + document.url
        return {"id": self.pk, "title": document.title, "url": url, "size": document.file_size}


@dataclass(frozen=True, slots=True)
class Html(Ref):
    """Rich text, whose links are kept as numbers and written as addresses."""

    source: str

    def wants(self) -> Iterable[Want]:
        for kind, pk, *_paths in extract_references_from_rich_text(self.source):
            if kind in {Page, SiteDocument} and str(pk).isdecimal():
                yield kind, int(pk)

    def written(self, shelf: Shelf) -> Any:
        def opening(kind: type[Model], attrs: dict[str, str]) -> str:
            pk = attrs.get("id", "")
            found = shelf.get((kind, int(pk))) if pk.isdecimal() else None
            href = found["path"] if kind is Page and found else getattr(found, "url", "")
            return f'<a href="{escape(href)}">' if href else "<a>"

        # Not Wagtail's own rule for pages: it would lead to the page in the language of the
        # request, not to the one the author linked, and ask the database for each text.
        link = LinkRewriter(
            rules={
                "page": lambda attrs: opening(Page, attrs),
                "document": lambda attrs: opening(SiteDocument, attrs),
            }
        )
        return expand_db_html(link(self.source))


@dataclass(frozen=True, slots=True)
class InLocale(Ref):
    """Part of an answer whose words, such as the names of licences, have a language."""

    locale: str
    value: Any = field(hash=False)

    def wants(self) -> Iterable[Want]:
        return _wanted(self.value)

    def written(self, shelf: Shelf) -> Any:
        with translation.override(self.locale):
            return _written(self.value, shelf)


def resolved(answer: Any, public: lookup.Pages) -> Any:
    """Return the answer with everything it refers to, fetched with one query per kind."""
    fetch: dict[type[Model], Callable[[set[Any]], dict[Any, Any]]] = {
        Page: partial(lookup.links, public),
        SiteImage: renditions.images,
        SiteDocument: SiteDocument.objects.in_bulk,
    }
    wanted = defaultdict(set)
    for kind, key in _wanted(answer):
        wanted[kind].add(key)
    shelf = {
        (kind, key): found
        for kind, keys in wanted.items()
        for key, found in fetch[kind](keys).items()
    }
    return _written(answer, shelf)


def _wanted(value: Any) -> Iterator[Want]:
    if isinstance(value, Ref):
        yield from value.wants()
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _wanted(part)


def _written(value: Any, shelf: Shelf) -> Any:
    if isinstance(value, Ref):
        return value.written(shelf)
    if isinstance(value, dict):
        return {key: _written(part, shelf) for key, part in value.items()}
    if isinstance(value, list):
        return [_written(part, shelf) for part in value]
    return value
