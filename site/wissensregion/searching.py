"""Wagtail's search in the site's own database, written by several processes at once."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.db.models import Case, When
from modelsearch.backends import database
from modelsearch.query import MatchAll, Not
from modelsearch.utils import get_descendants_content_types_pks
from wagtail.models import Page

from wissensregion.finding import tables, writing

# Of so many hits in the CMS the best are shown.
BEST = 1000


class OneWriter:
    """Looks what is there and adds what is missing as one act.

    Wagtail indexes a picture in the request that uploads it and in the worker as well. Between the
    look and the adding of one, the other may add the same entry, and the upload would fail. On
    SQLite a transaction of this site begins with the lock for writing, so one waits.

    What is written here of a page is written into the index of the readers' search as well.
    """

    def add_items(self, model: Any, objs: Any) -> None:
        with transaction.atomic():
            super().add_items(model, objs)  # type: ignore[misc]
            if issubclass(model, Page):
                writing.write(objs)

    def reset(self) -> None:
        super().reset()  # type: ignore[misc]
        writing.empty()


class Weighed:
    """Weighs what was found once, and not once more for each hit.

    Wagtail's own on SQLite asks the index again for the score of each hit: 5,000 pages with a
    word cost 20 seconds. Here the best are read from the index in their order.
    """

    def search(self, config: Any, start: Any, stop: Any, score_field: str | None = None) -> Any:
        from modelsearch.backends.database.sqlite import query  # noqa: PLC0415 - only on SQLite

        compiler: Any = self
        found = query.normalize(compiler.query)
        if score_field or not compiler.order_by_relevance or isinstance(found, MatchAll | Not):
            return super().search(config, start, stop, score_field)  # type: ignore[misc]
        words = compiler.build_search_query(found, config=config)
        columns = compiler.fields or compiler.FTS_TABLE_FIELDS
        types = get_descendants_content_types_pks(compiler.queryset.model)
        entries = query.SQLiteFTSIndexEntry.objects.filter(
            query.MatchExpression(columns, words), index_entry__content_type__in=types
        )
        best = entries.annotate(score=query.BM25()).order_by("score", "-index_entry")
        keys = [int(key) for key in best.values_list("index_entry__object_id", flat=True)[:BEST]]
        order = Case(*(When(pk=key, then=place) for place, key in enumerate(keys)), default=BEST)
        return compiler.queryset.filter(pk__in=keys).order_by(order)[start:stop]


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 - the name Wagtail looks for
    """Return Wagtail's backend for the database in use, with such an index."""
    found = database.SearchBackend(params)
    found.index_class = type("OneWriterIndex", (OneWriter, found.index_class), {})
    if connection.vendor == "sqlite":
        for name in ("query_compiler_class", "autocomplete_query_compiler_class"):
            own = getattr(found, name)
            setattr(found, name, type(f"Weighed{own.__name__}", (Weighed, own), {}))
    # Whether readers' searches may ask the site's own index.
    found.finds_pages = tables.supports(connection)
    return found
