"""What can be done about a subscription, from asking for it to being forgotten."""

from newsletter.subscriptions.actions.confirming import (
    confirm,
    send_confirmation,
    send_due_confirmations,
)
from newsletter.subscriptions.actions.forgetting import (
    delete_expired_requests,
    delete_old_proof,
    forget_networks,
)
from newsletter.subscriptions.actions.leaving import (
    forget,
    suppress,
    unsubscribe,
    unsubscribe_from_all,
)
from newsletter.subscriptions.actions.preferring import choose
from newsletter.subscriptions.actions.recording import Step, record, record_many
from newsletter.subscriptions.actions.signing_up import Visit, admit, subscribe
from newsletter.subscriptions.actions.wording import ensure_wording, offered

__all__ = [
    "Step",
    "Visit",
    "admit",
    "choose",
    "confirm",
    "delete_expired_requests",
    "delete_old_proof",
    "ensure_wording",
    "forget",
    "forget_networks",
    "offered",
    "record",
    "record_many",
    "send_confirmation",
    "send_due_confirmations",
    "subscribe",
    "suppress",
    "unsubscribe",
    "unsubscribe_from_all",
]
