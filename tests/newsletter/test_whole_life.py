"""After an erasure: no address and no key of a mail is left, wherever one looks."""

from __future__ import annotations

import base64
import json
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.live.needs import postgres_program
from tests.live.rows import TABLES, read
from tests.newsletter import whole_life

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.live.site import RunningSite

LIVE = "from tests.newsletter import whole_life; whole_life.lived()"


def test_the_erased_are_in_no_table_no_file_and_no_log(migrated: RunningSite) -> None:
    url = migrated.database_url
    file = url.removeprefix("sqlite:///") if url.startswith("sqlite") else ":memory:"
    with closing(sqlite3.connect(file)) as other:
        # Somebody else has the file open, so that its journal is not cleared away for us.
        other.execute("SELECT count(*) FROM sqlite_master").fetchall()
        printed = migrated.manage("shell", "-c", LIVE)
        places = dict(everything(migrated))
    said, _, tokens = printed.rpartition("RESULT ")
    places["stdout"] = said.encode()

    secrets = [spelling for text in WORDS for spelling in spellings(text)]
    # Behind the version and the name of the key; short parts say a language or a time.
    parts = {part for token in json.loads(tokens) for part in token.encode().split(b".")[2:]}
    secrets += [part for part in parts if len(part) > 20]

    assert len(json.loads(tokens)) == 6
    found = {
        (place, secret) for place, content in places.items() for secret in secrets
        if secret in content or secret.lower() in content.lower()
    }  # fmt: skip
    assert found == set()


# What stands before the @ is found nowhere else.
WORDS = (
    whole_life.OLD, whole_life.NEW, whole_life.WIRE,
    *(address.partition("@")[0] for address in (whole_life.OLD, whole_life.NEW)),
)  # fmt: skip


def everything(site: RunningSite) -> Iterator[tuple[str, bytes]]:
    """Yield all there is of a site: rows as text, the database as a file or a dump, other files."""
    kind = "sqlite" if site.database_url.startswith("sqlite") else "postgres"
    for (table,) in read(site.database_url, TABLES[kind]):
        rows = read(site.database_url, f'SELECT * FROM "{table}"')  # noqa: S608 - its own names
        yield f"table {table}", repr(rows).encode()
    if kind == "postgres":
        dump = [postgres_program("pg_dump"), "--inserts", site.database_url]
        yield "dump", subprocess.run(dump, check=True, capture_output=True).stdout
    for file in files(site.var):
        yield f"file {file.name}", file.read_bytes()


def files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def spellings(text: str) -> set[bytes]:
    """Return the ways in which a text may hide in others."""
    plain = text.encode()
    hidden = {plain, quote(text).encode(), quote(text, safe="@").encode(), plain.hex().encode()}
    hidden |= {plain.replace(b"@", b"=40"), json.dumps(text)[1:-1].encode()}
    for offset in range(3):
        # Letters at the edges also depend on what stands beside them.
        coded = base64.b64encode(b"\0" * offset + plain).rstrip(b"=")
        hidden.add(coded[2 * offset - (offset == 2) : -1] if offset else coded[:-1])
    return {each for each in hidden if len(each) > 6}
