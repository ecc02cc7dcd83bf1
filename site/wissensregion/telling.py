"""What is known of a person, in words a person reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import Promise

    Row = list[tuple[str, str]]

# Parts and fields by the names they have in the file.
LABELS: dict[str, Promise] = {
    "subscriber": gettext_lazy("Person"),
    "subscriptions": gettext_lazy("Subscriptions"),
    "requests": gettext_lazy("Requests"),
    "links": gettext_lazy("Links mailed"),
    "notices": gettext_lazy("Notices"),
    "consents": gettext_lazy("Consents"),
    "suppression": gettext_lazy("Suppression"),
    "deliveries": gettext_lazy("Issues sent"),
    "feedback": gettext_lazy("Reports of the mail service"),
    "accounts": gettext_lazy("Accounts"),
    "memberships": gettext_lazy("Writes for partners"),
    "contact_on": gettext_lazy("Contact on a page"),
    "acts": gettext_lazy("Acts about sending"),
    "looks": gettext_lazy("Looks at addresses"),
    "imports": gettext_lazy("Imports"),
    "digests": gettext_lazy("Weekly mails about rights and figures"),
    "week": gettext_lazy("Week"),
    "sent_at": gettext_lazy("Mailed"),
    "requests_answered": gettext_lazy("Requests answered"),
    "address": gettext_lazy("Address"),
    "locale": gettext_lazy("Language"),
    "created_at": gettext_lazy("Since"),
    "name": gettext_lazy("Newsletter"),
    "confirmed_at": gettext_lazy("Confirmed"),
    "paused_until": gettext_lazy("Paused until"),
    "ended_at": gettext_lazy("Ended"),
    "end_reason": gettext_lazy("Reason"),
    "source": gettext_lazy("Page"),
    "mailed_at": gettext_lazy("Mailed"),
    "used_at": gettext_lazy("Used"),
    "expires_at": gettext_lazy("Expires"),
    "kind": gettext_lazy("Event"),
    "at": gettext_lazy("Time"),
    "note": gettext_lazy("Note"),
    "network": gettext_lazy("Network"),
    "wording_text": gettext_lazy("Wording"),
    "reason": gettext_lazy("Reason"),
    "subject": gettext_lazy("Subject"),
    "state": gettext_lazy("State"),
    "outcome": gettext_lazy("Outcome"),
    "handed_over_at": gettext_lazy("Handed over"),
    "purpose": gettext_lazy("Purpose"),
    "description": gettext_lazy("Description"),
    "occurred_at": gettext_lazy("Time"),
}


def told(known: Mapping[str, Any]) -> list[tuple[str, list[Row]]]:
    """Return the parts that hold something, each with its rows of named values."""
    parts: list[tuple[str, list[Row]]] = []
    for answer in known.values():
        for name, rows in answer.items() if isinstance(answer, Mapping) else ():
            if rows:
                parts.append((label(name), [_row(row) for row in _listed(rows)]))
    return parts


def _row(row: Any) -> Row:
    if not isinstance(row, Mapping):
        return [("", _value(row))]
    return [(label(name), _value(value)) for name, value in row.items() if value not in (None, "")]


def _listed(rows: Any) -> Iterable[Any]:
    return rows if isinstance(rows, list) else [rows]


def label(name: str) -> str:
    """Return what a part or a field is called on screen."""
    return str(LABELS.get(name, name.replace("_", " ")))


def _value(value: Any) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case datetime():
            return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
        case date():
            return date_format(value, "SHORT_DATE_FORMAT")
        case list() | tuple():
            return ", ".join(_value(each) for each in value)
    return str(value)
