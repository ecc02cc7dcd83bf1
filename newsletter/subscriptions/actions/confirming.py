"""The confirmation mail, and what pressing its button does."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter import mail
from newsletter.subscriptions import tokens
from newsletter.subscriptions.actions.moving import move
from newsletter.subscriptions.actions.recording import record
from newsletter.subscriptions.actions.signing_up import steps
from newsletter.subscriptions.actions.writing import written
from newsletter.subscriptions.models import (
    Consent,
    ConsentKind,
    EndReason,
    RequestMail,
    SignupRequest,
    Subscriber,
    Subscription,
    Suppression,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsletter.subscriptions.models import Newsletter

logger = logging.getLogger(__name__)

# Whoever types somebody else's address into the form can cause one mail a day, not a flood.
REST = timedelta(hours=24)
REST_AFTER_SUPPRESSION = MONTH = timedelta(days=30)
MAILS_PER_MONTH = 3
SUBJECTS = {
    RequestMail.CONFIRM: _("Please confirm your newsletter subscription"),
    RequestMail.ALREADY: _("You are already subscribed"),
    RequestMail.MOVE: _("Please confirm your new address"),
}
TEMPLATES = {
    RequestMail.CONFIRM: "confirm",
    RequestMail.ALREADY: "already_subscribed",
    RequestMail.MOVE: "move",
}

# Mails whose link agrees to something.
WITH_LINK = {RequestMail.CONFIRM, RequestMail.MOVE}


def send_confirmation(request_id: int) -> None:
    """Mail what a request calls for, if anything. Safe to repeat: one worker settles it.

    Where the mail service did not take it, the request is due again after its lease. A call
    cut off half-way counts as sent: a second mail would say the same, and more of them scare.
    """
    request, token = _claim(request_id)
    if request is None:
        return
    try:
        mail.send(_message(request, token))
    except mail.MailError as error:
        details = {"request": request.pk, "failure": error.failure.value, "reason": error.reason}
        logger.warning("Confirmation not sent", extra=details)
        if error.failure is mail.Failure.NOT_ACCEPTED:
            return
        _settle(request, mailed=error.failure is mail.Failure.UNKNOWN)
    else:
        _settle(request, mailed=True)


def send_due_confirmations(limit: int = 100) -> int:
    """Send what a lost task or a failed call has left behind; return how many were looked at."""
    due = SignupRequest.objects.due().order_by("pk").values_list("pk", flat=True)[:limit]
    for request_id in list(due):
        send_confirmation(request_id)
    return len(due)


@transaction.atomic
def confirm(request: SignupRequest, *, network: str | None = None) -> bool:
    """Turn a request into subscriptions, once. False: it was used before or has expired."""
    now = timezone.now()
    if not SignupRequest.objects.open().filter(pk=request.pk).update(used_at=now):
        return False
    if request.moves_id:
        move(request, network or "")
    else:
        _begin_all(request, network or "")
    # The mailbox works and its owner asks: what was held against the address is over.
    Suppression.objects.filter(address_key=request.address_key).delete()
    return True


def _begin_all(request: SignupRequest, network: str) -> None:
    subscriber, _created = Subscriber.objects.get_or_create(
        address_key=request.address_key,
        defaults={"address": request.address, "locale": request.locale},
    )
    if not subscriber.subscriptions.confirmed().exists():
        Subscriber.objects.filter(pk=subscriber.pk).update(locale=request.locale)
    newsletters = list(request.newsletters.all())
    for newsletter in newsletters:
        _begin(subscriber, newsletter)
    record(request.address_key, steps(request, ConsentKind.CONFIRMED, newsletters, network))


def _begin(subscriber: Subscriber, newsletter: Newsletter) -> None:
    """Start a subscription anew; one that runs keeps its first date."""
    subscription, created = Subscription.objects.get_or_create(
        subscriber=subscriber, newsletter=newsletter
    )
    if not created:
        Subscription.objects.filter(pk=subscription.pk, ended_at__isnull=False).update(
            ended_at=None, end_reason="", confirmed_at=timezone.now()
        )


@transaction.atomic
def _claim(request_id: int) -> tuple[SignupRequest | None, str]:
    """Take a request and decide its mail; None where there is nothing to send (any more).

    All requests of the mailbox are locked, so that two workers cannot send two mails.
    """
    asked = SignupRequest.objects.filter(pk=request_id).values("mailbox_key")
    rows = SignupRequest.objects.select_for_update().filter(mailbox_key__in=asked).order_by("pk")
    others = {row.pk: row for row in rows}
    request = others.pop(request_id, None)
    due = SignupRequest.objects.due().filter(pk=request_id).exists()
    if request is None or not due:
        return None, ""
    now = timezone.now()
    request.mail = _mail_for(request, others.values())
    request.claimed_at = now
    token = ""
    if request.mail in WITH_LINK:
        token = tokens.new_confirmation(request.locale, request.expires_at)
        request.token_hash = tokens.fingerprint(token)
    elif not request.mail:
        request.settled_at = now
    request.save(update_fields=["mail", "claimed_at", "settled_at", "token_hash"])
    return (request if request.mail else None), token


def _mail_for(request: SignupRequest, others: Iterable[SignupRequest]) -> str:
    """Decide silently which mail a request is answered with; empty means none."""
    wanted = set(request.newsletters.values_list("pk", flat=True))
    running = Subscription.objects.confirmed().filter(
        subscriber__address_key=request.address_key, newsletter__in=wanted
    )
    known = wanted <= set(running.values_list("newsletter", flat=True))
    kind = RequestMail.ALREADY if known else RequestMail.CONFIRM
    if request.moves_id:
        kind = RequestMail.MOVE
    since = timezone.now() - REST
    resting = any(
        other.mail == kind
        and other.used_at is None
        and other.claimed_at is not None
        and other.claimed_at > since
        for other in others
    )
    if not wanted or resting or not _may_be_asked(request.address_key):
        return ""
    if kind != RequestMail.ALREADY and _asked_often(request.address_key):
        return ""
    return kind


def _asked_often(address_key: str) -> bool:
    """Say whether an address had its mails of a month and answered none of them."""
    steps = Consent.objects.of(address_key)
    answered = steps.filter(kind=ConsentKind.CONFIRMED).order_by("seq").last()
    sent = steps.filter(
        kind=ConsentKind.MAIL_SENT,
        at__gt=timezone.now() - MONTH,
        seq__gt=answered.seq if answered else 0,
    )
    # One mail may be a step for each of several newsletters.
    return sent.values("at").distinct().count() >= MAILS_PER_MONTH


def _may_be_asked(address_key: str) -> bool:
    """Say whether a suppressed address may be asked once more: its owner may have come back."""
    suppression = Suppression.objects.filter(address_key=address_key).first()
    if suppression is None:
        return True
    if suppression.reason not in {EndReason.BOUNCED, EndReason.COMPLAINED}:
        return False
    since = timezone.now() - REST_AFTER_SUPPRESSION
    sent = Consent.objects.of(address_key).filter(kind=ConsentKind.MAIL_SENT)
    return not sent.filter(at__gt=since).exists()


@transaction.atomic
def _settle(request: SignupRequest, *, mailed: bool) -> None:
    now = timezone.now()
    mine = SignupRequest.objects.filter(pk=request.pk, settled_at=None)
    if mine.update(settled_at=now, mailed_at=now if mailed else None) and mailed:
        if request.mail in WITH_LINK:
            mailed_for = request.newsletters.all()
            record(request.address_key, steps(request, ConsentKind.MAIL_SENT, mailed_for))
        logger.info("Sign-up answered", extra={"request": request.pk, "mail": request.mail})


def _message(request: SignupRequest, token: str) -> mail.Message:
    kind = RequestMail(request.mail)
    locale, to = request.locale, request.address
    if kind is RequestMail.ALREADY:
        known = Subscription.objects.confirmed().select_related("subscriber")
        subscription = known.filter(subscriber__address_key=request.address_key)[0]
        locale, to = subscription.subscriber.locale, subscription.subscriber.address
        url = tokens.preferences_url(subscription)
    else:
        url = tokens.confirm_url(token)
    newsletters = list(request.newsletters.all())
    return written(
        TEMPLATES[kind],
        to=to,
        locale=locale,
        subject=SUBJECTS[kind],
        url=url,
        newsletters=newsletters,
    )
