"""Why something stopped, in plain words: what a service answered, or what we judged ourselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from newsletter.sending import health
from newsletter.sending.advice.scenes import Note
from newsletter.sending.models import HoldReason

if TYPE_CHECKING:
    from newsletter.sending.models import OperatorAct

ACCOUNT = re.compile(r"\b40[1-4]\b|\b53[045]\b|authenticat|credential|api.?key|permission", re.I)
TOO_FAST = re.compile(r"\b429\b|\b45[0-2]\b|\b421\b|too many|rate limit|throttl", re.I)
UNREACHABLE = re.compile(
    r"refused|timed? ?out|unreachable|resolve|name or service|\bTLS\b|SSL", re.I
)
# What the engine itself says of a dispatch that is going badly.
JUDGED = (
    health.TOO_MANY_REFUSED,
    health.TOO_MANY_BOUNCED,
    health.TOO_MANY_COMPLAINED,
    health.TOO_MANY_UNKNOWN,
    health.TOO_MANY_REPORTED,
)


def why(act: OperatorAct) -> str:
    """The reason of an act in words, where the engine gave it."""
    if act.reason in HoldReason.values:
        return str(HoldReason(act.reason).label)
    return _(act.reason) if act.reason in JUDGED else act.reason


def plain(reason: str) -> Note:
    """What a mail service answered, in plain words, with what to do."""
    if ACCOUNT.search(reason):
        return Note(
            _("The mail service does not accept our account or our sender."),
            _(
                "Nothing was lost. Check the key or password, the payment and the sender's domain; "
                "then let it go on."
            ),
        )
    if TOO_FAST.search(reason):
        return Note(
            _("The mail service wants fewer mails at a time."),
            _("It goes on more slowly by itself. If it happens often, set a lower pace."),
        )
    if UNREACHABLE.search(reason):
        return Note(
            _("The mail service cannot be reached."),
            _(
                "Nothing was lost, and it is tried again by itself. Look whether the service "
                "reports a disturbance, and whether its address in the settings is right."
            ),
        )
    return Note(
        _("The mail service did not take a call."),
        _("It is tried again by itself. If it stays so, show the answer to whoever runs the site."),
    )
