"""Index of the newsletter's models; Django looks for them here."""

from newsletter.composing.models import Edition, IssueIndexPage, IssuePage
from newsletter.feedback.models import FeedbackEvent
from newsletter.sending.models import (
    Attempt,
    Batch,
    Delivery,
    Dispatch,
    EngineHost,
    OperatorAct,
    SenderAccount,
)
from newsletter.subscriptions.models import (
    AccessLink,
    Consent,
    ConsentChain,
    ConsentWording,
    MoveNotice,
    Newsletter,
    SignupPage,
    SignupRequest,
    SignupTally,
    Subscriber,
    Subscription,
    Suppression,
)

__all__ = [
    "AccessLink",
    "Attempt",
    "Batch",
    "Consent",
    "ConsentChain",
    "ConsentWording",
    "Delivery",
    "Dispatch",
    "Edition",
    "EngineHost",
    "FeedbackEvent",
    "IssueIndexPage",
    "IssuePage",
    "MoveNotice",
    "Newsletter",
    "OperatorAct",
    "SenderAccount",
    "SignupPage",
    "SignupRequest",
    "SignupTally",
    "Subscriber",
    "Subscription",
    "Suppression",
]
