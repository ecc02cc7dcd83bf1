"""What a link mailed afresh opens: one's settings, everything known, and being erased.

The link in the mail shows a button; pressing it uses the link up and shows the settings. Every
form on that page carries a signed value, good for half an hour, in place of a cookie.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from newsletter.subscriptions import actions, addresses, tokens
from newsletter.subscriptions.forms import (
    AccessForm,
    MoveForm,
    PauseForm,
    PreferencesForm,
    known_locale,
)
from newsletter.subscriptions.models import AccessPurpose, SignupRequest
from newsletter.subscriptions.views.pages import GONE, UNPROCESSABLE, page, private, unknown
from wissensregion import persons
from wissensregion.networks import network_of
from wissensregion.telling import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms

    from newsletter.subscriptions.models import AccessLink, Subscriber


@private
def access(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button that opens the settings, or open them."""
    link, answer = _link(request, AccessPurpose.SETTINGS, token)
    if link is None:
        return answer
    if request.method != "POST":
        return page(request, "access", link.locale)
    subscriber = actions.person_in(tokens.session(link)) if actions.open_access(link) else None
    if subscriber is None:
        return _used(request, link)
    return _own_page(request, subscriber, tokens.session(link))


@private
def erase(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button that erases a person, or do it."""
    link, answer = _link(request, AccessPurpose.ERASE, token)
    if link is None:
        return answer
    if request.method == "POST":
        actions.erase_by_own_wish(link, never_again="never" in request.POST)
        link.refresh_from_db()
    if link.used_at:
        return page(request, "erased", link.locale)
    return page(request, "erase", link.locale)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Take what was pressed on the opened page; or mail a link to whoever types an address."""
    if request.method == "POST" and "session" in request.POST:
        return _opened(request)
    locale = known_locale(request.POST.get("locale"), request.GET.get("locale"))
    if request.method != "POST":
        return page(request, "settings_asked", locale, form=AccessForm())
    with translation.override(locale):
        form = AccessForm(request.POST)
        if not form.is_robot:
            if not form.is_valid():
                return page(request, "settings_asked", locale, UNPROCESSABLE, form=form)
            if actions.admit(network_of(request.META)):
                key = addresses.address_key(form.cleaned_data["address"])
                actions.ask_for_access(key, AccessPurpose.SETTINGS, locale)
    return page(request, "settings_mailed", locale)


@private
def _opened(request: HttpRequest) -> HttpResponse:
    session = request.POST["session"]
    subscriber = actions.person_in(session)
    if subscriber is None:
        locale = known_locale(request.POST.get("locale"))
        return page(request, "settings_asked", locale, GONE, form=AccessForm(), closed=True)
    with translation.override(subscriber.locale):
        act = ACTS.get(request.POST.get("do", ""))
        if act is None:
            return _own_page(request, subscriber, session)
        return act(request, subscriber, session)


def _choose(request: HttpRequest, subscriber: Subscriber, session: str) -> HttpResponse:
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return _own_page(request, subscriber, session, refused=form)
    follows = actions.choose(subscriber, **form.cleaned_data)
    return _own_page(request, subscriber, session, saved=True, mail_follows=follows)


def _pause(request: HttpRequest, subscriber: Subscriber, session: str) -> HttpResponse:
    form = PauseForm(request.POST)
    if not form.is_valid():
        return _own_page(request, subscriber, session, refused=form, pause_form=form)
    actions.pause(subscriber, form.cleaned_data["until"])
    return _own_page(request, subscriber, session, saved=True)


def _move(request: HttpRequest, subscriber: Subscriber, session: str) -> HttpResponse:
    form = MoveForm(request.POST, current=subscriber.address)
    if not form.is_valid():
        return _own_page(request, subscriber, session, refused=form, move_form=form)
    address, network = form.cleaned_data["address"], network_of(request.META)
    waiting = SignupRequest.objects.open().filter(
        moves=subscriber, address_key=addresses.address_key(address)
    )
    # Pressed twice is asked once.
    if not waiting.exists() and actions.admit(network):
        actions.ask_to_move(subscriber, address, network=network)
    return _own_page(request, subscriber, session, moving=True)


def _mail_erasure(request: HttpRequest, subscriber: Subscriber, session: str) -> HttpResponse:
    actions.ask_for_access(subscriber.address_key, AccessPurpose.ERASE, subscriber.locale)
    return _own_page(request, subscriber, session, erasing=True)


def _show(request: HttpRequest, subscriber: Subscriber, session: str) -> HttpResponse:
    known = told(persons.export(subscriber.address))
    return page(request, "known", subscriber.locale, known=known, session=session)


def _download(request: HttpRequest, subscriber: Subscriber, session: str) -> HttpResponse:
    content = {"exported_at": timezone.now(), "known": persons.export(subscriber.address)}
    text = json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    response = HttpResponse(text + "\n", content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="newsletter.json"'
    return response


ACTS: dict[str, Callable[[HttpRequest, Subscriber, str], HttpResponse]] = {
    "choose": _choose,
    "pause": _pause,
    "move": _move,
    "show": _show,
    "download": _download,
    "erase": _mail_erasure,
}


def _own_page(
    request: HttpRequest,
    subscriber: Subscriber,
    session: str,
    *,
    refused: forms.Form | None = None,
    **context: Any,
) -> HttpResponse:
    """Show what a person reads and what waits for them."""
    running = subscriber.subscriptions.confirmed().select_related("newsletter")
    shown = {each.newsletter.slug: each for each in running.order_by("newsletter__name")}
    paused = max((each.paused_until for each in shown.values() if each.paused_until), default=None)
    if paused and paused <= timezone.localdate():
        paused = None
    asked = SignupRequest.objects.open().filter(
        Q(address_key=subscriber.address_key) | Q(moves=subscriber)
    )
    context = {
        "form": PreferencesForm(initial={"locale": subscriber.locale, "newsletters": list(shown)}),
        "pause_form": PauseForm(initial={"until": paused}),
        "move_form": MoveForm(),
        "address": subscriber.address,
        "running": shown.values(),
        "paused": paused,
        "waiting": asked.prefetch_related("newsletters").order_by("-created_at"),
        "session": session,
        "refused": refused,
        **context,
    }
    status = UNPROCESSABLE if refused else 200
    return page(request, "settings", subscriber.locale, status, **context)


def _link(
    request: HttpRequest, purpose: AccessPurpose, token: str
) -> tuple[AccessLink | None, HttpResponse]:
    """Return the key a mailed link stands for, or what is said where it is none (any more)."""
    try:
        locale = known_locale(tokens.access_locale(tokens.Purpose(purpose.value), token))
    except tokens.TokenError:
        return None, unknown(request)
    link = actions.find_access(purpose, token)
    # A used link to an erasure tells what became of it; the other one is for pressing twice.
    if link and (link.opens or (link.used_at and purpose is AccessPurpose.ERASE)):
        return link, HttpResponse()
    form = AccessForm()
    return None, page(request, "settings_asked", locale, GONE, form=form, closed=True)


def _used(request: HttpRequest, link: AccessLink) -> HttpResponse:
    return page(request, "settings_asked", link.locale, GONE, form=AccessForm(), closed=True)
