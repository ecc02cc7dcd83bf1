"""Wires what other apps announce to the rooms."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from anymail.signals import tracking
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from newsletter.feedback import webhooks
from newsletter.subscriptions import tasks
from newsletter.subscriptions.models import AccessLink, MoveNotice, SignupRequest

if TYPE_CHECKING:
    from anymail.signals import AnymailTrackingEvent


@receiver(post_save, sender=SignupRequest)
def answer_a_signup(instance: SignupRequest, *, created: bool, **kwargs: Any) -> None:
    """Wake the worker once the request is there to be found.

    Robust: a queue that is down costs the visitor nothing, ``newsletter_tick`` finds the request.
    """
    if created:
        wake = partial(tasks.send_confirmation.enqueue, instance.pk)
        transaction.on_commit(wake, robust=True)


@receiver(post_save, sender=AccessLink)
def mail_a_key(instance: AccessLink, *, created: bool, **kwargs: Any) -> None:
    if created:
        transaction.on_commit(partial(tasks.send_access.enqueue, instance.pk), robust=True)


@receiver(post_save, sender=MoveNotice)
def tell_the_old_address(instance: MoveNotice, *, created: bool, **kwargs: Any) -> None:
    if created:
        transaction.on_commit(partial(tasks.send_move_notice.enqueue, instance.pk), robust=True)


@receiver(tracking)
def take_in_feedback(event: AnymailTrackingEvent, esp_name: str, **kwargs: Any) -> None:
    """Anymail has checked the caller and normalised the words; the rest is the room's."""
    webhooks.take(event, esp_name)
