"""The list of people: filtered, searched, masked until there is a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView

from newsletter.people import looking, rights
from newsletter.people.forms import FilterForm, ReasonForm, SearchForm
from newsletter.people.listing import PersonState, people
from newsletter.people.looking import Sight
from newsletter.people.models import LookKind
from newsletter.people.records import found
from newsletter.people.screens import screen
from newsletter.subscriptions import addresses
from newsletter.subscriptions.models import Suppression

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponseBase

    from newsletter.people.rights import EditorRequest

MATCHES = 50


class PersonColumn(TitleColumn):
    """An address as far as it may be seen, and the way to the person's page."""

    def __init__(self, sight: Sight) -> None:
        super().__init__("address", label=gettext_lazy("Address"), get_url=person_url)
        self.sight = sight

    def get_value(self, instance: dict[str, Any]) -> str:
        return self.sight.shown(instance["address"])


def person_url(row: dict[str, Any]) -> str:
    return reverse("newsletter_person", args=[row["kind"], row["pk"]])


def columns(sight: Sight) -> list[Column]:
    return [
        PersonColumn(sight),
        Column("locale", label=gettext_lazy("Language"), accessor=_language),
        StatusTagColumn(
            "state", label=gettext_lazy("State"), accessor=_state, primary=_is_confirmed
        ),
        DateColumn("created_at", label=gettext_lazy("Since")),
    ]


@method_decorator([never_cache, rights.only_with(rights.VIEW)], name="dispatch")
class PeopleView(BaseListingView):
    """Everybody, newest first."""

    template_name = "newsletter/admin/people.html"
    page_title = gettext_lazy("People")
    header_icon = "group"
    verbose_name_plural = gettext_lazy("people")
    index_url_name = "newsletter_people"
    paginate_by = 50

    def get_base_queryset(self) -> QuerySet[Any, dict[str, Any]]:
        self.form = FilterForm(self.request.GET)
        return people(**self.form.chosen)

    def order_queryset(self, queryset: Any) -> Any:
        return queryset

    @property
    def columns(self) -> list[Column]:
        return columns(self.sight)

    @property
    def sight(self) -> Sight:
        return Sight.of(self.request.user, self.request.session)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        shown = len(context["object_list"])
        if self.sight.clear and shown:
            looking.record(self.request.user, LookKind.LIST, self.sight.reason, count=shown)
        may_export = self.request.user.has_perms([rights.SEE_ADDRESSES, rights.EXPORT])
        return {
            **context,
            **_around(self.sight),
            "filter_form": self.form,
            "may_export": may_export,
        }


def _around(sight: Sight) -> dict[str, Any]:
    return {"sight": sight, "search": SearchForm(), "reason_form": ReasonForm()}


@never_cache
@require_POST
@rights.only_with(rights.VIEW)
def search(request: EditorRequest) -> HttpResponseBase:
    """Lead to the owner of an address; list those whose address has the part that was typed."""
    form = SearchForm(request.POST)
    if not form.is_valid():
        return redirect("newsletter_people")
    typed = form.cleaned_data["q"].strip()
    try:
        key = addresses.address_key(typed)
    except addresses.AddressError:
        return _search_part(request, typed)
    if person := found(key):
        return redirect("newsletter_person", *person)
    if suppression := Suppression.objects.filter(address_key=key).first():
        messages.warning(
            request,
            _("Of this address only a keyed hash is kept: it must not be written to (%(reason)s).")
            % {"reason": suppression.get_reason_display()},
        )
    else:
        messages.warning(request, _("Nobody here has this address."))
    return redirect("newsletter_people")


def _search_part(request: EditorRequest, part: str) -> HttpResponseBase:
    sight = Sight.of(request.user, request.session)
    if not sight.clear:
        complaint = (
            _("Show the addresses first: then a part of one is enough to search for.")
            if sight.allowed
            else _("Type the whole address. Only who may see addresses can search for a part.")
        )
        messages.warning(request, complaint)
        return redirect("newsletter_people")
    rows = list(people(part=part)[: MATCHES + 1])
    looking.record(request.user, LookKind.LIST, sight.reason, count=len(rows[:MATCHES]))
    context = screen(
        _("People whose address has “%(part)s” in it") % {"part": part},
        ("newsletter_people", _("People")),
        rows=[{**row, "url": person_url(row), "state": _state(row)} for row in rows[:MATCHES]],
        more=len(rows) > MATCHES,
        **_around(sight),
    )
    return render(request, "newsletter/admin/people_found.html", context)


@require_POST
@rights.only_with(rights.VIEW, rights.SEE_ADDRESSES)
def unmask(request: EditorRequest) -> HttpResponseBase:
    """Show addresses to whoever says why, for half an hour."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        looking.unmask(request.session, form.cleaned_data["reason"])
    else:
        complaint = " ".join(str(error) for errors in form.errors.values() for error in errors)
        messages.error(request, _("Addresses stay masked. %(why)s") % {"why": complaint})
    return redirect(_back(request))


@require_POST
@rights.only_with(rights.VIEW)
def mask(request: EditorRequest) -> HttpResponseBase:
    looking.mask(request.session)
    return redirect(_back(request))


def _back(request: EditorRequest) -> str:
    """Where the button was pressed: the list, or the page of a person."""
    there = request.POST.get("next", "")
    list_url = reverse("newsletter_people")
    return there if there.startswith(list_url) else list_url


def _language(row: dict[str, Any]) -> str:
    return str(get_language_info(row["locale"])["name_translated"])


def _state(row: dict[str, Any]) -> str:
    return str(PersonState(row["state"]).label)


def _is_confirmed(row: dict[str, Any]) -> bool:
    return bool(row["state"] == PersonState.CONFIRMED)
