"""The one door to the mail backend: SMTP or any Anymail service."""

from newsletter.mail.carriers import all_or_nothing, carrier
from newsletter.mail.merging import filled
from newsletter.mail.single import Connection, open_connection, send
from newsletter.mail.smtp import SmtpCarrier
from newsletter.mail.terms import (
    Answer,
    Carrier,
    Cause,
    Failure,
    Letter,
    MailError,
    Message,
    Receipt,
    Recipient,
    Verdict,
    discreet,
    holds_control_character,
)

__all__ = [
    "Answer",
    "Carrier",
    "Cause",
    "Connection",
    "Failure",
    "Letter",
    "MailError",
    "Message",
    "Receipt",
    "Recipient",
    "SmtpCarrier",
    "Verdict",
    "all_or_nothing",
    "carrier",
    "discreet",
    "filled",
    "holds_control_character",
    "open_connection",
    "send",
]
