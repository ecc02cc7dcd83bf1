"""One mail after the other over a kept SMTP connection, in one round trip each.

Django opens the connection, with encryption and login. Where the server takes commands in a row
(RFC 2920), the first envelope leaves in one write, and each mail in the same write as the
envelope of the one after it.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Sequence
from contextlib import suppress
from typing import cast

from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend

from newsletter.mail.compiled import CompiledLetter, Copy, compiled
from newsletter.mail.conversation import (
    BROKEN,
    GOING_AWAY,
    NO,
    NOT_NOW,
    YES,
    Conversation,
    Envelope,
    Reply,
)
from newsletter.mail.guards import outside_transaction
from newsletter.mail.terms import (
    Answer,
    Cause,
    Failure,
    Letter,
    MailError,
    Receipt,
    Recipient,
    Verdict,
    discreet,
)

# Servers count too, and some close the door after so many.
MAILS_PER_CONNECTION = 1000
TOO_LARGE = 552
# They want a login, a better one, or encryption: nobody's mail would fare better.
LOGIN = {530, 534, 535, 538}
# Who says "slower" with one of these means it; what is about one mailbox (4.2.x) is not about us.
BUSY = {421, *range(450, 460)}
SLOWER = re.compile(r"\brate\b|limit|too (many|fast|much)|throttl|slow down|volume", re.IGNORECASE)
ONE_MAILBOX = re.compile(r"\b4\.2\.\d")


class SmtpCarrier:
    """A kept connection to an SMTP server, for one thread."""

    service = "smtp"
    batches = False

    def __init__(self) -> None:
        self._backend = cast("EmailBackend", get_connection(fail_silently=False))
        self._conversation: Conversation | None = None
        self._mails = 0
        # The next copy, made with the one before it.
        self._made: tuple[CompiledLetter, Recipient, Copy] | None = None

    def limit(self, letter: Letter) -> int:
        return 1

    def carry(
        self,
        letter: Letter,
        recipients: Sequence[Recipient],
        *,
        idempotency_key: str = "",
        following: Recipient | None = None,
    ) -> Receipt:
        """Hand over one person's copy."""
        outside_transaction()
        (recipient,) = recipients
        try:
            common = compiled(letter)
        except MailError as error:
            # Wrong for everybody: to refuse reader after reader would lose them all.
            return _not_accepted(error.reason, Cause.ACCOUNT)
        try:
            copy = self._copy(common, recipient)
        except MailError as error:
            return _answered(recipient, Answer(error.failure, error.reason))
        try:
            begun = self._begin(Envelope(common.return_path, recipient.address, len(copy.content)))
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return _never_opened(error)
        if isinstance(begun, Reply):
            return _taken_back(begun, recipient, copy)
        ahead = self._announced(common, following)
        return _finished(begun.finish(copy.content, ahead), recipient, copy)

    def close(self) -> None:
        if self._conversation and self._conversation.ahead:
            # It waits for a mail that will not come, and would take a goodbye for one.
            self._conversation.hang_up()
        # What cannot be closed is gone already, and every mail before it was answered for.
        with suppress(OSError, smtplib.SMTPException):
            self._backend.close()
        self._forget()

    def _copy(self, common: CompiledLetter, recipient: Recipient) -> Copy:
        made, self._made = self._made, None
        if made and made[0] is common and made[1] is recipient:
            return made[2]
        return common.copy(recipient)

    def _announced(self, common: CompiledLetter, recipient: Recipient | None) -> Envelope | None:
        """Make the next copy already, for its size is announced."""
        if recipient is None or self._mails >= MAILS_PER_CONNECTION:
            return None
        try:
            copy = common.copy(recipient)
        except MailError:
            # Its own turn will say so.
            return None
        self._made = (common, recipient, copy)
        return Envelope(common.return_path, recipient.address, len(copy.content))

    def _begin(self, envelope: Envelope) -> Conversation | Reply:
        """Announce the mail, once more where the server had closed the kept connection.

        It cannot have taken anything of a mail that never began. A reply is what stopped it.
        """
        if self._mails >= MAILS_PER_CONNECTION:
            self.close()
        kept = self._conversation is not None and self._conversation.is_open
        conversation = self._opened()
        # A server that forgot the mail before it may refuse what was announced along with it.
        ahead = conversation.ahead is not None
        stopped = conversation.begin(envelope)
        gone = kept and stopped and stopped.code in {BROKEN, GOING_AWAY}
        if stopped and stopped.command == "MAIL" and (gone or ahead):
            conversation = self._opened()
            stopped = conversation.begin(envelope)
        self._mails += 1
        return stopped or conversation

    def _opened(self) -> Conversation:
        if self._conversation is None or not self._conversation.is_open:
            self._forget()
            self._backend.open()
            server = cast("smtplib.SMTP", self._backend.connection)
            server.ehlo_or_helo_if_needed()
            self._conversation = Conversation(server)
        return self._conversation

    def _forget(self) -> None:
        # Django takes a connection that broke for an open one.
        self._backend.connection = self._conversation = None
        self._mails = 0
        self._made = None


