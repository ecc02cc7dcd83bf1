"""A mail service at the door's own seam: it takes what it is told to take, and remembers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsletter import mail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Script = Callable[[list[str]], mail.Receipt | None]


class Killed(BaseException):
    """The worker's process ends here."""


def not_accepted(
    cause: mail.Cause | None = None, reason: str = "no", **kwargs: float
) -> mail.Receipt:
    return mail.Receipt(verdict=mail.Verdict.NOT_ACCEPTED, cause=cause, reason=reason, **kwargs)  # type: ignore[arg-type]


UNKNOWN = mail.Receipt(verdict=mail.Verdict.UNKNOWN, reason="read timed out")


@dataclass
class ScriptedCarrier:
    """Keeps who got how many; ``script`` sees the addresses of a call and may answer otherwise."""

    batches: bool = True
    service: str = "brevo"
    size: int = 1000
    script: Script | None = None
    calls: list[list[str]] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    def limit(self, letter: mail.Letter) -> int:
        return self.size if self.batches else 1

    def carry(
        self,
        letter: mail.Letter,
        recipients: Sequence[mail.Recipient],
        *,
        idempotency_key: str = "",
        following: mail.Recipient | None = None,
    ) -> mail.Receipt:
        addresses = [recipient.address for recipient in recipients]
        self.calls.append(addresses)
        if self.script and (receipt := self.script(addresses)):
            return receipt
        answers = {}
        for recipient in recipients:
            if reason := self.refused.get(recipient.address):
                answers[recipient.key] = mail.Answer(mail.Failure.REFUSED, reason)
            else:
                self.accepted.append(recipient.address)
                answers[recipient.key] = mail.Answer(message_id=f"<{recipient.key}@example.org>")
        return mail.Receipt(verdict=mail.Verdict.ACCEPTED, answers=answers)

    def close(self) -> None:
        """Nothing is open."""
