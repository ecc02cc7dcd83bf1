"""What can be done about a subscription, from asking for it to being forgotten."""

from newsletter.subscriptions.actions.accessing import (
    ask_for_access,
    erase_by_own_wish,
    find_access,
    open_access,
    person_in,
    send_access,
    send_due_access,
    send_move_notice,
)
from newsletter.subscriptions.actions.confirming import (
    confirm,
    send_confirmation,
    send_due_confirmations,
)
from newsletter.subscriptions.actions.forgetting import delete_chains
from newsletter.subscriptions.actions.leaving import (
    delete_person,
    forget,
    suppress,
    suppress_for_good,
    unsubscribe,
    unsubscribe_from_all,
)
from newsletter.subscriptions.actions.limiting import (
    Load,
    accept_proof,
    admit,
    release_held,
    weigh,
)
from newsletter.subscriptions.actions.moving import ask_to_move
from newsletter.subscriptions.actions.preferring import choose, pause
from newsletter.subscriptions.actions.recording import Step, record, record_many
from newsletter.subscriptions.actions.rekeying import (
    adopt,
    adopt_many,
    left_behind,
    rekey_everybody,
)
from newsletter.subscriptions.actions.signing_up import Visit, subscribe
from newsletter.subscriptions.actions.wording import ensure_wording, offered

__all__ = [
    "Load",
    "Step",
    "Visit",
    "accept_proof",
    "admit",
    "adopt",
    "adopt_many",
    "ask_for_access",
    "ask_to_move",
    "choose",
    "confirm",
    "delete_chains",
    "delete_person",
    "ensure_wording",
    "erase_by_own_wish",
    "find_access",
    "forget",
    "left_behind",
    "offered",
    "open_access",
    "pause",
    "person_in",
    "record",
    "record_many",
    "rekey_everybody",
    "release_held",
    "send_access",
    "send_confirmation",
    "send_due_access",
    "send_due_confirmations",
    "send_move_notice",
    "subscribe",
    "suppress",
    "suppress_for_good",
    "unsubscribe",
    "unsubscribe_from_all",
    "weigh",
]
