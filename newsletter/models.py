"""Index of the newsletter's models; Django looks for them here."""

from newsletter.composing.models import Edition, IssueIndexPage, IssuePage
from newsletter.feedback.models import BounceMailbox, FeedbackEvent
from newsletter.people.models import AddressLook, Import, ImportRow
from newsletter.sending.models import (
    Attempt,
    Batch,
    Delivery,
    Dispatch,
    EngineHost,
    OperatorAct,
    Probe,
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
    "AddressLook",
    "Attempt",
    "Batch",
    "BounceMailbox",
    "Consent",
    "ConsentChain",
    "ConsentWording",
    "Delivery",
    "Dispatch",
    "Edition",
    "EngineHost",
    "FeedbackEvent",
    "Import",
    "ImportRow",
    "IssueIndexPage",
    "IssuePage",
    "MoveNotice",
    "Newsletter",
    "OperatorAct",
    "Probe",
    "SenderAccount",
    "SignupPage",
    "SignupRequest",
    "SignupTally",
    "Subscriber",
    "Subscription",
    "Suppression",
]
