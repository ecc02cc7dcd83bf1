"""Taking a file of addresses in: looked through, imported and undone in slices, each exactly once.

Every slice is one transaction that moves the cursor from where this worker found it. A second
worker finds it moved and stops; a worker that dies leaves it where the last whole slice ended.
"""

from __future__ import annotations

import gc
import logging
import time
from collections import Counter
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.people.judging import Judge
from newsletter.people.models import (
    Import,
    ImportRow,
    ImportState,
    RowResult,
)
from newsletter.people.tables import Table, TableError, opened
from newsletter.people.taking_in import take_back, take_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

logger = logging.getLogger(__name__)

SLICE = 1000
# Requests for confirmation are written one by one.
SLICE_OF_REQUESTS = 100
# A worker does not keep others waiting in its queue for longer.
SECONDS = 20.0
ENDS = {
    ImportState.CHECKING: ImportState.CHECKED,
    ImportState.RUNNING: ImportState.DONE,
    ImportState.UNDOING: ImportState.UNDONE,
}


class TakenError(Exception):
    """Another worker has moved the cursor: this slice is not ours."""


@contextmanager
def table_of(run: Import) -> Iterator[Table]:
    """Open the file of an import. Raises ``TableError``, also when the file is gone."""
    name = run.file.name or ""
    if not name or not Path(run.file.path).is_file():
        raise TableError(_("The file is no longer there. Upload it again."))
    with Path(run.file.path).open("rb") as file, opened(file, Import.ending(name)) as table:
        yield table


def check(run: Import, *, address: str, locale: str = "", day: str = "") -> bool:
    """Look through the file with these columns: a dry run. False: it is past that."""
    found = Import.objects.filter(
        pk=run.pk, state__in=[ImportState.UPLOADED, ImportState.CHECKED, ImportState.REFUSED]
    ).filter(started_at=None)
    with transaction.atomic():
        ImportRow.objects.filter(run__in=found).delete()
        return bool(
            found.update(
                state=ImportState.CHECKING, cursor=0, total=None, touched_at=None, error="",
                address_column=address, locale_column=locale, date_column=day,
            )
        )  # fmt: skip


@transaction.atomic
def start(run: Import) -> bool:
    """Begin to import what was looked through. False: somebody has begun before."""
    mine = Import.objects.filter(pk=run.pk, state=ImportState.CHECKED)
    begun = mine.update(
        state=ImportState.RUNNING, cursor=0, touched_at=None, started_at=timezone.now()
    )
    if begun:
        ImportRow.objects.filter(run=run).delete()
    return bool(begun)


def discard(run: Import) -> bool:
    """Throw away a file of which nothing was imported. False: something was, or is being."""
    with transaction.atomic():
        mine = Import.objects.select_for_update().filter(pk=run.pk, started_at=None)
        kept = mine.exclude(state=ImportState.CHECKING).first()
        if kept is None:
            return False
        kept.delete()
    if run.file:
        run.file.delete(save=False)
    return True


def undo(run: Import) -> bool:
    """Begin to take back what this import made, and nothing else. False: there is nothing to."""
    if not run.can_be_undone:
        return False
    mine = Import.objects.filter(pk=run.pk, state=run.state)
    return bool(mine.update(state=ImportState.UNDOING, cursor=0, touched_at=None))


def go_on(run_id: int, *, seconds: float = SECONDS) -> bool:
    """Do slices until the end or until the time is up; say whether there is more to do."""
    run = Import.objects.filter(pk=run_id).select_related("newsletter").first()
    if run is None or not run.works:
        return False
    deadline = time.monotonic() + seconds
    try:
        slices = _undoing(run) if run.state == ImportState.UNDOING else _taking_in(run)
        with _old_objects_left_alone():
            for _slice in slices:
                if time.monotonic() > deadline:
                    return True
    except TakenError:
        return False
    except TableError as error:
        _refuse(run, str(error))
        return False
    _end(run)
    return False


@contextmanager
def _old_objects_left_alone() -> Iterator[None]:
    """Spare the collector what was there before: so many new rows make it look again and again."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def counts(run: Import) -> dict[str, int]:
    """Return how many rows had which result, counted from the rows."""
    found = Counter(run.rows.values_list("result", flat=True))
    return {result: found[result] for result in RowResult.values if found[result]}


def left_alone() -> list[int]:
    return list(Import.objects.left_alone().values_list("pk", flat=True))


def delete_files(runs: QuerySet[Import]) -> None:
    """Delete the files of imports nobody went on with. Safe to repeat."""
    for run in runs:
        _delete_file(run)
        Import.objects.filter(pk=run.pk, started_at=None).update(state=ImportState.REFUSED)


def _taking_in(run: Import) -> Iterator[None]:
    judge = Judge(run)
    dry = run.state == ImportState.CHECKING
    size = SLICE if dry or run.is_proved else SLICE_OF_REQUESTS
    with table_of(run) as table:
        rows = _behind_the_cursor(run, judge, table)
        while chunk := list(islice(rows, size)):
            with _moving(run, chunk[-1][0]):
                judged = judge.judge(chunk)
                made = judged if dry else take_in(run, judged)
                ImportRow.objects.bulk_create(row.as_row(run) for row in made)
            yield


def _behind_the_cursor(
    run: Import, judge: Judge, table: Table
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows still to do; what was done before is read again only to know the next as doubles."""
    for number, cells in table.rows:
        if number > run.cursor:
            yield number, cells
        else:
            judge.remember(cells)


def _undoing(run: Import) -> Iterator[None]:
    made = run.rows.filter(result__in=[RowResult.SUBSCRIBED, RowResult.ASKED]).order_by("number")
    while chunk := list(made.filter(number__gt=run.cursor)[:SLICE]):
        with _moving(run, chunk[-1].number):
            take_back(run, chunk)
        yield


@contextmanager
def _moving(run: Import, cursor: int) -> Iterator[None]:
    """Move the cursor and do a slice, both or neither, if nobody else has moved it."""
    with transaction.atomic():
        mine = Import.objects.filter(pk=run.pk, state=run.state, cursor=run.cursor)
        if not mine.update(cursor=cursor, touched_at=timezone.now()):
            raise TakenError
        yield
    run.cursor = cursor


def _end(run: Import) -> None:
    now = timezone.now()
    ended: dict[str, Any] = {"state": ENDS[ImportState(run.state)], "finished_at": now}
    if run.state == ImportState.CHECKING:
        ended["total"] = run.rows.count()
    mine = Import.objects.filter(pk=run.pk, state=run.state, cursor=run.cursor)
    if mine.update(**ended):
        if run.state == ImportState.RUNNING:
            # What it was for is done; the addresses are in their own rows.
            _delete_file(run)
        logger.info("Import went on", extra={"import": run.pk, "state": ended["state"].value})


def _refuse(run: Import, error: str) -> None:
    Import.objects.filter(pk=run.pk, state=run.state).update(
        state=ImportState.REFUSED, error=error[:300]
    )


def _delete_file(run: Import) -> None:
    run.file.delete(save=False)
    Import.objects.filter(pk=run.pk).update(file="")
