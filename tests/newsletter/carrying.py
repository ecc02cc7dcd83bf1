"""A letter, those it is carried to, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.mail.smtp import SmtpCarrier
from newsletter.mail.terms import Cause, Failure, Letter, Recipient, Verdict

if TYPE_CHECKING:
    from pytest_django import Settings

    from newsletter.mail.terms import Receipt

LETTER = Letter(
    subject="Neues vom Rhein",
    text="Grüße\n.\nAbmelden: @@unsubscribe@@\n",
    html="<p>Grüße</p>" * 3000 + '<a href="@@unsubscribe@@">Abmelden</a>',
    marks=["@@unsubscribe@@"],
)


def recipient(name: str = "ada") -> Recipient:
    link = f"https://www.example.org/leave/{name}/"
    return Recipient(
        key=f"key-{name}",
        address=f"{name}@example.org",
        values={"@@unsubscribe@@": link},
        headers={"List-Unsubscribe": f"<{link}>"},
    )


def use(settings: Settings, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 2
    settings.DEFAULT_FROM_EMAIL = "Wissensregion <newsletter@example.org>"


def carry(carrier: SmtpCarrier, name: str = "ada") -> Receipt:
    receipt = carrier.carry(LETTER, [recipient(name)])
    # A reason outlives the person.
    said = f"{receipt.reason} {[answer.reason for answer in receipt.answers.values()]}"
    assert "@" not in said
    return receipt


def carry_one(name: str = "ada") -> Receipt:
    carrier = SmtpCarrier()
    try:
        return carry(carrier, name)
    finally:
        carrier.close()


def is_accepted(receipt: Receipt) -> bool:
    (answer,) = receipt.answers.values()
    return receipt.verdict == Verdict.ACCEPTED and answer.failure is None


def said_of(receipt: Receipt) -> Cause | str | None:
    if receipt.verdict == Verdict.NOT_ACCEPTED:
        assert not receipt.answers
        assert receipt.reason
        return receipt.cause
    (answer,) = receipt.answers.values()
    assert answer.message_id
    if receipt.verdict == Verdict.UNKNOWN:
        assert answer.failure == Failure.UNKNOWN
        return "unknown"
    assert answer.failure in {None, Failure.REFUSED}
    return answer.failure.value if answer.failure else "accepted"
