"""The number of what visitors see: it changes with every change of it, for every process.

Whoever keeps something made of the site's content in memory keeps ``current()`` beside it, and
makes it anew when the number is another.
"""

from __future__ import annotations

import os
import time
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, Error, connections, models, transaction

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

# Seconds: so often a process looks at most, and so old a number may get while another looks.
LOOK_EVERY, OLDEST = 0.4, 0.8
# So many changes are made one row.
MERGED = 200


class Change(models.Model):
    """One change of what visitors see, or many of them in one row.

    Rows are added and never altered, so that nobody who publishes waits for somebody else's
    transaction, and they come with the change they tell of: both are there, or neither.
    """

    weight = models.PositiveBigIntegerField(default=1)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}: {self.weight}"


def current() -> int:
    """The number of what this code would read from the database now.

    Inside a transaction that has changed something, a number nobody else ever has.
    """
    changes = _open_in(connections[DEFAULT_DB_ALIAS])
    return -changes.number if changes else committed()


def committed() -> int:
    """The number everybody else agrees upon, at most a second old."""
    return WATCH.number()


def changed() -> None:
    """Say that visitors are to see something else once this transaction ends.

    Writes of content say it by themselves; this is for what lies outside of the database.
    """
    if not _open_in(connections[DEFAULT_DB_ALIAS]):
        row = Change.objects.create()
        if row.pk % MERGED == 0:
            transaction.on_commit(merge)
    transaction.on_commit(Uncommitted())


def look_again() -> None:
    """Ask the database at the next question; whoever works on the site waits for nothing."""
    WATCH.look_again()


def merge() -> None:
    """Make one row of all changes, so that their sum stays quick to read, and the same."""
    with transaction.atomic():
        rows = dict(Change.objects.select_for_update().values_list("pk", "weight"))
        Change.objects.filter(pk__in=rows).delete()
        Change.objects.create(weight=sum(rows.values()))


class Uncommitted:
    """Stands among what follows a commit; a rollback, of a savepoint too, takes it away."""

    numbers = count(1)

    def __init__(self) -> None:
        self.number = next(self.numbers)

    def __call__(self) -> None:
        WATCH.look_again()


def _open_in(connection: BaseDatabaseWrapper) -> Uncommitted | None:
    """The last change this connection has made in a transaction that is still open."""
    waiting = (entry[1] for entry in reversed(connection.run_on_commit))
    return next((function for function in waiting if isinstance(function, Uncommitted)), None)


class Watch:
    """Knows the number for a whole process, and looks at it on a connection of its own.

    A request's connection may be in a transaction, where it would see what nobody else does.
    """

    def __init__(self) -> None:
        self.known = 0
        self.looked_at = float("-inf")
        self.commits = 0
        self.looking = Lock()
        self.connection: BaseDatabaseWrapper | None = None

    def number(self) -> int:
        age = time.monotonic() - self.looked_at
        # One looks, and the others go on with what they know, unless that has become too old.
        if age < LOOK_EVERY or not self.looking.acquire(blocking=age >= OLDEST):
            return self.known
        try:
            started, commits = time.monotonic(), self.commits
            if started - self.looked_at >= LOOK_EVERY:
                self.known = self._read()
                if commits == self.commits:
                    self.looked_at = started
            return self.known
        finally:
            self.looking.release()

    def look_again(self) -> None:
        """Do not believe what is known: there is something newer, or might be."""
        self.commits += 1
        self.looked_at = float("-inf")

    def close(self) -> None:
        if self.connection:
            self.connection.close()
            self.connection = None

    def _read(self) -> int:
        if _in_memory(connections[DEFAULT_DB_ALIAS]):
            # Nobody else can see it, and a second connection would wait for the first.
            return self.commits
        try:
            return self._sum()
        except Error:
            # The server may have closed a connection that was not used for long.
            self.close()
            return self._sum()

    def _sum(self) -> int:
        if self.connection is None:
            self.connection = connections[DEFAULT_DB_ALIAS].copy()
            # One thread at a time uses it, but not always the same one.
            self.connection.inc_thread_sharing()
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT SUM(weight) FROM {Change._meta.db_table}")  # noqa: S608
            return int(cursor.fetchone()[0] or 0)


WATCH = Watch()
if hasattr(os, "register_at_fork"):
    # A connection must not be used by two processes; the parent's is left alone.
    os.register_at_fork(after_in_child=WATCH.__init__)  # type: ignore[misc]


def _in_memory(connection: Any) -> bool:
    return connection.vendor == "sqlite" and bool(connection.is_in_memory_db())