def _finished(reply: Reply, recipient: Recipient, copy: Copy) -> Receipt:
    if reply.kind == YES:
        return _answered(recipient, Answer(message_id=copy.message_id), reply.code)
    if reply.kind in {NOT_NOW, NO}:
        return _taken_back(reply, recipient, copy)
    # It was on its way; the id may still tell it in a bounce or in the server's log.
    answer = Answer(Failure.UNKNOWN, reply.reason, copy.message_id)
    answers = {recipient.key: answer}
    return Receipt(verdict=Verdict.UNKNOWN, answers=answers, reason=reply.reason)


def _taken_back(reply: Reply, recipient: Recipient, copy: Copy) -> Receipt:
    """Read an answer that took nothing: 4xx is for now, 5xx for ever (RFC 5321, 4.2.1)."""
    if reply.kind == NOT_NOW:
        away = Cause.UNREACHABLE if reply.code == GOING_AWAY else None
        return _not_accepted(reply.reason, _slower(reply) or away, reply.code)
    if reply.kind != NO:
        return _not_accepted(reply.reason, Cause.UNREACHABLE, reply.code or None)
    if reply.command == "MAIL" and reply.code == TOO_LARGE:
        return _not_accepted(reply.reason, Cause.TOO_LARGE, reply.code)
    if reply.command == "MAIL" or reply.code in LOGIN:
        # Our sender or our account, not this recipient: the next one would fare the same.
        return _not_accepted(reply.reason, Cause.ACCOUNT, reply.code)
    answer = Answer(Failure.REFUSED, reply.reason, copy.message_id)
    return _answered(recipient, answer, reply.code)


def _never_opened(error: Exception) -> Receipt:
    """Say why no connection stood, so that no mail can have left."""
    match error:
        case smtplib.SMTPNotSupportedError():
            return _not_accepted(str(error), Cause.ACCOUNT)
        case smtplib.SMTPResponseException(smtp_error=bytes(text)):
            reply = Reply(error.smtp_code, text.decode(errors="replace"))
            cause = Cause.ACCOUNT if reply.kind == NO else _slower(reply) or Cause.UNREACHABLE
            return _not_accepted(reply.reason, cause, reply.code)
    return _not_accepted(f"{type(error).__name__}: {error}", Cause.UNREACHABLE)


def _slower(reply: Reply) -> Cause | None:
    """Say whether an answer asks for fewer mails at a time."""
    asks = reply.code in BUSY and SLOWER.search(reply.text) and not ONE_MAILBOX.search(reply.text)
    return Cause.THROTTLED if asks else None


def _answered(recipient: Recipient, answer: Answer, status: int | None = None) -> Receipt:
    return Receipt(verdict=Verdict.ACCEPTED, answers={recipient.key: answer}, status=status)


def _not_accepted(reason: str, cause: Cause | None, status: int | None = None) -> Receipt:
    reason = discreet(reason)
    return Receipt(verdict=Verdict.NOT_ACCEPTED, cause=cause, status=status, reason=reason)
