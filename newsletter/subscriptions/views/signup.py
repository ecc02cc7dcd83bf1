"""Asking for the newsletter, and confirming it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from newsletter.subscriptions import actions, addresses, proofs, tokens
from newsletter.subscriptions.forms import WebSignupForm, known_locale
from newsletter.subscriptions.models import SignupRequest, Subscription
from newsletter.subscriptions.views.pages import (
    GONE,
    HOUR,
    TOO_MANY,
    UNPROCESSABLE,
    page,
    private,
    unknown,
)
from wissensregion.networks import network_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Show the form, or take it. The answer is the same for every address."""
    if request.method != "POST":
        return page(request, "subscribe", known_locale(request.GET.get("locale")))
    locale = known_locale(request.POST.get("locale"))
    with translation.override(locale):
        form = WebSignupForm(request.POST)
        if form.is_robot:
            return page(request, "subscribed", locale)
        if not form.is_valid():
            return page(request, "subscribe", locale, UNPROCESSABLE, signup=form)
        wish, network = form.cleaned_data, network_of(request.META)
        load = actions.weigh(wish["address"], network)
        if load is actions.Load.FULL:
            return _full(request, locale, form)
        proved = load is actions.Load.BUSY and actions.accept_proof(wish["proof"])
        if load is actions.Load.BUSY and not proved and not wish["patient"]:
            return page(request, "busy", locale, signup=form, challenge=proofs.challenge())
        held = load is actions.Load.FLOOD or (load is actions.Load.BUSY and not proved)
        actions.subscribe(
            address=wish["address"],
            newsletters=wish["newsletters"],
            locale=locale,
            source=wish["source"],
            visit=actions.Visit(wording=wish["wording"], network=network, held=held),
        )
    return page(request, "subscribed", locale)


def _full(request: HttpRequest, locale: str, form: WebSignupForm) -> HttpResponse:
    message = _(
        "Many people have signed up from your network just now. Please try again in an hour."
    )
    form.add_error(None, message)
    response = page(request, "subscribe", locale, TOO_MANY, signup=form)
    response["Retry-After"] = str(HOUR)
    return response


@private
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show what waits to be confirmed, or confirm it. A second press shows the same page."""
    try:
        link = tokens.read_confirmation(token)
    except tokens.TokenError:
        return unknown(request)
    if link.expired:
        return page(request, "expired", known_locale(link.locale), GONE)
    wish = SignupRequest.objects.filter(token_hash=tokens.fingerprint(token)).first()
    if wish is None:
        return unknown(request, link.locale)
    if request.method == "POST":
        actions.confirm(wish, network=network_of(request.META))
        wish.refresh_from_db()
    context: dict[str, Any] = {
        "newsletters": wish.newsletters.all(),
        "masked": addresses.masked(wish.address),
        "moves": wish.moves_id,
    }
    if wish.used_at is None:
        return page(request, "confirm", wish.locale, **context)
    running = Subscription.objects.confirmed().filter(
        subscriber__address_key=wish.address_key, newsletter__in=wish.newsletters.all()
    )
    context["subscriptions"] = running.select_related("newsletter")
    return page(request, "confirmed", wish.locale, **context)
