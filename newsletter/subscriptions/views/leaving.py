"""What the links in every issue open: leaving, and the way to one's settings.

Readers forward issues, links and all. So these pages hide the address, and nothing but leaving
happens on them at once; for everything else they send a fresh link to the mailbox.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from newsletter.subscriptions import actions, addresses, tokens
from newsletter.subscriptions.models import AccessPurpose, Subscription
from newsletter.subscriptions.views.pages import NOT_FOUND, page, private, unknown
from wissensregion.networks import network_of


@private
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button that ends a subscription, or end it."""
    subscription = _subscription(tokens.Purpose.UNSUBSCRIBE, token)
    if subscription is None:
        return unknown(request)
    if request.method == "POST":
        actions.unsubscribe(
            subscription, source="unsubscribe page", network=network_of(request.META)
        )
        subscription.refresh_from_db()
    return page(
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
    try:
        tokens.read(tokens.Purpose.UNSUBSCRIBE, token)
    except tokens.TokenError:
        return HttpResponse("unknown\n", status=NOT_FOUND, content_type="text/plain")
    # Where there is none any more, whoever presses has what they want.
    if subscription := _subscription(tokens.Purpose.UNSUBSCRIBE, token):
        actions.unsubscribe(subscription, source="one-click", network=network_of(request.META))
    return HttpResponse("unsubscribed\n", content_type="text/plain")


@private
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a subscriber reads; end some of it, or mail the link that opens the settings."""
    subscription = _subscription(tokens.Purpose.PREFERENCES, token)
    if subscription is None:
        return unknown(request)
    subscriber = subscription.subscriber
    context: dict[str, Any] = {"masked": addresses.masked(subscriber.address)}
    if request.method == "POST":
        network = network_of(request.META)
        if "leave" in request.POST:
            running = subscriber.subscriptions.confirmed().select_related("newsletter")
            for each in running:
                if request.POST["leave"] in {"all", each.newsletter.slug}:
                    actions.unsubscribe(each, source="preferences", network=network)
            context["left"] = True
        elif request.POST.get("mail") in AccessPurpose.values and actions.admit(network):
            purpose = AccessPurpose(request.POST["mail"])
            actions.ask_for_access(subscriber.address_key, purpose, subscriber.locale)
            context["mailed"] = True
    running = subscriber.subscriptions.confirmed().select_related("newsletter", "subscriber")
    context["running"] = running.order_by("newsletter__name")
    return page(request, "preferences", subscriber.locale, **context)


def _subscription(purpose: tokens.Purpose, token: str) -> Subscription | None:
    try:
        public_id = tokens.read(purpose, token)
    except tokens.TokenError:
        return None
    found = Subscription.objects.select_related("subscriber", "newsletter")
    return found.filter(public_id=public_id).first()
