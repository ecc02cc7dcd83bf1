"""Keeps a restored or copied database from sending again what was sent already.

Outside the database, in the server's own state folder, stands which server this is and which
calls it was permitted: a flight recorder without addresses. A database that does not know the
server is a copy; one that does not know the server's last permit is older than what was sent.
"""

from __future__ import annotations

import os
import socket
import uuid
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from newsletter.sending.models import Attempt, EngineHost

# How far back a restored database is compared: some ten thousand permits.
TAIL = 512 * 1024
WORDS = 3


class Standing(StrEnum):
    """How this server and this database stand to each other."""

    FINE = "fine"
    STRANGER = "stranger"  # The database does not know this server: a copy, or a new server.
    BEHIND = "behind"  # The server was permitted calls that the database does not know.


@dataclass(frozen=True, slots=True)
class Permitted:
    """One line of the recorder: the newest call permitted, and for which batch."""

    attempt: int
    batch: int


def standing() -> Standing:
    """Say whether this server may send from this database; the first server is taken in."""
    if _is_unused():
        _take_in_the_first()
    # The table is asked before the file: where the one knows a server, the other is complete.
    known = set(EngineHost.objects.values_list("instance", flat=True))
    if _instance() not in known:
        return Standing.STRANGER
    last = _last()
    if last and not Attempt.objects.filter(pk=last.attempt, batch=last.batch).exists():
        return Standing.BEHIND
    return Standing.FINE


def _is_unused() -> bool:
    # Also where a crash left the file of a server that was about to be taken in.
    return not EngineHost.objects.exists() and not Attempt.objects.exists()


def _take_in_the_first() -> None:
    """Let this server send, unless another process or server was first."""
    with transaction.atomic():
        _alone()
        if _is_unused():
            adopt()


def _alone() -> None:
    """Let nobody else be taken in until the transaction ends; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        table = connection.ops.quote_name(EngineHost._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def adopt() -> EngineHost:
    """Let this server send from this database from now on."""
    with transaction.atomic():
        _alone()
        host = EngineHost.objects.create(name=socket.gethostname()[:100])
        path = _path()
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        _write(fresh, f"instance {host.instance}\n", "w")
        fresh.replace(path)
    return host


def remember(attempt: int, batch: int) -> None:
    """Write down the newest permit of a batch, on the disk before its call is made."""
    _write(_path(), f"{attempt} {batch} {timezone.now().isoformat(timespec='seconds')}\n", "a")


def unknown_here() -> list[Permitted]:
    """The permits that this server had and the database does not know."""
    calls = _calls()
    known = set(
        Attempt.objects.filter(pk__in=[call.attempt for call in calls]).values_list("pk", "batch")
    )
    return [call for call in calls if (call.attempt, call.batch) not in known]


def _path() -> Path:
    return Path(settings.NEWSLETTER_STATE_DIR) / "flight-recorder"


def _instance() -> uuid.UUID | None:
    try:
        with _path().open() as lines:
            word, _, value = lines.readline().strip().partition(" ")
            return uuid.UUID(value) if word == "instance" else None
    except (FileNotFoundError, ValueError):
        return None


def _last() -> Permitted | None:
    calls = _calls(tail=4096)
    return calls[-1] if calls else None


def _calls(tail: int = TAIL) -> list[Permitted]:
    with _path().open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - tail))
        lines = file.read().decode(errors="replace").splitlines()
    # A line cut off by a crash, or by our reading from the middle, is no permit.
    words = (line.split() for line in lines)
    return [
        Permitted(int(each[0]), int(each[1]))
        for each in words
        if len(each) == WORDS and each[0].isdigit() and each[1].isdigit()
    ]


def _write(path: Path, text: str, mode: str) -> None:
    with path.open(mode) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
