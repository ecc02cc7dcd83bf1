"""What can be done about a subscription, from asking for it to being forgotten."""

from newsletter.subscriptions.actions.confirming import (
    confirm,
    send_confirmation,
    send_due_confirmations,
)
from newsletter.subscriptions.actions.leaving import (
    forget,
    suppress,
    unsubscribe,
    unsubscribe_from_all,
)
from newsletter.subscriptions.actions.preferring import choose
from newsletter.subscriptions.actions.signing_up import (
    admit,
    delete_expired_requests,
    subscribe,
)
from newsletter.subscriptions.actions.wording import ensure_wording, offered

__all__ = [
    "admit",
    "choose",
    "confirm",
    "delete_expired_requests",
    "ensure_wording",
    "forget",
    "offered",
    "send_confirmation",
    "send_due_confirmations",
    "subscribe",
    "suppress",
    "unsubscribe",
    "unsubscribe_from_all",
]
