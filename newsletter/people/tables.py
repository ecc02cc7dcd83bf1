"""Files of rows as offices have them, CSV or XLSX: read row by row, and trusted in nothing."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, BinaryIO
from xml.etree.ElementTree import ParseError

from django.conf import settings
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

DELIMITERS = ";,\t|"
MOST_COLUMNS = 60
# What an XLSX may become when unpacked, in times of what may be uploaded.
UNPACKED = 15
MOST_PARTS = 2000
# What the reader of spreadsheets throws at files that are none.
BROKEN = (
    zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError,
    IndexError, TypeError, AttributeError, OSError, EOFError, NotImplementedError, RuntimeError,
)  # fmt: skip


class TableError(Exception):
    """A file that cannot be read, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Table:
    """The names of the columns, and rows with their numbers as a spreadsheet shows them."""

    columns: list[str]
    rows: Iterator[tuple[int, dict[str, str]]]


@contextmanager
def opened(file: BinaryIO, ending: str) -> Iterator[Table]:
    """Read a file. Raises ``TableError`` here for its first row, in the rows for the others."""
    file.seek(0)
    if ending == ".xlsx":
        with _spreadsheet(file) as rows:
            yield _table(rows)
    else:
        with closing(_csv(file)) as rows:
            yield _table(rows)


def _table(rows: Iterator[list[str]]) -> Table:
    first = [cell.strip() for cell in next(rows, [])]
    names = [name for name in first if name]
    if not names:
        raise TableError(_("The first row is empty. It must hold the names of the columns."))
    if any("@" in name for name in names):
        raise TableError(
            _("The first row holds an address. Put a row with the names of the columns above it.")
        )
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise TableError(_("Several columns are called “%(name)s”.") % {"name": twice[0]})
    return Table(names, _numbered(first, rows))


def _numbered(names: list[str], rows: Iterator[list[str]]) -> Iterator[tuple[int, dict[str, str]]]:
    limit = settings.NEWSLETTER_IMPORT_ROWS
    count = 0
    for number, cells in enumerate(rows, start=2):
        if not any(cells):
            continue
        count += 1
        if count > limit:
            raise TableError(
                _("The file has more than %(rows)s rows. Split it and import the parts.")
                % {"rows": limit}
            )
        yield number, {name: cell for name, cell in zip(names, cells, strict=False) if name}


def _csv(file: BinaryIO) -> Generator[list[str], None, None]:
    start = file.read(4096)
    file.seek(0)
    if start.startswith(b"PK"):
        raise TableError(
            _("This is a spreadsheet or an archive. Name it .xlsx, or save it as CSV.")
        )
    if b"\x00" in start:
        raise _not_utf8(1)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    number = 0
    try:
        head = text.readline()
        text.seek(0)
        delimiter = max(DELIMITERS, key=head.count)
        for cells in csv.reader(text, delimiter=delimiter):
            number += 1
            yield [cell.strip() for cell in cells[:MOST_COLUMNS]]
    except UnicodeDecodeError as error:
        raise _not_utf8(number + 1) from error
    except csv.Error as error:
        raise TableError(
            _("Row %(row)s cannot be read as CSV: %(error)s.") % {"row": number + 1, "error": error}
        ) from error
    finally:
        # The file is not ours to close.
        text.detach()


def _not_utf8(number: int) -> TableError:
    return TableError(
        _(
            "The file is not UTF-8 (from about row %(row)s on). "
            "In Excel, choose “CSV UTF-8” when saving, or save as XLSX."
        )
        % {"row": number}
    )


@contextmanager
def _spreadsheet(file: BinaryIO) -> Iterator[Iterator[list[str]]]:
    import openpyxl  # noqa: PLC0415 - weighs 5 MB in every process, and hardly one reads XLSX

    try:
        _refuse_bombs(file)
        # Formulas stay formulas: a value somebody's Excel computed last year proves nothing.
        book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        # What the file says about its size need not be so.
        sheet.reset_dimensions()
    except BROKEN as error:
        raise _unreadable() from error
    try:
        yield _texts(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True))
    finally:
        book.close()


def _refuse_bombs(file: BinaryIO) -> None:
    """Look at what an archive says it unpacks to; ``zipfile`` reads no more of a part than that."""
    most = settings.NEWSLETTER_IMPORT_MEGABYTES * 2**20 * UNPACKED
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
    file.seek(0)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > most:
        raise TableError(
            _("Unpacked, this spreadsheet is far too large. Save the one sheet you need as CSV.")
        )


def _texts(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[str]]:
    try:
        for row in rows:
            yield [_text(value) for value in row]
    except BROKEN as error:
        raise _unreadable() from error


def _text(value: Any) -> str:
    """Return a cell as text; what is neither text, number nor date is a kind of formula."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int | float) else "="


def _unreadable() -> TableError:
    return TableError(
        _("The file cannot be read as XLSX. Open it in a spreadsheet program and save it again.")
    )
