"""One person: what is kept, the proof, handing it over, erasing it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from newsletter.people import looking, rights
from newsletter.people.forms import EraseForm, ReasonForm
from newsletter.people.looking import Sight
from newsletter.people.models import LookKind
from newsletter.people.records import Record, record_of
from newsletter.people.screens import screen
from newsletter.subscriptions import addresses
from newsletter.subscriptions.proving import proof_of
from wissensregion import persons

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from newsletter.people.rights import EditorRequest

logger = logging.getLogger(__name__)
ABOVE = "newsletter_people"
READABLE = {"indent": 2, "ensure_ascii": False}


@never_cache
@rights.only_with(rights.VIEW)
def person(request: EditorRequest, kind: str, pk: int) -> HttpResponseBase:
    """Everything that is kept, the address masked until there is a reason to see it."""
    record = _record(kind, pk)
    sight = Sight.of(request.user, request.session)
    if sight.clear:
        looking.record(request.user, LookKind.PERSON, sight.reason, subscriber=record.subscriber)
    return render(request, "newsletter/admin/person.html", _context(request, record, sight))


@never_cache
@require_POST
@rights.only_with(rights.VIEW, rights.SEE_ADDRESSES, rights.EXPORT)
def export(request: EditorRequest, kind: str, pk: int) -> HttpResponseBase:
    """Hand out everything the site knows about a person, as they may ask for (GDPR 15 and 20)."""
    record = _record(kind, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _again(request, record, export_form=form)
    looking.record(
        request.user,
        LookKind.PERSON_EXPORT,
        form.cleaned_data["reason"],
        subscriber=record.subscriber,
    )
    answer = JsonResponse(persons.export(record.address), json_dumps_params=READABLE)
    answer["Content-Disposition"] = f'attachment; filename="{kind}-{pk}.json"'
    return answer


@never_cache
@require_POST
@rights.only_with(rights.VIEW, rights.SEE_ADDRESSES, rights.EXPORT)
def proof(request: EditorRequest, kind: str, pk: int, form: str) -> HttpResponseBase:
    """Hand out the proof that a person asked for mail, to print or to check by program."""
    record = _record(kind, pk)
    typed = ReasonForm(request.POST)
    if not typed.is_valid():
        return _again(request, record, export_form=typed)
    why = typed.cleaned_data["reason"]
    looking.record(request.user, LookKind.PROOF, why, subscriber=record.subscriber)
    found = proof_of(record.row.address_key)
    answer = (
        HttpResponse(found.as_pdf(), content_type="application/pdf")
        if form == "pdf"
        else JsonResponse(found.as_json(), json_dumps_params=READABLE)
    )
    answer["Content-Disposition"] = f'attachment; filename="proof-{kind}-{pk}.{form}"'
    return answer


@require_POST
@rights.only_with(rights.VIEW, rights.ERASE)
def erase(request: EditorRequest, kind: str, pk: int) -> HttpResponseBase:
    """Erase a person everywhere on the site, when the word for it is typed."""
    record = _record(kind, pk)
    form = EraseForm(request.POST)
    if not form.is_valid():
        return _again(request, record, erase_form=form)
    looking.record(
        request.user,
        LookKind.ERASURE,
        form.cleaned_data["reason"],
        subscriber=record.subscriber,
    )
    counts = persons.erase(record.address)
    logger.info("A person was erased", extra={"counts": counts, "by": request.user.pk})
    messages.success(
        request, _("The person is erased. What stays is a keyed hash, as proof and as a bar.")
    )
    return redirect(ABOVE)


def _record(kind: str, pk: int) -> Record:
    record = record_of(kind, pk)
    if record is None:
        raise Http404
    return record


def _context(request: EditorRequest, record: Record, sight: Sight, **forms: Any) -> dict[str, Any]:
    may = {
        "export": request.user.has_perms([rights.EXPORT, rights.SEE_ADDRESSES]),
        "erase": request.user.has_perm(rights.ERASE),
    }
    again = {"reason": sight.reason}
    return screen(
        addresses.masked(record.address),
        (ABOVE, _("People")),
        record=record,
        sight=sight,
        may=may,
        **{
            "reason_form": ReasonForm(),
            "export_form": ReasonForm(initial=again, auto_id="id_export_%s"),
            "erase_form": EraseForm(initial=again, auto_id="id_erase_%s"),
            **forms,
        },
    )


def _again(request: EditorRequest, record: Record, **forms: Any) -> HttpResponseBase:
    """Show the page once more, with what is wrong in the form that was sent."""
    for form in forms.values():
        form.auto_id = f"id_{'erase' if isinstance(form, EraseForm) else 'export'}_%s"
    masked = Sight(request.user, request.user.has_perm(rights.SEE_ADDRESSES))
    context = _context(request, record, masked, **forms)
    return render(request, "newsletter/admin/person.html", context, status=422)
