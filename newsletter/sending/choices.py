"""What an operator can do about a dispatch right now: no other button is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter.sending import fence
from newsletter.sending.audience import audience
from newsletter.sending.models import DispatchState, HoldReason
from newsletter.sending.states import DISPATCH
from newsletter.sending.wording import grouped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.sending.models import Dispatch
    from newsletter.sending.progress import Progress
    from wissensregion.models import User

ADOPT = "newsletter.add_enginehost"
RUNNING = (DispatchState.PREPARING, DispatchState.READY, DispatchState.SENDING)
RETRIABLE = (
    DispatchState.SENDING, DispatchState.PAUSED, DispatchState.DRAINING, DispatchState.UNCLEAR,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be done, and what has to be typed for it."""

    verb: str
    label: str
    explanation: str = ""
    # To be typed, so that nothing big happens by a slip.
    count: int | None = None
    reason_needed: bool = True
    danger: bool = False

    @property
    def simple(self) -> bool:
        """One press is enough."""
        return self.count is None and not self.reason_needed

    @property
    def key(self) -> str:
        return f"{self.verb}{'' if self.count is None else self.count}"


def choices(dispatch: Dispatch, progress: Progress, user: User) -> list[Choice]:
    """Everything this person can do about this dispatch, the most likely first."""
    return [
        *_letting_go(dispatch, progress, user),
        *_stopping(dispatch),
        *_again(dispatch, progress),
        *_giving_up(dispatch),
    ]


def _letting_go(dispatch: Dispatch, progress: Progress, user: User) -> Iterator[Choice]:
    if dispatch.state == DispatchState.PAUSED:
        yield Choice(
            "resume", _("Go on"),
            _("It goes on where it stopped; nobody gets the issue twice."), reason_needed=False,
        )  # fmt: skip
    if dispatch.state == DispatchState.SCHEDULED:
        yield Choice(
            "release", _("Send now instead of later"),
            _("It begins at once, in place of its time."), count=_readers(dispatch),
        )  # fmt: skip
    second = settings.NEWSLETTER_FOUR_EYES and dispatch.released_by_id is None
    if dispatch.state == DispatchState.READY and second and user.pk != dispatch.requested_by_id:
        yield Choice(
            "release", _("Release as the second person"),
            _("You have looked at the issue and at the numbers."),
            count=progress.total, reason_needed=False,
        )  # fmt: skip
    if dispatch.state == DispatchState.HELD:
        yield from _held(dispatch, progress, user)


def _held(dispatch: Dispatch, progress: Progress, user: User) -> Iterator[Choice]:
    fenced = dispatch.hold_reason == HoldReason.FENCE
    if fenced and fence.standing() != fence.Standing.FINE:
        if user.has_perm(ADOPT):
            yield Choice(
                "adopt", _("Take this server over"),
                _(
                    "From now on this server may send from this database. What it sent and the "
                    "database does not know becomes unknown."
                ), danger=True,
            )  # fmt: skip
        return
    yield Choice(
        "release", _("Release"), _("You have seen why it was held."),
        count=progress.total if dispatch.ready_at else _readers(dispatch),
    )  # fmt: skip


def _stopping(dispatch: Dispatch) -> Iterator[Choice]:
    if dispatch.state in RUNNING:
        yield Choice(
            "pause", _("Pause"),
            _("Mails already being handed over still arrive."), reason_needed=False,
        )  # fmt: skip


def _again(dispatch: Dispatch, progress: Progress) -> Iterator[Choice]:
    if progress.unknown and dispatch.state in RETRIABLE:
        yield Choice(
            "resend",
            ngettext(
                "Send to this %(count)s unknown again",
                "Send to these %(count)s unknown again",
                progress.unknown,
            ) % {"count": grouped(progress.unknown)},
            _("Whoever has the mail already gets a second copy."),
            count=progress.unknown, danger=True,
        )  # fmt: skip
    if progress.failed and dispatch.state in RETRIABLE:
        yield Choice(
            "retry",
            ngettext(
                "Try %(count)s failed again", "Try %(count)s failed again", progress.failed
            ) % {"count": grouped(progress.failed)},
            _("The service never took them; nobody gets it twice by this."),
            count=progress.failed,
        )  # fmt: skip


def _giving_up(dispatch: Dispatch) -> Iterator[Choice]:
    if DispatchState.CANCELLED not in DISPATCH[dispatch.state]:
        return
    if dispatch.started_at is None:
        # Nothing was handed over: to cancel costs nothing.
        yield Choice(
            "cancel", _("Cancel"), _("Nobody has got anything. The issue can be sent anew."),
            reason_needed=False, danger=True,
        )  # fmt: skip
        return
    yield Choice(
        "cancel", _("Cancel for good"),
        _(
            "Whoever has not had the issue yet will not get it. Mails handed over already "
            "cannot be called back."
        ), danger=True,
    )  # fmt: skip


def _readers(dispatch: Dispatch) -> int:
    return audience(dispatch.newsletter_id, dispatch.issue_key).count()
