"""A file of many rows with proof: looked through, imported and undone, against bare inserts."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone

from newsletter.people import importing
from newsletter.people.models import Import, ProofKind
from newsletter.subscriptions import addresses
from newsletter.subscriptions.models import Newsletter, Subscription
from tests.bench.ratio import Ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROWS = 100_000
# Rows each address becomes: subscriber, subscription, chain, consent, and the row of the report.
INSERTS = 5


def measure() -> Iterator[Ratio]:
    newsletter = Newsletter.objects.create(name="Import", slug="import")
    bare = _seconds(_bare_inserts)
    run = _uploaded(newsletter)
    importing.check(run, address="address")
    check = _seconds(lambda: _to_the_end(run))
    importing.start(Import.objects.get(pk=run.pk))
    take_in = _seconds(lambda: _to_the_end(run))
    count = Subscription.objects.filter(newsletter=newsletter).count()
    assert count == ROWS, f"only {count} of {ROWS} were imported"
    importing.undo(Import.objects.get(pk=run.pk))
    undo = _seconds(lambda: _to_the_end(run))
    assert not Subscription.objects.filter(newsletter=newsletter).exists()
    limit = f"{INSERTS * ROWS} bare inserts"
    yield Ratio(f"look through {ROWS} rows", check, limit, bare, allowed=60)
    yield Ratio(f"import {ROWS} rows", take_in, limit, bare, allowed=150)
    yield Ratio(f"undo {ROWS} rows", undo, limit, bare, allowed=150)


def _uploaded(newsletter: Newsletter) -> Import:
    lines = "\n".join(f"imported{number}@example.org" for number in range(ROWS))
    run = Import(
        file_name="bench.csv",
        newsletter=newsletter,
        locale="de",
        source="bench",
        consented_on=timezone.localdate(),
        proof=ProofKind.WRITTEN,
    )
    run.file.save("bench.csv", ContentFile(f"address\n{lines}\n".encode()))
    return run


def _to_the_end(run: Import) -> None:
    while importing.go_on(run.pk):
        pass


@transaction.atomic
def _bare_inserts() -> None:
    """The same number of rows with nothing in them but a key, by the database's own call."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bare (address_key text)")
        key = addresses.address_key("bench@example.org")
        cursor.executemany(
            "INSERT INTO bare (address_key) VALUES (%s)", [(key,) for _row in range(INSERTS * ROWS)]
        )


def _seconds(work: Callable[[], None]) -> float:
    """Return the time of the processor: the database is a file, and others may be at work too."""
    start = process_time()
    work()
    return process_time() - start
