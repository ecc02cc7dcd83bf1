"""What is said of a dispatch that has not begun, or that nobody works on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.sending import fence
from newsletter.sending.advice.scenes import Note, who
from newsletter.sending.models import DispatchState, HoldReason
from newsletter.sending.wording import clock, grouped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.sending.advice.scenes import Scene
    from newsletter.sending.models import Dispatch

# So long a dispatch may go untouched before we ask whether a worker runs at all.
STALLED = timedelta(minutes=2)


def scheduled(dispatch: Dispatch) -> Note:
    return Note(
        _("It begins by itself: %(time)s.") % {"time": clock(dispatch.not_before)},
        _(
            "If the server is off then and comes back after %(time)s, nothing is sent: the "
            "dispatch waits for you instead."
        )
        % {"time": clock(dispatch.latest_start)},
        until=dispatch.not_before,
    )


def ready(scene: Scene) -> Iterator[Note]:
    dispatch = scene.dispatch
    if dispatch.due_at and dispatch.due_at > timezone.now():
        yield Note(
            _("A minute to think again: nothing is handed over before %(time)s.")
            % {"time": clock(dispatch.due_at)},
            _("Press Cancel if something is wrong; nobody will have got anything."),
            until=dispatch.due_at,
        )
    if settings.NEWSLETTER_FOUR_EYES and dispatch.released_by_id is None:
        yield Note(
            _("A second person has to release it."),
            _("It cannot be %(name)s, who began it.") % {"name": who(dispatch.requested_by)},
            level="warning",
        )
    elif not dispatch.due_at or dispatch.due_at <= timezone.now():
        yield from stalled(scene)


def held(scene: Scene) -> Note:
    dispatch = scene.dispatch
    if dispatch.hold_reason == HoldReason.FENCE:
        return _fenced()
    if dispatch.hold_reason == HoldReason.UNPROVEN:
        return Note(
            _(
                "It was begun with another mail service. With the one in use no probe has shown "
                "yet that the issue arrives without tracking."
            ),
            _("Send a probe: “Send …” in the menu of the issue. When it has passed, release it."),
            level="critical",
        )
    if dispatch.hold_reason == HoldReason.LATE:
        return Note(
            _(
                "It was to begin at %(time)s and was found too late: the server was off, or no "
                "worker ran. Nothing was sent."
            )
            % {"time": clock(dispatch.not_before)},
            _("Look whether the issue is still right for today. Then release it, or cancel it."),
            level="critical",
        )
    return Note(
        _(
            "It was released for %(expected)s readers, and there are %(count)s now. Nothing was "
            "sent."
        )
        % {"expected": grouped(dispatch.expected_count), "count": grouped(scene.progress.total)},
        _(
            "Was there an import, or did many leave? If the number is right, release it with "
            "that number; if not, cancel it."
        ),
        level="critical",
    )


def _fenced() -> Note:
    match fence.standing():
        case fence.Standing.BEHIND:
            return Note(
                _(
                    "This database is older than what this server has already sent (restore?). "
                    "All dispatches are held."
                ),
                _(
                    "If it was restored on purpose, take this server over: what was sent after "
                    "the backup becomes unknown and is sent to nobody again by itself."
                ),
                level="critical",
            )
        case fence.Standing.STRANGER:
            return Note(
                _(
                    "This database does not know this server: it is a copy, or the server is "
                    "new. All dispatches are held."
                ),
                _(
                    "On a copy for tests, do nothing. If this server sends from now on and no "
                    "other does, take it over."
                ),
                level="critical",
            )
    return Note(
        _("Server and database fit together again; the dispatch still waits for a person."),
        _("Look at the numbers below, then release it."),
        level="warning",
    )


def stalled(scene: Scene) -> Iterator[Note]:
    """Nobody works on what is due: the one thing that no state says by itself."""
    dispatch = scene.dispatch
    since = dispatch.touched_at or dispatch.ready_at or dispatch.created_at
    if dispatch.state == DispatchState.PREPARING:
        # Each part of the audience that is written down begins a batch.
        last = dispatch.batches.order_by("-seq").values_list("not_before", flat=True).first()
        since = max(since, last or since)
    if dispatch.state != DispatchState.SENDING:
        since = max(filter(None, (dispatch.due_at, dispatch.not_before, since)))
    elif dispatch.due_at:
        since = max(since, dispatch.due_at)
    if timezone.now() - since < STALLED:
        return
    yield Note(
        _("Nobody has worked on it since %(time)s: the worker seems to be down.")
        % {"time": clock(since)},
        _(
            "Nothing is lost, and there is nothing to press here. Whoever runs the site has to "
            "start the worker (manage.py worker) or the clock (manage.py newsletter_tick every "
            "minute); then it goes on where it stopped. Mails that were just being handed over "
            "will be called unknown."
        ),
        level="critical",
    )
