"""The files themselves: read when they can be, refused with a reason, kept no longer than that."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from newsletter.models import Import, Subscriber, Subscription
from newsletter.people.models import ImportState
from tests.newsletter.importing import IMPORTS, PEOPLE, fresh, results, workbook
from tests.retaining import keep_to

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

    from newsletter.models import Newsletter
    from tests.newsletter.importing import Importer


def test_a_spreadsheet_is_read_with_its_dates_and_without_its_formulas(importer: Importer) -> None:
    content = workbook(
        ("E-Mail", "Sprache", "Datum", None),
        ("dora@example.org", "de", date(2025, 3, 1), None),
        ('=CONCATENATE("a","@b.de")', "de", None, None),
        (None, None, None, None),
        (4711, "de", None, "x"),
    )

    run = importer.imports(content, name="Liste.XLSX")

    assert results(run) == {2: "subscribed", 3: "formula", 5: "bad_address"}
    confirmed = Subscription.objects.get().confirmed_at
    assert timezone.localdate(confirmed) == date(2025, 3, 1)


def bomb() -> bytes:
    """A small archive that says it holds a very large sheet."""
    file = io.BytesIO(workbook(("E-Mail",), ("dora@example.org",)))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\0" * 40 * 2**20)
    return file.getvalue()


def entities() -> bytes:
    """A sheet whose XML defines words that grow."""
    before, after = io.BytesIO(workbook(("E-Mail",), ("dora@example.org",))), io.BytesIO()
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(after, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
                data = laughs + data.replace(b"<sheetData>", b"<sheetData>&b;")
            new.writestr(part.filename, data)
    return after.getvalue()


NO_FILES = {
    "latin-1": ("E-Mail\nd\xf6ra@example.org\n".encode("latin-1"), "a.csv", "UTF-8"),
    "utf-16": ("E-Mail\ndora@example.org\n".encode("utf-16"), "a.csv", "UTF-8"),
    "no-header": (b"dora@example.org\nemil@example.org\n", "a.csv", "erste Zeile"),
    "empty-row": (b"\n\n", "a.csv", "erste Zeile"),
    "twins": (b"E-Mail,E-Mail\n", "a.csv", "E-Mail"),
    "xlsx-as-csv": (workbook(("E-Mail",)), "a.csv", "xlsx"),
    "csv-as-xlsx": (b"E-Mail\n", "a.xlsx", "XLSX"),
    "bomb": (bomb(), "a.xlsx", "entpackt"),
    "exe": (b"MZ", "a.exe", "exe"),
    "empty": (b"", "a.csv", "leer"),
}


@pytest.mark.parametrize("case", NO_FILES)
def test_a_file_that_is_none_is_refused_with_what_to_do(
    case: str, importer: Importer, settings: Settings, private_files: Path
) -> None:
    content, name, says = NO_FILES[case]
    settings.NEWSLETTER_IMPORT_MEGABYTES = 2

    answer = importer.uploads(content, name)

    assert answer.status_code == 422
    complaint = " ".join(str(error) for error in answer.context["form"].errors["file"])
    assert says.lower() in complaint.lower()
    assert not Import.objects.exists()
    assert list(private_files.glob("*")) == []


def test_words_that_grow_stop_the_reading(importer: Importer) -> None:
    answer = importer.uploads(entities(), "a.xlsx")

    assert answer.status_code == 422
    assert not Import.objects.exists()


def test_a_file_that_breaks_in_its_middle_is_refused_with_the_row(importer: Importer) -> None:
    lines = [f"a{number}@example.org,," for number in range(5000)]
    content = "\n".join(["E-Mail,Sprache,Datum", *lines]).encode() + b"\n\xff@example.org,,\n"

    run = importer.looks_through(content)

    assert run.state == ImportState.REFUSED
    assert "UTF-8" in run.error
    assert not Subscriber.objects.exists()


def test_too_many_rows_and_too_many_bytes_are_refused(
    importer: Importer, settings: Settings
) -> None:
    settings.NEWSLETTER_IMPORT_ROWS = 3
    assert importer.looks_through(PEOPLE + "g@example.org;;;").state == ImportState.REFUSED

    settings.NEWSLETTER_IMPORT_MEGABYTES = 1
    answer = importer.uploads(b"E-Mail\n" + b"a" * (2 * 2**20))
    assert answer.status_code == 413
    assert Import.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source", ""),
        ("source", "von dora@example.org"),
        ("consented_on", ""),
        ("consented_on", "2999-01-01"),
        ("proof", ""),
    ],
)
def test_without_source_date_and_proof_nothing_is_taken(
    field: str, value: str, importer: Importer, private_files: Path
) -> None:
    answer = importer.uploads(PEOPLE, **{field: value})

    assert field in answer.context["form"].errors
    assert not Import.objects.exists()


def test_the_file_lies_where_only_the_site_reads_it_and_goes_when_it_is_done(
    importer: Importer, private_files: Path
) -> None:
    run = importer.looks_through()
    (file,) = private_files.glob("*")
    assert file.stat().st_mode & 0o077 == 0
    assert "liste" not in file.name

    importer.presses(run, "start")

    assert list(private_files.glob("*")) == []


def test_a_file_can_be_thrown_away_until_something_of_it_was_imported(
    importer: Importer, private_files: Path
) -> None:
    importer.client.post(f"{IMPORTS}{importer.looks_through().pk}/discard/")
    assert not Import.objects.exists()
    assert list(private_files.glob("*")) == []

    run = importer.imports()
    importer.client.post(f"{IMPORTS}{run.pk}/discard/")

    assert fresh(run).state == ImportState.DONE


def test_a_file_nobody_went_on_with_is_deleted_after_thirty_days(
    importer: Importer, private_files: Path
) -> None:
    run = importer.looks_through()
    assert keep_to("newsletter.files") == 0
    Import.objects.update(created_at=timezone.now() - timedelta(days=31))

    assert keep_to("newsletter.files") == 1

    assert list(private_files.glob("*")) == []
    assert importer.presses(run, "start").state == ImportState.REFUSED
    assert not Subscriber.objects.exists()


def test_the_upload_needs_the_token_of_its_form(
    import_desk: Client, newsletter: Newsletter
) -> None:
    import_desk.handler.enforce_csrf_checks = True

    answer = import_desk.post(
        f"{IMPORTS}new/", {"file": SimpleUploadedFile("a.csv", PEOPLE.encode())}
    )

    assert answer.status_code == 403
    assert not Import.objects.exists()
