"""Index of the newsletter's models; Django looks for them here."""

from newsletter.composing.models import Edition, IssueIndexPage, IssuePage
from newsletter.feedback.models import FeedbackEvent
from newsletter.sending.models import Delivery, Dispatch
from newsletter.subscriptions.models import (
    Consent,
    ConsentChain,
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
    "Consent",
    "ConsentChain",
    "ConsentWording",
    "Delivery",
    "Dispatch",
    "Edition",
    "FeedbackEvent",
    "IssueIndexPage",
    "IssuePage",
    "NetworkTally",
    "Newsletter",
    "SignupPage",
    "SignupRequest",
    "Subscriber",
    "Subscription",
    "Suppression",
]
