"""Wagtail's search in the site's own database, written by several processes at once."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from modelsearch.backends import database


class OneWriter:
    """Looks what is there and adds what is missing as one act.

    Wagtail indexes a picture in the request that uploads it and in the worker as well. Between the
    look and the adding of one, the other may add the same entry, and the upload would fail. On
    SQLite a transaction of this site begins with the lock for writing, so one waits.
    """

    def add_items(self, model: Any, objs: Any) -> None:
        with transaction.atomic():
            super().add_items(model, objs)  # type: ignore[misc]


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 - the name Wagtail looks for
    """Return Wagtail's backend for the database in use, with such an index."""
    found = database.SearchBackend(params)
    found.index_class = type("OneWriterIndex", (OneWriter, found.index_class), {})
    return found
