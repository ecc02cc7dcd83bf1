"""What is done with a dispatch: start, go on, pause, resume, cancel; and the test mail."""

from __future__ import annotations

import logging
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from newsletter.composing import actions as composing
from newsletter.composing import render
from newsletter.composing.models import Edition
from newsletter.sending import audience, handover
from newsletter.sending.models import (
    Delivery,
    DeliveryState,
    Dispatch,
    DispatchState,
    SkipReason,
)
from newsletter.subscriptions.models import Subscriber, Subscription

if TYPE_CHECKING:
    from newsletter.composing.models import IssuePage
    from wissensregion.models import User

logger = logging.getLogger(__name__)

# A worker that stops can always finish its slice in time.
SLICE = 30.0
# So long after its last batch a dispatch counts as left alone.
IDLE = timedelta(seconds=60)
ENDED = (DispatchState.COMPLETED, DispatchState.CANCELLED, DispatchState.FAILED)


class AlreadyStartedError(Exception):
    """This issue is on its way already; ``dispatch`` says by whom and since when."""

    def __init__(self, dispatch: Dispatch) -> None:
        super().__init__(f"dispatch {dispatch.pk} exists")
        self.dispatch = dispatch


class NothingToSendError(Exception):
    """The issue is published in no language."""


class TestMailError(Exception):
    """The test mail was not taken; the message is the mail service's."""


def start(issue: IssuePage, user: User | None) -> Dispatch:
    """Freeze the issue in every language it is published in and begin its dispatch.

    Raises ``RenderError`` before anything is written, ``AlreadyStartedError`` for whoever
    comes second.
    """
    pages = issue.in_every_locale()
    if not pages:
        raise NothingToSendError
    rendered = [(page, render.mail(page, page.index())) for page in pages]
    with transaction.atomic():
        dispatch = _first(issue, user)
        dispatch.editions.set(composing.freeze(page, mail) for page, mail in rendered)
    return dispatch


def _first(issue: IssuePage, user: User | None) -> Dispatch:
    # The unique index decides who is first, not a look beforehand.
    try:
        with transaction.atomic():
            return Dispatch.objects.create(
                newsletter=issue.newsletter, issue_key=issue.translation_key, requested_by=user
            )
    except IntegrityError as error:
        running = Dispatch.objects.not_undone().get(issue_key=issue.translation_key)
        raise AlreadyStartedError(running) from error


def continue_dispatch(dispatch_id: int, *, seconds: float = SLICE) -> bool:
    """Do a slice of the work that is due; say whether to go on at once. Safe to repeat."""
    until = monotonic() + seconds
    while audience.freeze_chunk(dispatch_id):
        if monotonic() >= until:
            return True
    mark_stale()
    if handover.hand_over(dispatch_id, until=until):
        return True
    _complete(dispatch_id)
    return False


def left_alone() -> list[int]:
    """The dispatches with work that is due and that no worker touches."""
    now = timezone.now()
    waiting = Dispatch.objects.filter(state__in=[DispatchState.PREPARING, DispatchState.SENDING])
    idle = waiting.filter(Q(touched_at=None) | Q(touched_at__lt=now - IDLE))
    return list(idle.exclude(due_at__gt=now).order_by("pk").values_list("pk", flat=True))


def mark_stale() -> int:
    """Call unknown what a dead worker left in its call. It is never sent again by itself."""
    return Delivery.objects.stale().update(state=DeliveryState.UNKNOWN)


def pause(dispatch: Dispatch) -> bool:
    """Take effect before the next call; the one in flight runs to its end."""
    running = [DispatchState.PREPARING, DispatchState.SENDING]
    return _move(dispatch, running, state=DispatchState.PAUSED)


def resume(dispatch: Dispatch) -> bool:
    """Go on where it stopped: an audience that is complete is not asked again."""
    state = DispatchState.SENDING if dispatch.started_at else DispatchState.PREPARING
    return _move(
        dispatch, [DispatchState.PAUSED], state=state, errors_in_row=0, last_error="", due_at=None
    )


def cancel(dispatch: Dispatch) -> bool:
    """Leave out whoever has not had the issue yet. There is no way back."""
    alive = [DispatchState.PREPARING, DispatchState.SENDING, DispatchState.PAUSED]
    with transaction.atomic():
        done = _move(dispatch, alive, state=DispatchState.CANCELLED, completed_at=timezone.now())
        if done:
            Delivery.objects.planned().filter(dispatch=dispatch).update(
                state=DeliveryState.SKIPPED, reason=SkipReason.CANCELLED
            )
    return done


def send_test(issue: IssuePage, user: User) -> None:
    """Send the issue's draft to the user's own address, with links that belong to nobody."""
    draft: IssuePage = issue.get_latest_revision_as_object()
    rendered = render.mail(draft, draft.index())
    with translation.override(issue.locale.language_code):
        subject = _("Test: %(subject)s") % {"subject": rendered.subject}
    edition = Edition(subject=subject, html=rendered.html, text=rendered.text)
    nobody = Subscription(newsletter=issue.newsletter, subscriber=Subscriber())
    answer = handover.hand_over_one(handover.letter(user.email, edition, nobody))
    if answer.state != DeliveryState.ACCEPTED:
        raise TestMailError(answer.reason)


def _complete(dispatch_id: int) -> None:
    to_do = Delivery.objects.filter(
        dispatch=dispatch_id, state__in=[DeliveryState.PLANNED, DeliveryState.SUBMITTING]
    )
    if not to_do.exists():
        Dispatch.objects.filter(pk=dispatch_id, state=DispatchState.SENDING).update(
            state=DispatchState.COMPLETED, completed_at=timezone.now(), last_error=""
        )


def _move(dispatch: Dispatch, states: list[DispatchState], **changes: object) -> bool:
    """Change the state where it is one of those; the update itself is the check."""
    rows = Dispatch.objects.filter(pk=dispatch.pk, state__in=states)
    return bool(rows.update(**changes))
