"""The pages of signing up, confirming, choosing and leaving.

None of them needs a cookie. What a form may do stands in its address, signed, so Django's
protection against forged requests has no session to protect and would only set a cookie:
that is why every view that acts is exempt from it. No GET changes anything, because mail
scanners open every link.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from newsletter.subscriptions import actions, addresses, tokens
from newsletter.subscriptions.forms import PreferencesForm, WebSignupForm, known_locale
from newsletter.subscriptions.models import SignupRequest, Subscription
from newsletter.subscriptions.networks import network_of

if TYPE_CHECKING:
    from collections.abc import Callable

    View = Callable[..., HttpResponse]

GONE, NOT_FOUND, UNPROCESSABLE, TOO_MANY = 410, 404, 422, 429
HOUR = 3600


def private(view: View) -> View:
    """A page whose address is a key: nobody keeps it, nobody passes it on."""

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Show the form, or take it. The answer is the same for every address."""
    if request.method != "POST":
        return _page(request, "subscribe", known_locale(request.GET.get("locale")))
    locale = known_locale(request.POST.get("locale"))
    with translation.override(locale):
        form = WebSignupForm(request.POST)
        if form.is_robot:
            return _page(request, "subscribed", locale)
        if not form.is_valid():
            return _page(request, "subscribe", locale, UNPROCESSABLE, signup=form)
        if not actions.admit(network_of(request.META)):
            message = _(
                "Many people have signed up from your network just now. "
                "Please try again in an hour."
            )
            form.add_error(None, message)
            response = _page(request, "subscribe", locale, TOO_MANY, signup=form)
            response["Retry-After"] = str(HOUR)
            return response
        wish = form.cleaned_data
        actions.subscribe(
            address=wish["address"],
            newsletters=wish["newsletters"],
            locale=locale,
            source=wish["source"],
            visit=actions.Visit(wording=wish["wording"], network=network_of(request.META)),
        )
    return _page(request, "subscribed", locale)


@private
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show what waits to be confirmed, or confirm it. A second press shows the same page."""
    try:
        link = tokens.read_confirmation(token)
    except tokens.TokenError:
        return _unknown(request)
    if link.expired:
        return _page(request, "expired", known_locale(link.locale), GONE)
    wish = SignupRequest.objects.filter(token_hash=tokens.fingerprint(token)).first()
    if wish is None:
        return _unknown(request, link.locale)
    if request.method == "POST":
        actions.confirm(wish, network=network_of(request.META))
        wish.refresh_from_db()
    context: dict[str, Any] = {
        "newsletters": wish.newsletters.all(),
        "masked": addresses.masked(wish.address),
    }
    if wish.used_at is None:
        return _page(request, "confirm", wish.locale, **context)
    running = Subscription.objects.confirmed().filter(
        subscriber__address_key=wish.address_key, newsletter__in=wish.newsletters.all()
    )
    context["subscriptions"] = running.select_related("newsletter")
    return _page(request, "confirmed", wish.locale, **context)


@private
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button that ends a subscription, or end it."""
    subscription = _subscription(tokens.Purpose.UNSUBSCRIBE, token)
    if subscription is None:
        return _unknown(request)
    if request.method == "POST":
        actions.unsubscribe(
            subscription, source="unsubscribe page", network=network_of(request.META)
        )
        subscription.refresh_from_db()
    return _page(
        request,
        "unsubscribe" if subscription.ended_at is None else "unsubscribed",
        subscription.subscriber.locale,
        token=token,
        subscription=subscription,
        masked=addresses.masked(subscription.subscriber.address),
        preferences_url=tokens.preferences_url(subscription),
    )


@private
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """End a subscription for the mail programme that presses its own button (RFC 8058).

    The body is not read: a POST to a valid address is the wish. No redirect, no cookie.
    """
    if request.method != "POST":
        return unsubscribe(request, token)
    subscription = _subscription(tokens.Purpose.UNSUBSCRIBE, token)
    if subscription is None:
        return HttpResponse("unknown\n", status=NOT_FOUND, content_type="text/plain")
    actions.unsubscribe(subscription, source="one-click", network=network_of(request.META))
    return HttpResponse("unsubscribed\n", content_type="text/plain")


@private
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a subscriber reads, or change it."""
    subscription = _subscription(tokens.Purpose.PREFERENCES, token)
    if subscription is None:
        return _unknown(request)
    subscriber = subscription.subscriber
    form = PreferencesForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"masked": addresses.masked(subscriber.address)}
    if "leave" in request.POST:
        actions.unsubscribe_from_all(subscriber, source="preferences")
        context["left"] = True
    elif form.is_valid():
        context["mail_follows"] = actions.choose(subscriber, **form.cleaned_data)
        context["saved"] = True
    elif form.is_bound:
        return _page(request, "preferences", subscriber.locale, UNPROCESSABLE, form=form, **context)
    running = list(subscriber.subscriptions.confirmed().values_list("newsletter__slug", flat=True))
    form = PreferencesForm(initial={"locale": subscriber.locale, "newsletters": running})
    return _page(request, "preferences", subscriber.locale, form=form, running=running, **context)


def _subscription(purpose: tokens.Purpose, token: str) -> Subscription | None:
    try:
        public_id = tokens.read(purpose, token)
    except tokens.TokenError:
        return None
    found = Subscription.objects.select_related("subscriber", "newsletter")
    return found.filter(public_id=public_id).first()


def _unknown(request: HttpRequest, locale: str = "") -> HttpResponse:
    """Say that the link leads nowhere. Nothing tells a forged one from one long forgotten."""
    response = _page(
        request, "unknown", known_locale(locale, get_language_from_request(request)), NOT_FOUND
    )
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _page(
    request: HttpRequest, name: str, locale: str, status: int = 200, **context: Any
) -> HttpResponse:
    with translation.override(locale):
        response = render(request, f"newsletter/{name}.html", context, status=status)
    response["Content-Language"] = locale
    return response
