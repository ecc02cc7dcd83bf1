"""Index of the newsletter's models; Django looks for them here."""

from newsletter.composing.models import Edition, IssueIndexPage, IssuePage
from newsletter.feedback.models import BounceMailbox, FeedbackEvent
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
    Consent,
    ConsentWording,
    NetworkTally,
    Newsletter,
    SignupPage,
    SignupRequest,
    Subscriber,
    Subscription,
    Suppression,
)

__all__ = [
    "Attempt",
    "Batch",
    "BounceMailbox",
    "Consent",
    "ConsentWording",
    "Delivery",
    "Dispatch",
    "Edition",
    "EngineHost",
    "FeedbackEvent",
    "IssueIndexPage",
    "IssuePage",
    "NetworkTally",
    "Newsletter",
    "OperatorAct",
    "SenderAccount",
    "SignupPage",
    "SignupRequest",
    "Subscriber",
    "Subscription",
    "Suppression",
]
