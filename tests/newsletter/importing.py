"""Somebody of the office who imports files, step by step, by the forms of the CMS."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from newsletter.models import Import
from newsletter.people.models import ProofKind

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoCaptureOnCommitCallbacks

    from newsletter.models import Newsletter

IMPORTS = "/admin/newsletter/imports/"
COLUMNS = {"address_column": "E-Mail", "locale_column": "Sprache", "date_column": "Datum"}
PEOPLE = """\
E-Mail;Name;Sprache;Datum
dora@example.org;Dora;de;2025-03-01
emil@example.org;Emil;English;24.12.2024
frieda@example.org;Frieda;;
"""


class Importer:
    """Somebody who imports, step by step, by the forms of the CMS."""

    def __init__(
        self, client: Client, newsletter: Newsletter, commits: DjangoCaptureOnCommitCallbacks
    ) -> None:
        self.client = client
        self.newsletter = newsletter
        self.commits = commits

    def uploads(self, content: str | bytes, name: str = "liste.csv", **fields: Any) -> Any:
        data = content.encode() if isinstance(content, str) else content
        values = {
            "file": SimpleUploadedFile(name, data),
            "newsletter": self.newsletter.pk,
            "locale": "de",
            "source": "Liste vom Welcome Day",
            "consented_on": "2025-01-15",
            "proof": ProofKind.WRITTEN.value,
        }
        return self.client.post(f"{IMPORTS}new/", {**values, **fields})

    def chooses(self, run: Import, **columns: str) -> Import:
        with self.commits(execute=True):
            answer = self.client.post(f"{IMPORTS}{run.pk}/columns/", columns or COLUMNS)
        assert answer.status_code == 302, answer.context["form"].errors
        return fresh(run)

    def presses(self, run: Import, verb: str) -> Import:
        with self.commits(execute=True):
            self.client.post(f"{IMPORTS}{run.pk}/{verb}/")
        return fresh(run)

    def looks_through(self, content: str | bytes = PEOPLE, **fields: Any) -> Import:
        answer = self.uploads(content, **fields)
        assert answer.status_code == 302, answer.context["form"].errors
        return self.chooses(Import.objects.latest("pk"))

    def imports(self, content: str | bytes = PEOPLE, **fields: Any) -> Import:
        return self.presses(self.looks_through(content, **fields), "start")


def fresh(run: Import) -> Import:
    return Import.objects.get(pk=run.pk)


def one_column(*addresses: str) -> str:
    return "\n".join(["E-Mail,Sprache,Datum", *(f"{each},," for each in addresses)])


def results(run: Import) -> dict[int, str]:
    return dict(run.rows.values_list("number", "result"))


def workbook(*lines: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
