"""Who subscribes and gets an issue nevertheless not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from newsletter.sending.audience import audience
from newsletter.subscriptions.models import SignupRequest, Subscription

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Exclusion:
    """So many are left out for one reason."""

    reason: str
    count: int


def exclusions(newsletter_id: int, issue_key: UUID) -> list[Exclusion]:
    """Count those the audience leaves out, a reason each."""
    running = Subscription.objects.filter(newsletter=newsletter_id).confirmed()
    deliverable = running.deliverable().count()
    paused = running.paused().count()
    waiting = SignupRequest.objects.open().filter(newsletters=newsletter_id)
    found = [
        Exclusion(
            _("had this issue before, or it is on its way to them"),
            deliverable - audience(newsletter_id, issue_key).count(),
        ),
        Exclusion(_("have paused the newsletter"), paused),
        Exclusion(
            _("blocked: the address does not exist any more, or they complained"),
            running.count() - deliverable - paused,
        ),
        Exclusion(_("signed up, but not confirmed yet"), waiting.count()),
    ]
    return [each for each in found if each.count]
