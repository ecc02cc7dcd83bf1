"""The way to the mail service in use, as a carrier."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from django.core.mail import get_connection

from newsletter.mail import single
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
    from collections.abc import Mapping, Sequence

    from django.core.mail.backends.base import BaseEmailBackend


class SingleCarrier:
    """One recipient a call, over whatever backend is set."""

    batches = False

    def __init__(self) -> None:
        self._connection: BaseEmailBackend = get_connection(fail_silently=False)
        name = str(getattr(self._connection, "esp_name", "smtp"))
        self.service = name.lower()

    def limit(self, letter: Letter) -> int:
        return 1

    def carry(
        self, letter: Letter, recipients: Sequence[Recipient], *, idempotency_key: str = ""
    ) -> Receipt:
        (recipient,) = recipients
        message = Message(
            to=recipient.address,
            subject=letter.subject,
            text=fill(letter.text, recipient.values),
            html=fill(letter.html, recipient.values),
            headers=recipient.headers,
            metadata={"delivery": recipient.key} if recipient.key else {},
            from_email=letter.from_email,
        )
        try:
            message_id = single.send(message, connection=self._connection)
        except MailError as error:
            if error.failure == Failure.NOT_ACCEPTED:
                return Receipt(
                    verdict=Verdict.NOT_ACCEPTED, cause=Cause.UNREACHABLE, reason=error.reason
                )
            if error.failure == Failure.UNKNOWN:
                return Receipt(verdict=Verdict.UNKNOWN, reason=error.reason)
            answer = Answer(error.failure, error.reason)
        else:
            answer = Answer(message_id=message_id)
        return Receipt(verdict=Verdict.ACCEPTED, answers={recipient.key: answer})

    def close(self) -> None:
        self._connection.close()


def fill(text: str, values: Mapping[str, str]) -> str:
    for mark, value in values.items():
        text = text.replace(mark, html.escape(value))
    return text


def carrier(*, max_batch: int | None = None) -> SingleCarrier:
    return SingleCarrier()
