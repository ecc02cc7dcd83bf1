"""What is kept how long, how the rules fare, and answers to people who ask about themselves."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from wissensregion import persons, telling
from wissensregion.retention import records
from wissensregion.retention.facts import PrivacyFacts
from wissensregion.retention.forms import EraseForm, PersonForm
from wissensregion.retention.rules import by_activity
from wissensregion.retention.running import Standing
from wissensregion.retention.runs import PersonAct, PersonVerb, RetentionRun
from wissensregion.rights import only_with

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from wissensregion.rights import EditorRequest

logger = logging.getLogger(__name__)
SEE = "wissensregion.see_retention"
EXPORT = "wissensregion.export_persons"
ERASE = "wissensregion.erase_persons"
READABLE = {"indent": 2, "ensure_ascii": False}


@never_cache
@require_safe
@only_with(SEE)
def report(request: EditorRequest) -> HttpResponseBase:
    """Every rule, when it last ran and what it ended."""
    runs = {run.rule: run for run in RetentionRun.objects.all()}
    table = {
        activity: [Standing(rule, runs.get(rule.name)) for rule in rules]
        for activity, rules in by_activity().items()
    }
    facts = PrivacyFacts.current()
    return render(
        request,
        "wissensregion/admin/retention.html",
        _screen(
            _("Data protection"),
            table=table,
            missing=facts.missing(),
            dead=[each for rows in table.values() for each in rows if each.is_dead],
            facts_url=_facts_url(request),
        ),
    )


@never_cache
@require_safe
@only_with(SEE)
def record(request: EditorRequest) -> HttpResponseBase:
    """Hand out the record of processing with the values of this installation."""
    text = records.as_markdown(PrivacyFacts.current())
    answer = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="record-of-processing.md"'
    return answer


@never_cache
@only_with(EXPORT)
def person(request: EditorRequest) -> HttpResponseBase:
    """Say which parts of the site know somebody; the address is posted."""
    form = PersonForm(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        _write_down(request, PersonVerb.SEARCH, form)
        found = _counted(persons.export(form.cleaned_data["address"]))
    return _person(request, form, found=found)


@never_cache
@require_POST
@only_with(EXPORT)
def export(request: EditorRequest) -> HttpResponseBase:
    """Hand out everything the site and all plugins know (GDPR 15 and 20)."""
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _person(request, form, status=422)
    _write_down(request, PersonVerb.EXPORT, form)
    known = persons.export(form.cleaned_data["address"])
    answer = JsonResponse(known, json_dumps_params=READABLE)
    answer["Content-Disposition"] = 'attachment; filename="person.json"'
    return answer


@require_POST
@only_with(EXPORT, ERASE)
def erase(request: EditorRequest) -> HttpResponseBase:
    """Erase somebody everywhere, when the word for it is typed; name what people must end."""
    form = EraseForm(request.POST, auto_id="id_erase_%s")
    if not form.is_valid():
        return _person(request, PersonForm(request.POST), erase_form=form, status=422)
    _write_down(request, PersonVerb.ERASE, form)
    counts = persons.erase(form.cleaned_data["address"])
    logger.info("A person was erased", extra={"counts": counts, "by": request.user.pk})
    messages.success(request, _("The person is erased on the whole site."))
    if counts[persons.SITE].get("accounts kept"):
        messages.warning(request, _("There is an account. End it under Settings, Users."))
    if counts.get("partners", {}).get("contacts kept on pages"):
        messages.warning(
            request,
            _("A partner's profile names the person as a contact. Take it off there."),
        )
    return redirect("retention_person")


def _write_down(request: EditorRequest, verb: PersonVerb, form: PersonForm) -> None:
    PersonAct.objects.create(
        user=request.user,
        username=request.user.get_username(),
        verb=verb,
        reason=form.cleaned_data["reason"],
    )


def _counted(known: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Which app knows how many things of which kind."""
    return [
        (
            str(apps.get_app_config(app).verbose_name),
            telling.label(kind),
            len(rows) if isinstance(rows, list) else 1,
        )
        for app, part in known.items()
        for kind, rows in part.items()
        if rows
    ]


def _person(
    request: EditorRequest,
    form: PersonForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponseBase:
    title = _("Requests about one's own data")
    typed = form.cleaned_data if form.is_bound and form.is_valid() else {}
    context = {
        "form": form,
        "found": None,
        "erase_form": EraseForm(initial=typed, auto_id="id_erase_%s"),
        "may_erase": request.user.has_perm(ERASE),
        **more,
    }
    screen = _screen(title, **context)
    return render(request, "wissensregion/admin/person.html", screen, status=status)


def _facts_url(request: EditorRequest) -> str:
    if not request.user.has_perm("wissensregion.change_privacyfacts"):
        return ""
    return reverse("wagtailsettings:edit", args=["wissensregion", "privacyfacts"])


def _screen(title: str, **more: Any) -> dict[str, Any]:
    items = [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": "", "label": title},
    ]
    return {"page_title": title, "header_title": title, "breadcrumbs_items": items, **more}
