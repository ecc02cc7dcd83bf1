"""The pages of signing up, confirming, choosing and leaving.

None of them needs a cookie. What a form may do stands in its address or in a hidden field,
signed, so Django's protection against forged requests has no session to protect and would only
set a cookie: that is why every view that acts is exempt from it. No GET changes anything,
because mail scanners open every link.
"""

from newsletter.subscriptions.views.leaving import one_click, preferences, unsubscribe
from newsletter.subscriptions.views.own import access, erase, settings
from newsletter.subscriptions.views.signup import confirm, subscribe

__all__ = [
    "access",
    "confirm",
    "erase",
    "one_click",
    "preferences",
    "settings",
    "subscribe",
    "unsubscribe",
]
