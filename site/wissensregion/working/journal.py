"""SQLite's journal, in which what was deleted stands until somebody writes over it."""

from __future__ import annotations

from django.db import connection

# Others must not wait for long: the next tick tries again.
PATIENCE_MS = 200


def empty() -> bool:
    """Cut the journal off where everything in it has reached the database; say whether it did.

    PostgreSQL sees to that by itself.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        (usual,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        try:
            cursor.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
            busy, _pages, _moved = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout={int(usual)}")
    return not busy
