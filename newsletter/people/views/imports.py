"""Files of addresses: uploaded, columns chosen, looked through, imported, undone."""

from __future__ import annotations

import csv
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from newsletter.people import importing, rights, tasks
from newsletter.people.forms import ColumnsForm, UploadForm
from newsletter.people.models import Import, ImportState, RowResult
from newsletter.people.screens import screen
from newsletter.people.tables import TableError
from newsletter.subscriptions import addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponseBase

    from newsletter.people.rights import EditorRequest

LATEST = 100
EXAMPLES = 3
GOOD = [RowResult.SUBSCRIBED, RowResult.ASKED]
# Of a form around a file.
ROOM = 100_000
IMPORTS = "newsletter_imports"
# What a column is likely to be called, by what it holds.
LIKELY = {
    "address_column": ("email", "mail", "adresse", "address"),
    "locale_column": ("sprache", "language", "locale", "lang"),
    "date_column": ("datum", "date", "einwilligung", "consent"),
}


@rights.only_with(rights.IMPORT)
def imports(request: EditorRequest) -> HttpResponseBase:
    """All imports, newest first."""
    rows = Import.objects.select_related("newsletter", "user")[:LATEST]
    context = screen(_("Imports"), ("newsletter_people", _("People")), imports=rows)
    return render(request, "newsletter/admin/imports.html", context)


@csrf_exempt
@rights.only_with(rights.IMPORT)
def upload(request: EditorRequest) -> HttpResponseBase:
    """Refuse what is too large before a byte of it is read, then take the form.

    Checking the form's token reads the whole body, so that check comes second.
    """
    most = settings.NEWSLETTER_IMPORT_MEGABYTES * 2**20
    if int(request.META.get("CONTENT_LENGTH") or 0) > most + ROOM:
        form = UploadForm({})
        form.errors.clear()
        form.add_error(None, _too_large())
        return _upload_screen(request, form, status=413)
    return _take_upload(request)


@csrf_protect
def _take_upload(request: EditorRequest) -> HttpResponseBase:
    if request.method != "POST":
        return _upload_screen(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _upload_screen(request, form, status=422)
    run = form.save(commit=False)
    run.file_name = form.cleaned_data["file"].name[:200]
    run.user = request.user
    run.save()
    try:
        with importing.table_of(run):
            pass
    except TableError as error:
        importing.discard(run)
        form.add_error("file", str(error))
        return _upload_screen(request, form, status=422)
    return redirect("newsletter_import_columns", run.pk)


def _too_large() -> str:
    return _("The file is larger than %(megabytes)s MB. Split it and import the parts.") % {
        "megabytes": settings.NEWSLETTER_IMPORT_MEGABYTES
    }


def _upload_screen(request: EditorRequest, form: UploadForm, status: int = 200) -> HttpResponseBase:
    above = (("newsletter_people", _("People")), (IMPORTS, _("Imports")))
    context = screen(_("Import addresses"), *above, form=form)
    return render(request, "newsletter/admin/import_upload.html", context, status=status)


@rights.only_with(rights.IMPORT)
def columns(request: EditorRequest, pk: int) -> HttpResponseBase:
    """Say which column holds what; then the file is looked through."""
    run = get_object_or_404(Import, pk=pk, started_at=None)
    try:
        with importing.table_of(run) as table:
            names = table.columns
            examples = [cells for _number, cells in islice(table.rows, EXAMPLES)]
    except TableError as error:
        messages.error(request, str(error))
        return redirect(IMPORTS)
    chosen = {name: getattr(run, name) or _likely(name, names) for name in LIKELY}
    form = ColumnsForm(request.POST or None, columns=names, initial=chosen)
    if request.method == "POST" and form.is_valid():
        importing.check(
            run,
            address=form.cleaned_data["address_column"],
            locale=form.cleaned_data["locale_column"],
            day=form.cleaned_data["date_column"],
        )
        tasks.wake(run.pk)
        return redirect("newsletter_import", run.pk)
    context = screen(
        _("What do the columns hold?"),
        (IMPORTS, _("Imports")),
        run=run,
        form=form,
        names=names,
        examples=[[_example(cells.get(name, "")) for name in names] for cells in examples],
    )
    return render(request, "newsletter/admin/import_columns.html", context)


@rights.only_with(rights.IMPORT)
def show(request: EditorRequest, pk: int) -> HttpResponseBase:
    """How far it is, what came of it, and what can be done next."""
    run = get_object_or_404(Import.objects.select_related("newsletter", "user"), pk=pk)
    counts = importing.counts(run)
    good = sum(counts.get(result, 0) for result in GOOD)
    context = screen(
        _("Import of “%(file)s”") % {"file": run.file_name},
        (IMPORTS, _("Imports")),
        run=run,
        counts=[(RowResult(result).label, count) for result, count in counts.items()],
        done=sum(counts.values()),
        good=good,
        left_out=sum(counts.values()) - good,
        checked=run.state == ImportState.CHECKED,
        undone=run.state in {ImportState.UNDOING, ImportState.UNDONE},
    )
    return render(request, "newsletter/admin/import.html", context)


@require_POST
@rights.only_with(rights.IMPORT)
def act(request: EditorRequest, pk: int, verb: str) -> HttpResponseBase:
    """Import, undo or throw away; whoever presses twice changes nothing more."""
    run = get_object_or_404(Import, pk=pk)
    if verb == "discard":
        if importing.discard(run):
            messages.success(request, _("The file is deleted. Nothing was imported."))
        return redirect(IMPORTS)
    if {"start": importing.start, "undo": importing.undo}[verb](run):
        tasks.wake(run.pk)
    else:
        run.refresh_from_db()
        messages.warning(
            request, _("Nothing changed: it is %(state)s.") % {"state": run.get_state_display()}
        )
    return redirect("newsletter_import", run.pk)


@rights.only_with(rights.IMPORT)
def errors(request: EditorRequest, pk: int) -> HttpResponseBase:
    """Every row that was left out, by its number in the file, and why. It holds no address."""
    run = get_object_or_404(Import, pk=pk)
    answer = StreamingHttpResponse(_error_lines(run), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{run.pk}-left-out.csv"'
    return answer


class Echo:
    """Hands back what a CSV writer writes."""

    def write(self, line: str) -> str:
        return line


def _error_lines(run: Import) -> Iterator[str]:
    writer = csv.writer(Echo())
    # The mark by which spreadsheets know UTF-8.
    yield "\ufeff" + writer.writerow([_("row"), _("result"), _("reason")])
    left_out = run.rows.exclude(result__in=GOOD)
    rows = left_out.order_by("number").values_list("number", "result")
    for number, result in rows.iterator():
        yield writer.writerow([number, result, RowResult(result).label])


def _likely(field: str, names: list[str]) -> str:
    for word in LIKELY[field]:
        for name in names:
            if word in name.lower().replace("-", ""):
                return name
    return ""


def _example(cell: str) -> Any:
    """Enough of a cell to know its column by; addresses are masked."""
    return addresses.masked(cell) if "@" in cell else cell[:40]
