"""What a service's answer, or its silence, says about one call."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

import requests
from anymail.exceptions import (
    AnymailAPIError,
    AnymailInvalidAddress,
    AnymailSerializationError,
)
from urllib3.exceptions import NewConnectionError

from newsletter.mail.terms import Answer, Cause, Failure, Receipt, Recipient, Verdict, discreet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CAUSES = {400: Cause.CONTENT, 413: Cause.TOO_LARGE, 422: Cause.CONTENT, 429: Cause.THROTTLED}
# "Go elsewhere" is no yes: the address in the settings is wrong. 303 may follow a yes.
MOVED = {301, 302, 307, 308}
NO_ADDRESS = (
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidHeader,
)
# Where services put the sentence that explains an error.
SENTENCES = ("message", "Message", "ErrorMessage", "error")


def not_accepted(cause: Cause | None, reason: str, **more: Any) -> Receipt:
    return Receipt(verdict=Verdict.NOT_ACCEPTED, cause=cause, reason=discreet(reason), **more)


def unknown(reason: str, status: int | None = None) -> Receipt:
    return Receipt(verdict=Verdict.UNKNOWN, status=status, reason=discreet(reason))


def by_status(status: int, headers: Mapping[str, str], said: Any = None) -> Receipt:
    """Read an HTTP answer that is no yes; after 408 and 5xx it may still have been one."""
    reason = f"The mail service answered {status}. {sentence(said)}"
    cause = CAUSES.get(status)
    if cause is None and (status in MOVED or (400 <= status < 500 and status != 408)):  # noqa: PLR2004 - HTTP's own numbers
        cause = Cause.ACCOUNT
    if cause is None:
        return unknown(reason, status)
    return not_accepted(
        cause, reason, status=status, retry_after=retry_after(headers.get("Retry-After", ""))
    )


def by_error(error: Exception) -> Receipt:
    """Read what kept a call from its answer."""
    reason = named(error)
    match error:
        case AnymailAPIError() if isinstance(error, NO_ADDRESS):
            return not_accepted(Cause.ACCOUNT, reason)
        case AnymailAPIError() if error.status_code is None:
            if never_arrived(error):
                return not_accepted(Cause.UNREACHABLE, reason)
            return unknown(reason)
        case AnymailAPIError():
            headers = getattr(error.response, "headers", {})
            receipt = by_status(error.status_code, headers)
            return unknown(reason, error.status_code) if receipt.cause is None else receipt
        case AnymailInvalidAddress() | AnymailSerializationError():
            return not_accepted(Cause.CONTENT, reason)
    # A feature the service lacks or a setting it misses: nothing was sent.
    return not_accepted(Cause.ACCOUNT, reason)


def settled(
    recipients: Sequence[Recipient], found: Sequence[tuple[Answer, Cause | None]], status: int
) -> Receipt:
    """Join what was said of each recipient; where none was taken, it was about the call."""
    if all(answer.failure is Failure.NOT_ACCEPTED for answer, _cause in found):
        causes = {cause for _answer, cause in found}
        cause = causes.pop() if len(causes) == 1 else None
        return not_accepted(cause, found[0][0].reason, status=status)
    answers = (answer for answer, _cause in found)
    keys = (recipient.key for recipient in recipients)
    return Receipt(
        verdict=Verdict.ACCEPTED, status=status, answers=dict(zip(keys, answers, strict=True))
    )


def accepted(recipients: Sequence[Recipient], message_ids: Sequence[str], status: int) -> Receipt:
    answers = [(Answer(message_id=message_id), None) for message_id in message_ids]
    return settled(recipients, answers, status)


def refused(reason: str) -> tuple[Answer, None]:
    return Answer(Failure.REFUSED, discreet(reason)), None


def put_off(reason: str, cause: Cause | None = None) -> tuple[Answer, Cause | None]:
    return Answer(Failure.NOT_ACCEPTED, discreet(reason)), cause


def retry_after(value: str) -> float | None:
    """Read how long to wait: seconds, or the moment from which on (RFC 9110, 10.2.3)."""
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return max(seconds, 0.0) if seconds < float("inf") else None


def sentence(said: Any) -> str:
    """Return the sentence of an error, and nothing else: the rest may repeat the mail."""
    if not isinstance(said, dict):
        return ""
    return next((str(said[name]) for name in SENTENCES if isinstance(said.get(name), str)), "")


def never_arrived(error: BaseException) -> bool:
    """Tell a connection that never stood from one that broke while it was used."""
    never = (requests.exceptions.ConnectTimeout, NewConnectionError, ssl.SSLCertVerificationError)
    return any(isinstance(cause, never) or _in_handshake(cause) for cause in _causes(error))


def named(error: Exception) -> str:
    """Name the error without the service's answer below it, which may repeat the message."""
    status = getattr(error, "status_code", None)
    names = (c.__name__ for c in type(error).__mro__)
    name = next((name for name in names if name.startswith("Anymail")), type(error).__name__)
    said = " ".join(str(argument) for argument in error.args[:1])
    return " ".join(part for part in (name, str(status or ""), said) if part)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        reason = next((each for each in cause.args if isinstance(each, BaseException)), None)
        cause = cause.__cause__ or cause.__context__ or getattr(reason, "reason", reason)


def _in_handshake(cause: BaseException) -> bool:
    """TLS errors look alike at the handshake and in mid-answer: ask where it happened."""
    return any(frame.f_code.co_name == "do_handshake" for frame, _ in walk_tb(cause.__traceback__))
