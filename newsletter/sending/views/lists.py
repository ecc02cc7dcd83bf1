"""The lists of a dispatch's deliveries, on screen and as a file."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from newsletter.sending import actions, listing
from newsletter.sending.forms import ExportForm, WishForm
from newsletter.sending.models import Dispatch
from newsletter.sending.views.door import all_dispatches, may_send, screen

if TYPE_CHECKING:
    from django.http import HttpResponse, HttpResponseBase, QueryDict

    from newsletter.sending.views.door import EditorRequest

# Spreadsheets take a file for UTF-8 only if it begins with this.
MARK = "\ufeff"


class Echo:
    """Hands each line on as soon as it is written."""

    def write(self, line: str) -> str:
        return line


@may_send
def deliveries(request: EditorRequest, dispatch_id: int) -> HttpResponse:
    """A page of the deliveries that were asked for."""
    dispatch = get_object_or_404(Dispatch, pk=dispatch_id)
    wish, after, form = _wished(request.GET)
    rows, following = listing.page_of(wish.of(dispatch), after)
    seen = listing.reader_of(request.user)
    asked = {name: value for name, value in form.data.items() if value and name != "after"}
    context = {
        **screen(_("Deliveries"), all_dispatches(), _back(dispatch)),
        "dispatch": dispatch, "form": form, "export": ExportForm(),
        "rows": [(row, seen(row.address), listing.why(row)) for row in rows],
        "next": urlencode({**asked, "after": following}) if following else "",
        "first": urlencode(asked) if after else None,
        "not_reached": listing.NOT_REACHED, "wish": wish,
    }  # fmt: skip
    return render(request, "newsletter/admin/dispatch_deliveries.html", context)


@require_POST
@may_send
def export(request: EditorRequest, dispatch_id: int) -> HttpResponseBase:
    """The same as a file for a spreadsheet; who took it out, and what for, is written down."""
    dispatch = get_object_or_404(Dispatch, pk=dispatch_id)
    wish, _after, form = _wished(request.POST)
    why = ExportForm(request.POST)
    if not why.is_valid():
        messages.error(request, _("Say what the list is for; then it can be taken out."))
        asked = {name: form.data.get(name, "") for name in ("group", "outcome", "locale")}
        url = reverse("newsletter_deliveries", args=[dispatch.pk])
        return redirect(f"{url}?{urlencode(asked)}")
    rows = wish.of(dispatch)
    actions.note_export(dispatch, request.user, why.cleaned_data["reason"], count=rows.count())
    writer = csv.writer(Echo())
    lines = listing.lines(rows, listing.reader_of(request.user))
    answer = StreamingHttpResponse(
        (text for part in ([MARK], (writer.writerow(line) for line in lines)) for text in part),
        content_type="text/csv; charset=utf-8",
    )
    name = f"dispatch-{dispatch.pk}-{wish.group or 'all'}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _wished(asked: QueryDict) -> tuple[listing.Wish, int, WishForm]:
    """What was asked for; what is no choice of ours is left out."""
    form = WishForm(asked)
    form.is_valid()
    typed = form.cleaned_data
    wish = listing.Wish(typed.get("group", ""), typed.get("outcome", ""), typed.get("locale", ""))
    return wish, typed.get("after") or 0, form


def _back(dispatch: Dispatch) -> tuple[str, str]:
    edition = dispatch.editions.defer("html", "text").order_by("locale").first()
    title = _("Dispatch of “%(subject)s”") % {"subject": edition.subject if edition else ""}
    return reverse("newsletter_dispatch", args=[dispatch.pk]), title
