"""Begins a dispatch: now or at a time, once for each issue; and the test mail."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from newsletter.composing import actions as composing
from newsletter.composing import render
from newsletter.composing.models import Edition
from newsletter.sending import audience, handover, proving, states
from newsletter.sending.actions.probing import UnprovenError
from newsletter.sending.models import (
    Dispatch,
    DispatchKind,
    DispatchState,
    HoldReason,
    OperatorAct,
    OperatorVerb,
)

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from newsletter.composing.models import IssuePage
    from wissensregion.models import User


class AlreadyStartedError(Exception):
    """This issue is on its way already; ``dispatch`` says by whom and since when."""

    def __init__(self, dispatch: Dispatch) -> None:
        super().__init__(f"dispatch {dispatch.pk} exists")
        self.dispatch = dispatch


class NothingToSendError(Exception):
    """The issue is published in no language."""


class TestMailError(Exception):
    """The test mail was not taken; the message is the mail service's."""


def start(
    issue: IssuePage,
    user: User | None,
    *,
    expected: int | None = None,
    at: datetime | None = None,
    nonce: uuid.UUID | None = None,
) -> Dispatch:
    """Freeze the issue in every language it is published in and begin its dispatch.

    With ``at`` it begins then; found later than the latest start, it is held for a person.
    Raises ``RenderError`` before anything is written, ``UnprovenError`` where the mail service
    might track and no probe has shown that it does not, ``AlreadyStartedError`` for whoever comes
    second.
    """
    dispatch = Dispatch(
        newsletter=issue.newsletter,
        issue_key=issue.translation_key,
        nonce=nonce or uuid.uuid4(),
        requested_by=user,
        expected_count=expected,
    )
    if at:
        dispatch.state, dispatch.not_before = DispatchState.SCHEDULED, at
        dispatch.latest_start = at + timedelta(hours=settings.NEWSLETTER_LATEST_START_HOURS)
    return _begin(issue, dispatch, OperatorVerb.SCHEDULE if at else OperatorVerb.START)


def follow_up(
    issue: IssuePage, user: User | None, *, expected: int, nonce: uuid.UUID | None = None
) -> Dispatch:
    """Send an issue that was sent to those who came later or were left out.

    One at a time: raises ``AlreadyStartedError`` while another dispatch of it is alive.
    """
    dispatch = Dispatch(
        newsletter=issue.newsletter,
        issue_key=issue.translation_key,
        kind=DispatchKind.FOLLOWUP,
        nonce=nonce or uuid.uuid4(),
        requested_by=user,
        expected_count=expected,
    )
    return _begin(issue, dispatch, OperatorVerb.START)


def _begin(issue: IssuePage, dispatch: Dispatch, verb: OperatorVerb) -> Dispatch:
    pages = issue.in_every_locale()
    if not pages:
        raise NothingToSendError
    rendered = [(page, render.mail(page, page.index())) for page in pages]
    digests = [(page.locale.language_code, mail.digest) for page, mail in rendered]
    if without := proving.unproven(issue.translation_key, digests):
        raise UnprovenError(without)
    with transaction.atomic():
        _first(dispatch)
        dispatch.editions.set(composing.freeze(page, mail) for page, mail in rendered)
        OperatorAct.objects.create(
            dispatch=dispatch,
            user=dispatch.requested_by,
            verb=verb,
            count=dispatch.expected_count,
        )
    return dispatch


def _first(dispatch: Dispatch) -> None:
    if dispatch.kind == DispatchKind.FOLLOWUP:
        _alone(dispatch)
    # The unique indexes decide who is first, not a look beforehand.
    try:
        with transaction.atomic():
            dispatch.save(force_insert=True)
    except IntegrityError as error:
        # The same press is the same dispatch, also when that was cancelled meanwhile.
        running = Dispatch.objects.filter(nonce=dispatch.nonce).first() or (
            Dispatch.objects.not_undone()
            .filter(issue_key=dispatch.issue_key, kind=DispatchKind.FINAL)
            .order_by("pk")
            .first()
        )
        if running is None:
            raise
        raise AlreadyStartedError(running) from error


def _alone(dispatch: Dispatch) -> None:
    """Let one follow-up through at a time; the rows of the dispatches before it are the lock.

    Whoever waited for the lock may find that nobody is left: the other one has got them all.
    """
    earlier = Dispatch.objects.filter(issue_key=dispatch.issue_key)
    list(earlier.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    if running := earlier.alive().exclude(state=DispatchState.UNCLEAR).order_by("pk").first():
        raise AlreadyStartedError(running)
    nobody = not audience.audience(dispatch.newsletter_id, dispatch.issue_key).exists()
    if nobody and (last := earlier.order_by("-pk").first()):
        raise AlreadyStartedError(last)


def begin_scheduled(dispatch_id: int | None = None) -> list[int]:
    """Begin what is due; hold what is found too late. Return the dispatches begun."""
    now = timezone.now()
    due = Dispatch.objects.filter(state=DispatchState.SCHEDULED, not_before__lte=now)
    if dispatch_id is not None:
        due = due.filter(pk=dispatch_id)
    begun = []
    for dispatch in due.order_by("pk"):
        row = Dispatch.objects.filter(pk=dispatch.pk)
        if dispatch.latest_start and dispatch.latest_start < now:
            hold(row, HoldReason.LATE)
        elif states.move(row, states.DISPATCH, DispatchState.PREPARING):
            begun.append(dispatch.pk)
    return begun


def hold(rows: QuerySet[Dispatch], reason: HoldReason) -> int:
    """Hold dispatches for a person, and say why."""
    held = 0
    for pk in list(rows.values_list("pk", flat=True)):
        row = Dispatch.objects.filter(pk=pk)
        if states.move(row, states.DISPATCH, DispatchState.HELD, hold_reason=reason):
            OperatorAct.objects.create(dispatch_id=pk, verb=OperatorVerb.AUTO_HOLD, reason=reason)
            held += 1
    return held


def send_test(issue: IssuePage, user: User) -> None:
    """Send the issue's draft to the user's own address, with links that belong to nobody."""
    draft: IssuePage = issue.get_latest_revision_as_object()
    rendered = render.mail(draft, draft.index())
    with translation.override(issue.locale.language_code):
        subject = _("Test: %(subject)s") % {"subject": rendered.subject}
    edition = Edition(subject=subject, html=rendered.html, text=rendered.text)
    recipient = handover.nobody(user.email, issue.newsletter)
    answer = handover.hand_over_one(recipient, edition)
    if answer.failure is not None:
        raise TestMailError(answer.reason)
