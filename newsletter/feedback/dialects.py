"""What services mean where Anymail's common words say less, or something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from newsletter.feedback.reports import SOFT

if TYPE_CHECKING:
    from collections.abc import Callable

# Services that hand our metadata back to nobody: their reports name the message id alone.
BY_MESSAGE_ID = {"postal"}


def slug(esp_name: str) -> str:
    """How a service is called in settings, addresses and rows."""
    return esp_name.lower().replace(" ", "_")


def reason(service: str, kind: str, reject_reason: str, raw: object) -> tuple[str, str]:
    """Return kind and reason as the service meant them.

    Anymail calls a soft bounce of several services by the same words as a hard one. Who only
    has a full mailbox must not lose the newsletter over it.
    """
    read = READERS.get(service)
    found = read(raw) if read and isinstance(raw, Mapping) else None
    if found is None:
        return kind, reject_reason
    return found[0] or kind, found[1]


def _brevo(raw: Mapping[str, Any]) -> tuple[str, str] | None:
    return ("", SOFT) if raw.get("event") == "soft_bounce" else None


def _postmark(raw: Mapping[str, Any]) -> tuple[str, str] | None:
    softly = "SoftBounce" in {raw.get("Type"), raw.get("SuppressionReason")}
    return ("", SOFT) if softly else None


def _amazon_ses(raw: Mapping[str, Any]) -> tuple[str, str] | None:
    bounce = raw.get("bounce")
    if not isinstance(bounce, dict) or bounce.get("bounceType") == "Permanent":
        return None
    return "", SOFT


def _mailjet(raw: Mapping[str, Any]) -> tuple[str, str] | None:
    softly = raw.get("event") == "bounce" and not raw.get("hard_bounce")
    return ("", SOFT) if softly and raw.get("error") != "greylisted" else None


def _mailgun(raw: Mapping[str, Any]) -> tuple[str, str] | None:
    data = raw.get("event-data")
    said = data.get("reason") if isinstance(data, dict) else None
    # Its own list of whom not to write to: the person had complained or left there.
    return {
        "suppress-complaint": ("rejected", "spam"),
        "suppress-unsubscribe": ("rejected", "unsubscribed"),
    }.get(str(said))


def _postal(raw: Mapping[str, Any]) -> tuple[str, str] | None:
    payload = raw.get("payload")
    failed = isinstance(payload, dict) and payload.get("status") == "HardFail"
    return ("bounced", "bounced") if failed else None


def _resend(raw: Mapping[str, Any]) -> tuple[str, str] | None:
    data = raw.get("data")
    bounce = data.get("bounce") if isinstance(data, dict) else None
    if not isinstance(bounce, dict):
        return None
    kind = bounce.get("type", "Permanent")
    full = "inbox was full" in str(bounce.get("message", ""))
    return ("", SOFT) if kind != "Permanent" or full else None


READERS: dict[str, Callable[[Mapping[str, Any]], tuple[str, str] | None]] = {
    "amazon_ses": _amazon_ses,
    "brevo": _brevo,
    "mailgun": _mailgun,
    "mailjet": _mailjet,
    "postal": _postal,
    "postmark": _postmark,
    "resend": _resend,
}
