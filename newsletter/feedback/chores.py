"""What the tick does about feedback, each thing whether or not the others went well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.feedback import actions, mailbox

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS: dict[str, Callable[[], object]] = {
    "read_bounces": mailbox.read_bounces,
    "apply_feedback": actions.apply_waiting,
    "suppress_soft_bounced": actions.suppress_soft_bounced,
}
