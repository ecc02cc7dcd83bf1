"""Index of the newsletter's models; Django looks for them here."""

from newsletter.composing.models import Edition, IssueIndexPage, IssuePage
from newsletter.feedback.models import FeedbackEvent
from newsletter.sending.models import Delivery, Dispatch
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
    "Consent",
    "ConsentChain",
    "ConsentWording",
    "Delivery",
    "Dispatch",
    "Edition",
    "FeedbackEvent",
    "IssueIndexPage",
    "IssuePage",
    "MoveNotice",
    "Newsletter",
    "SignupPage",
    "SignupRequest",
    "SignupTally",
    "Subscriber",
    "Subscription",
    "Suppression",
]
