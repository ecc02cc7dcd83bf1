"""Postmark: whole messages side by side in one call, each answered for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anymail.backends import postmark

from newsletter.mail import answers
from newsletter.mail.audit import Audited, Call, Copy
from newsletter.mail.batches import COPY_BYTES, KEY, BatchCarrier, Wire, taken, weight
from newsletter.mail.merging import Template, split
from newsletter.mail.terms import Answer, Cause, Letter, Receipt, Recipient

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import requests

UNPROCESSABLE = 422
BODIES = ("TextBody", "HtmlBody")
# Postmark's own numbers (ErrorCode).
INVALID, INACTIVE = 300, 406
CAUSES = {
    429: Cause.THROTTLED,
    # The token, the sender, the account: nothing about a message.
    **dict.fromkeys((10, 400, 401, 405, 412, 413), Cause.ACCOUNT),
}
# Part of a yes that is none for the one recipient of a message.
WITHHELD = "will not deliver"


class Payload(Audited, postmark.PostmarkPayload):
    """One call with a message for each recipient, filled in here: only templates have variables."""

    def __init__(self, message: Call, *args: Any, **kwargs: Any) -> None:
        super().__init__(message, *args, **kwargs)
        self.built: list[dict[str, Any]] = []
        people = zip(message.recipients_of_call, message.values, strict=True)
        self.own = {recipient.address: values for recipient, values in people}
        marks = list(message.values[0]) if message.values else []
        self.pieces = {name: split(self.data.get(name, ""), marks) for name in BODIES}

    def data_for_recipient(self, to: Any) -> dict[str, Any]:
        data: dict[str, Any] = super().data_for_recipient(to)
        values = self.own.get(to.addr_spec, {})
        for name in BODIES:
            if name in data:
                data[name] = "".join(values.get(piece, piece) for piece in self.pieces[name])
        self.built.append(data)
        return data

    def shared(self) -> Mapping[str, Any]:
        data: Mapping[str, Any] = self.data
        return data

    def copies(self) -> Iterator[Copy]:
        for data in self.built:
            body = "".join(data.get(name, "") for name in BODIES)
            headers = {header["Name"]: header["Value"] for header in data["Headers"]}
            own = self.own[data["To"]].items()
            found = {mark: value for mark, value in own if value in body}
            yield Copy(data["To"], headers, data["Metadata"][KEY], found)


class Backend(Wire, postmark.EmailBackend):
    """Anymail's way to Postmark."""

    payload = Payload

    def __init__(self, **kwargs: Any) -> None:
        # The bulk API shares one body, and one id where metadata is missing.
        super().__init__(use_bulk_api=False, **kwargs)


class PostmarkCarrier(BatchCarrier):
    """An open way to Postmark."""

    service = "postmark"
    backend = Backend
    most = 500
    # 50 MB are allowed, but every copy brings its body along, and a call stands in memory thrice.
    budget = 10_000_000

    def weigh(self, letter: Letter) -> tuple[int, int]:
        return 0, weight(letter) + COPY_BYTES

    def translated(self, letter: Letter) -> Template:
        body = letter.text + letter.html
        names = {mark: mark for mark in letter.marks if mark in body}
        return Template(letter, letter.subject, letter.text, letter.html, names)

    def composed(
        self, template: Template, recipients: Sequence[Recipient], idempotency_key: str
    ) -> Call:
        call = super().composed(template, recipients, idempotency_key)
        del vars(call)["merge_data"]
        return call

    def read(
        self, response: requests.Response, said: Any, recipients: Sequence[Recipient]
    ) -> Receipt:
        if not taken(response):
            return self.read_error(response, said)
        if len(said) != len(recipients):
            reason = f"Postmark answered for {len(said)} of {len(recipients)} messages."
            return answers.unknown(reason, response.status_code)
        found = [_understood(result) for result in said]
        return answers.settled(recipients, found, response.status_code)

    def read_error(self, response: requests.Response, said: Any) -> Receipt:
        """Postmark answers 422 to much that has nothing to do with what was sent."""
        code = said.get("ErrorCode", 0) if isinstance(said, dict) else 0
        if response.status_code == UNPROCESSABLE and (cause := CAUSES.get(code)):
            reason = f"Postmark answered {code}. {answers.sentence(said)}"
            return answers.not_accepted(cause, reason, status=response.status_code)
        return super().read_error(response, said)


def _understood(result: dict[str, Any]) -> tuple[Answer, Cause | None]:
    code, message = result.get("ErrorCode", 0), result["Message"]
    reason = f"Postmark answered {code}. {message}"
    if not code:
        if WITHHELD in message:
            return answers.refused(reason)
        return Answer(message_id=str(result["MessageID"])), None
    if code == INACTIVE or (code == INVALID and "'To'" in message):
        return answers.refused(reason)
    return answers.put_off(reason, CAUSES.get(code, Cause.CONTENT if code == INVALID else None))
