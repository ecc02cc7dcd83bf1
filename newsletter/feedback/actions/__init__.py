"""What is done with reports: keep them, apply them, forget them."""

from newsletter.feedback.actions.applying import apply_waiting
from newsletter.feedback.actions.judging import suppress_soft_bounced
from newsletter.feedback.actions.keeping import take_in

__all__ = ["apply_waiting", "suppress_soft_bounced", "take_in"]
