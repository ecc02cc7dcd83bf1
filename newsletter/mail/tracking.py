"""Whether opens and clicks may be tracked against our will, for each way mail can go.

This product asks for no tracking with every mail where that can be asked for. What stands here is
whether the asking is enough. Sources: the backends of Anymail 15.2 (``set_track_opens`` raises
where a service takes no such option) and what the services say of themselves.
"""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings

from newsletter.mail.carriers import SMTP

# They take "no tracking" with each mail, and it counts for more than any setting of theirs:
# Mailgun's o:tracking-* "will override the domain setting"; Mailjet's TrackOpens and TrackClicks
# replace "account_default". Postmark takes it as well and is not among them: "The server's enabled
# Open tracking setting will override an individual email's TrackOpens value to always be true."
HEARD = {"mailgun", "mailjet"}
# Where to look at services that decide by a setting of theirs.
SWITCHES = {
    "amazon_ses": "the event destinations and Virtual Deliverability Manager of the "
    "configuration set and the account",
    "brevo": "the tracking settings of its transactional mails",
    "postal": "the track domains of the server",
    "postmark": "open and link tracking of the server and the message stream",
    "resend": "open and click tracking of the domain",
    "scaleway": "its settings of the domain",
}
# Backends whose mail stays in the house.
STAYING = {"locmem", "console", "dummy", "filebased", "test"}


class Tracking(StrEnum):
    """What is known of tracking on the way in use."""

    HEARD = "heard"  # The service is told with each mail, and obeys.
    OURS = "ours"  # A mail server of our own, which passes on what it is given.
    NOWHERE = "nowhere"  # No mail leaves the house.
    THEIRS = "theirs"  # Somebody else's setting decides, and only an arrived mail shows how.


def tracking() -> Tracking:
    """Say what is known of the way that the settings name."""
    if settings.EMAIL_BACKEND == SMTP:
        # A server elsewhere may be a service's relay that rewrites links; nobody can tell by its
        # name, so whose it is stands in the settings.
        return Tracking.OURS if settings.NEWSLETTER_OWN_MAIL_SERVER else Tracking.THEIRS
    if not settings.EMAIL_BACKEND.startswith(("anymail.backends.", "django.core.mail.backends.")):
        return Tracking.THEIRS
    if service() in STAYING:
        return Tracking.NOWHERE
    return Tracking.HEARD if service() in HEARD else Tracking.THEIRS


def service() -> str:
    """What the settings call the service: brevo, smtp, …"""
    return str(settings.EMAIL_BACKEND.split(".")[-2])


def way() -> str:
    """Name the way in use so that another one is told from it: another relay is another way."""
    if settings.EMAIL_BACKEND != SMTP:
        return service()
    return f"smtp {settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
