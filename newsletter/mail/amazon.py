"""What Amazon SES says when it does not take a mail: in words of its own, not in HTTP's.

Anymail speaks to it by boto3, which is there only where SES is used; its errors are known by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsletter.mail import answers
from newsletter.mail.terms import Cause

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.mail.terms import Receipt

# https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html, "Errors".
CODES = {
    "AccountSuspendedException": Cause.ACCOUNT,
    "SendingPausedException": Cause.ACCOUNT,
    "MailFromDomainNotVerifiedException": Cause.ACCOUNT,
    "LimitExceededException": Cause.THROTTLED,
    "Throttling": Cause.THROTTLED,
    "ThrottlingException": Cause.THROTTLED,
    "MessageRejected": Cause.CONTENT,
}
# Said of a sender that is not ours, or while the account may not write to everybody yet.
UNVERIFIED = "not verified"
# Errors of botocore from before anything left this machine.
UNREACHABLE = {"EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError"}
UNSET = {
    "CredentialRetrievalError",
    "InvalidRegionError",
    "NoCredentialsError",
    "NoRegionError",
    "PartialCredentialsError",
    "ProfileNotFound",
    "TokenRetrievalError",
}


def read(error: BaseException) -> Receipt | None:
    """Read an error of boto3, also one that Anymail has wrapped; None where it is none."""
    told = getattr(error, "response", None)
    if isinstance(told, dict) and "Error" in told:
        return _by_code(told)
    cause = error.__cause__ or error
    names = {each.__name__ for each in type(cause).__mro__ if each.__module__.startswith("botoc")}
    if names & UNREACHABLE:
        return answers.not_accepted(Cause.UNREACHABLE, str(cause))
    if names & UNSET:
        return answers.not_accepted(Cause.ACCOUNT, str(cause))
    return None


def _by_code(told: Mapping[str, Any]) -> Receipt:
    code, message = told["Error"].get("Code", ""), told["Error"].get("Message", "")
    about = told.get("ResponseMetadata", {})
    status, headers = about.get("HTTPStatusCode", 500), about.get("HTTPHeaders", {})
    cause = CODES.get(code)
    if cause is None:
        return answers.by_status(status, headers, {"message": f"{code} {message}"})
    if cause is Cause.CONTENT and UNVERIFIED in message:
        cause = Cause.ACCOUNT
    return answers.not_accepted(cause, f"Amazon SES says {code}: {message}", status=status)
