"""Looks at a running dispatch, and pauses it before a small trouble becomes a big one.

Counted from the rows, never from counters; so seldom that it costs nothing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_noop

from newsletter.sending import states
from newsletter.sending.models import (
    Batch,
    Delivery,
    DeliveryState,
    Dispatch,
    DispatchState,
    OperatorAct,
    OperatorVerb,
    Outcome,
)

logger = logging.getLogger(__name__)

EVERY = timedelta(seconds=10)
# Shares of what was handed over, and the number from which a share means anything.
REFUSED, REFUSED_FROM = 0.05, 10
BOUNCED, BOUNCED_FROM = 0.05, 100
COMPLAINED, COMPLAINED_FROM = 0.001, 3
UNKNOWN, UNKNOWN_FROM = 0.02, 10

TOO_MANY_REFUSED = gettext_noop("Too many addresses were refused.")
TOO_MANY_BOUNCED = gettext_noop("Too many mails came back for good.")
TOO_MANY_COMPLAINED = gettext_noop("Too many readers reported the mail as unwanted.")
TOO_MANY_UNKNOWN = gettext_noop("Too many calls to the mail service broke off.")
# Seen by the feedback room, which alone knows the reports.
TOO_MANY_REPORTED = gettext_noop("The mail service reports more mails than it was handed.")


@dataclass(frozen=True, slots=True)
class Signs:
    """What the rows of a dispatch say about its health."""

    accepted: int
    refused: int
    unknown: int
    bounced: int
    complained: int
    reported: int

    @classmethod
    def of(cls, dispatch_id: int) -> Signs:
        rows = Delivery.objects.filter(dispatch=dispatch_id).order_by()
        by_state = dict(rows.values_list("state").annotate(Count("pk")))
        by_outcome = dict(rows.exclude(outcome="").values_list("outcome").annotate(Count("pk")))
        return cls(
            accepted=by_state.get(DeliveryState.ACCEPTED, 0),
            refused=by_state.get(DeliveryState.REFUSED, 0) + by_state.get(DeliveryState.FAILED, 0),
            unknown=by_state.get(DeliveryState.UNKNOWN, 0),
            bounced=by_outcome.get(Outcome.HARD_BOUNCED, 0),
            complained=by_outcome.get(Outcome.COMPLAINED, 0),
            reported=sum(by_outcome.values()),
        )

    @property
    def trouble(self) -> str:
        """Why to pause, or nothing."""
        tried = self.accepted + self.refused + self.unknown
        if self.refused >= REFUSED_FROM and self.refused > REFUSED * tried:
            return TOO_MANY_REFUSED
        if self.reported >= BOUNCED_FROM and self.bounced > BOUNCED * self.reported:
            return TOO_MANY_BOUNCED
        if self.complained >= COMPLAINED_FROM and self.complained > COMPLAINED * self.accepted:
            return TOO_MANY_COMPLAINED
        if self.unknown >= UNKNOWN_FROM and self.unknown > UNKNOWN * tried:
            return TOO_MANY_UNKNOWN
        return ""


def look_at(dispatch_id: int) -> None:
    """Judge a running dispatch, if nobody has just done so."""
    now = timezone.now()
    rows = Dispatch.objects.filter(pk=dispatch_id, state=DispatchState.SENDING)
    dispatch = rows.first()
    if dispatch is None:
        return
    begin_canary(dispatch)
    if dispatch.judged_at and now - dispatch.judged_at < EVERY:
        return
    if not rows.filter(judged_at=dispatch.judged_at).update(judged_at=now):
        return
    signs = Signs.of(dispatch_id)
    if signs.trouble and not judged_before(dispatch, signs.trouble):
        pause(dispatch_id, signs.trouble)
    elif dispatch.canary_until and dispatch.canary_until > now and signs.reported:
        # The first mails arrived and nothing is wrong: the others may follow.
        rows.update(canary_until=now)


def begin_canary(dispatch: Dispatch) -> None:
    """The first batch is out: the rest waits for what is reported of it, but not for ever."""
    if dispatch.canary_until or dispatch.frozen_count < settings.NEWSLETTER_CANARY_FROM:
        return
    if not Batch.objects.open().filter(dispatch=dispatch, seq=1).exists():
        # Where nobody reports back there is nothing to wait for.
        seconds = settings.NEWSLETTER_CANARY_SECONDS if settings.NEWSLETTER_REPORTS else 0
        until = timezone.now() + timedelta(seconds=seconds)
        Dispatch.objects.filter(pk=dispatch.pk, canary_until=None).update(canary_until=until)


def judged_before(dispatch: Dispatch, reason: str) -> bool:
    """Say whether an operator has let it go on in the face of this already."""
    return OperatorAct.objects.filter(
        dispatch=dispatch, verb=OperatorVerb.AUTO_PAUSE, reason=reason
    ).exists()


def pause(dispatch_id: int, reason: str) -> bool:
    """Pause by itself, once, and say why."""
    rows = Dispatch.objects.filter(pk=dispatch_id)
    if not states.move(rows, states.DISPATCH, DispatchState.PAUSED, last_error=reason):
        return False
    OperatorAct.objects.create(dispatch_id=dispatch_id, verb=OperatorVerb.AUTO_PAUSE, reason=reason)
    logger.error("Dispatch %s paused by itself: %s", dispatch_id, reason)
    return True
