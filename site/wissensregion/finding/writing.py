"""Writes what the search knows of a page, from the ``search_fields`` its type names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from wagtail.models import Page
from wagtail.search import index

from wissensregion.finding import tables, words
from wissensregion.finding.entries import SearchEntry, SearchWord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Shorter words are not guessed, and numbers are not misspelt.
SHORTEST_GUESSED = 4
TOGETHER = 500
WRITTEN = ["language", "title", "text", "words", "summary"]


def write(objects: Iterable[Any]) -> None:
    """Take in what of these are published pages, and forget the others."""
    if not tables.supports(connection):
        return
    pages = [each for each in objects if isinstance(each, Page)]
    known = SearchEntry.objects.in_bulk([page.pk for page in pages])
    live = [(page.title, _entry(page)) for page in pages if page.live]
    gone = [page.pk for page in pages if not page.live and page.pk in known]
    # A draft is saved every few seconds; what stays as it is is not written.
    new = [(title, entry) for title, entry in live if not _same(entry, known.get(entry.page_id))]
    with transaction.atomic():
        if gone:
            SearchEntry.objects.filter(page__in=gone).delete()
        SearchEntry.objects.bulk_create(
            [entry for _title, entry in new],
            update_conflicts=True,
            unique_fields=["page"],
            update_fields=WRITTEN,
        )
        SearchWord.objects.bulk_create(_vocabulary(new), ignore_conflicts=True, batch_size=TOGETHER)


def empty() -> None:
    """Forget everything, before all is written anew."""
    SearchEntry.objects.all().delete()
    SearchWord.objects.all().delete()


def _entry(page: Page) -> SearchEntry:
    language = page.locale.language_code
    fields = [
        field
        for field in page.get_search_fields()
        if not (isinstance(field, index.SearchField) and field.field_name == "title")
    ]
    text = "\n".join(text for field in fields for text in _texts(field, page) if text)
    own = (getattr(page, name, "") for name in ("search_description", "summary", "intro"))
    return SearchEntry(
        page_id=page.pk,
        language=tables.language_token(language),
        title=" ".join(words.stems(page.title, language)),
        text=" ".join(words.stems(text, language)),
        words=text,
        summary=next((each for each in own if isinstance(each, str) and each), ""),
    )


def _same(entry: SearchEntry, known: SearchEntry | None) -> bool:
    return known is not None and all(
        getattr(entry, name) == getattr(known, name) for name in WRITTEN
    )


def _texts(field: Any, owner: Any) -> Iterator[str]:
    """The texts of one field, or of what a related field leads to."""
    if isinstance(field, index.SearchField):
        yield from _plain(field.get_value(owner))
    elif isinstance(field, index.RelatedFields):
        found = field.get_value(owner)
        many = found.all() if hasattr(found, "all") else [found]
        for related in many:
            for inner in field.fields if related is not None else ():
                yield from _texts(inner, related)


def _plain(value: Any) -> Iterator[str]:
    """What a field may hold: a text, a list of texts, a table of texts."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from _plain(each)
    elif value is not None:
        yield str(value)


def _vocabulary(pages: Iterable[tuple[str, SearchEntry]]) -> Iterator[SearchWord]:
    """The words of pages, given by their titles and entries, that somebody may write wrongly."""
    seen = {
        (entry.language, word.lower())
        for title, entry in pages
        for word in words.split(f"{title} {entry.words}")
        if len(word) >= SHORTEST_GUESSED and word.isalpha()
    }
    # In one order for all, so that two who write at once do not wait for each other.
    for language, word in sorted(seen):
        yield SearchWord(
            language=language,
            word=word,
            initial=words.without_marks(word)[:1],
            length=len(word),
        )
