"""One recipient a call: what every mail backend can do."""

from __future__ import annotations

import smtplib
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection

from newsletter.mail import answers, guards, single
from newsletter.mail.batches import KEY
from newsletter.mail.merging import filled
from newsletter.mail.terms import (
    Answer,
    Cause,
    Failure,
    Letter,
    MailError,
    Message,
    Receipt,
    Recipient,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

ABOUT_US = (
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPNotSupportedError,
)
ABOUT_ONE = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)


class SingleCarrier:
    """An open way to any mail backend, over one connection."""

    batches: bool = False

    def __init__(self) -> None:
        # anymail.backends.resend.EmailBackend is called resend.
        self.service = settings.EMAIL_BACKEND.split(".")[-2]
        self._connection: single.Connection | None = None

    def limit(self, letter: Letter) -> int:
        """Return how many recipients one call with this letter may carry."""
        return 1

    def carry(
        self,
        letter: Letter,
        recipients: Sequence[Recipient],
        *,
        idempotency_key: str = "",
        following: Recipient | None = None,
    ) -> Receipt:
        """Make one call and say what came of it. Never raises for what the service does."""
        guards.outside_transaction()
        if refusal := guards.refusal(letter, recipients):
            return refusal
        (recipient,) = recipients
        try:
            if self._connection is None:
                self._connection = get_connection(fail_silently=False)
            message_id = single.send(_copy(letter, recipient), connection=self._connection)
        except ImproperlyConfigured as error:
            return answers.by_error(error)
        except MailError as error:
            return _receipt(error, recipient)
        answer = Answer(message_id=message_id)
        return Receipt(verdict=Verdict.ACCEPTED, answers={recipient.key: answer})

    def close(self) -> None:
        """Let go of the connection; the next call opens a new one."""
        if self._connection is not None:
            single.close(self._connection)


def _copy(letter: Letter, recipient: Recipient) -> Message:
    values = {mark: recipient.values[mark] for mark in letter.marks}
    return Message(
        to=recipient.address,
        subject=letter.subject,
        text=filled(letter.text, values),
        html=filled(letter.html, values),
        headers=recipient.headers,
        metadata={KEY: recipient.key} if recipient.key else {},
        from_email=letter.from_email,
    )


def _receipt(error: MailError, recipient: Recipient) -> Receipt:
    """Say of the call what the error says of its one mail."""
    if error.receipt:
        return error.receipt
    if error.failure is Failure.UNKNOWN:
        return answers.unknown(error.reason)
    if error.failure is Failure.REFUSED:
        answer = Answer(error.failure, error.reason)
        return Receipt(verdict=Verdict.ACCEPTED, answers={recipient.key: answer})
    cause = None
    if isinstance(error.__cause__, ABOUT_US):
        cause = Cause.ACCOUNT
    elif isinstance(error.__cause__, OSError) and not isinstance(error.__cause__, ABOUT_ONE):
        cause = Cause.UNREACHABLE
    return answers.not_accepted(cause, error.reason)
