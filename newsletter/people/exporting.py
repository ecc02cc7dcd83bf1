"""Everything there is about people, as CSV and JSON Lines in one archive, written while it is read.

Nothing is kept in memory but one row and what the archive has not handed on yet.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from newsletter.subscriptions.models import (
    Consent,
    ConsentWording,
    Newsletter,
    SignupRequest,
    Subscriber,
    Subscription,
    Suppression,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

# Spreadsheets run what begins like this; see OWASP, "CSV injection".
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
# Rows read at once, and bytes handed on at once.
ROWS = 2000
BYTES = 64 * 1024
READ_ME = """\
Everything the newsletter keeps about people, as of {now}.

Each kind is there twice: as CSV for spreadsheets, and as JSON Lines (one JSON object a line).
Both are UTF-8; times are UTC. In the CSV a cell that a spreadsheet would run as a formula
begins with an apostrophe; JSON Lines has it as it is.

subscribers     one address each, with its language
subscriptions   what each of them reads or has read: the preferences
requests        who has asked and not confirmed yet
consents        the log of consents; hashes chain the steps of one person
wordings        what people agreed to, by language and version
suppressions    addresses that must not be written to, as keyed hashes only
newsletters     what one can subscribe to
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """One pair of files: a query and the columns of it, each under its own name."""

    name: str
    rows: QuerySet[Any]
    columns: dict[str, str]


def kinds() -> Iterator[Kind]:
    yield Kind("subscribers", Subscriber.objects.all(), _same(
        "public_id", "address", "address_key", "locale", "created_at"
    ))  # fmt: skip
    yield Kind("subscriptions", Subscription.objects.all(), {
        "public_id": "public_id", "subscriber": "subscriber__public_id",
        "newsletter": "newsletter__slug", "confirmed_at": "confirmed_at",
        "ended_at": "ended_at", "end_reason": "end_reason",
    })  # fmt: skip
    yield Kind("requests", SignupRequest.objects.open(), {
        **_same("address", "address_key", "locale", "source", "created_at", "expires_at"),
        "newsletter": "newsletters__slug",
    })  # fmt: skip
    yield Kind("consents", Consent.objects.in_order(), {
        "chain": "chain__public_id", "address_key": "chain__address_key", "seq": "seq",
        "kind": "kind", "newsletter": "newsletter__slug", "at": "at", "locale": "locale",
        "wording": "wording__version", "wording_sha256": "wording__sha256",
        **_same("source", "note", "network", "prev_hash", "hash"),
    })  # fmt: skip
    yield Kind(
        "wordings",
        ConsentWording.objects.all(),
        _same("locale", "version", "sha256", "text", "created_at"),
    )
    yield Kind(
        "suppressions", Suppression.objects.all(), _same("address_key", "reason", "created_at")
    )
    yield Kind("newsletters", Newsletter.objects.all(), _same("slug", "name", "list_id"))


def archive() -> Iterator[bytes]:
    """Yield the archive in pieces, while the database is read."""
    out = Outlet()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        now = timezone.now().isoformat(timespec="seconds")
        bundle.writestr("README.txt", READ_ME.format(now=now))
        for kind in kinds():
            with _text(bundle, f"{kind.name}.csv") as file:
                yield from _csv(kind, file, out)
            with _text(bundle, f"{kind.name}.jsonl") as file:
                yield from _json_lines(kind, file, out)
    yield out.taken()


def harmless(value: Any) -> Any:
    """Return a cell that no spreadsheet runs."""
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return f"'{value}"
    return value


class Outlet(io.RawIOBase):
    """Where an archive is written to that is never whole: it cannot go back, only on."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        self._size += len(piece)
        return len(piece)

    @property
    def full(self) -> bool:
        return self._size >= BYTES

    def taken(self) -> bytes:
        whole = b"".join(self._pieces)
        self._pieces.clear()
        self._size = 0
        return whole


def _csv(kind: Kind, file: io.TextIOWrapper, out: Outlet) -> Iterator[bytes]:
    writer = csv.writer(file)
    writer.writerow(kind.columns)
    for row in _rows(kind):
        writer.writerow(harmless(_plain(value)) for value in row)
        if out.full:
            yield out.taken()


def _json_lines(kind: Kind, file: io.TextIOWrapper, out: Outlet) -> Iterator[bytes]:
    for row in _rows(kind):
        values = dict(zip(kind.columns, map(_plain, row), strict=True))
        file.write(json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False) + "\n")
        if out.full:
            yield out.taken()


def _rows(kind: Kind) -> Iterator[tuple[Any, ...]]:
    ordered = kind.rows if kind.rows.query.order_by else kind.rows.order_by("pk")
    return ordered.values_list(*kind.columns.values()).iterator(chunk_size=ROWS)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


@contextmanager
def _text(bundle: zipfile.ZipFile, name: str) -> Iterator[io.TextIOWrapper]:
    with (
        bundle.open(name, "w", force_zip64=True) as part,
        io.TextIOWrapper(part, encoding="utf-8", newline="") as file,
    ):
        yield file


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}
