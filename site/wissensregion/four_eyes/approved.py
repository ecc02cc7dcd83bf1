"""What follows when the last step of a workflow approves: Wagtail asks for this by its setting.

It imports nothing of Wagtail, whose models import it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wagtail.models import WorkflowState

    from wissensregion.models import User


def publish(state: WorkflowState, user: User | None = None) -> None:
    """Publish what was approved. The approval is the right to: there need be no other."""
    revision = state.content_object.get_latest_revision()
    revision.publish(user=user, skip_permission_checks=True)
