"""What the newsletter knows about a person, and how to hand it over and erase it."""

MODELS = {
    "Consent": True,
    "ConsentWording": False,
    "Delivery": True,
    "Dispatch": False,
    "Edition": False,
    "FeedbackEvent": True,
    "IssueIndexPage": False,
    "IssuePage": False,
    "NetworkTally": True,
    "Newsletter": False,
    "SignupPage": False,
    "SignupRequest": True,
    "Subscriber": True,
    "Subscription": True,
    "Suppression": True,
}
