"""Mailjet: fifty messages in a call, each answered for itself."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from anymail.backends import mailjet

from newsletter.mail import answers
from newsletter.mail.audit import Audited, Call, Copy
from newsletter.mail.batches import KEY, BatchCarrier, Wire, taken
from newsletter.mail.merging import Language, Template
from newsletter.mail.terms import Answer, Cause, Receipt, Recipient

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import requests


class Payload(Audited, mailjet.MailjetPayload):
    """One call with a message for each recipient."""

    def shared(self) -> Mapping[str, Any]:
        shared: Mapping[str, Any] = self.data["Globals"]
        return shared

    def copies(self) -> Iterator[Copy]:
        for own in self.data["Messages"]:
            message = self.data["Globals"] | own
            (to,) = message["To"]
            key = json.loads(message["EventPayload"])[KEY]
            yield Copy(to["Email"], message["Headers"], key, message["Variables"])


class Backend(Wire, mailjet.EmailBackend):
    """Anymail's way to Mailjet."""

    payload = Payload


class MailjetCarrier(BatchCarrier):
    """An open way to Mailjet."""

    service = "mailjet"
    backend = Backend
    # Mailjet puts values in as they are.
    language = Language(
        plain="{{{{var:{}}}}}", html="{{{{var:{}}}}}", opening=re.compile(r"\{(?=[{%#])")
    )
    most = 50
    budget = 10_000_000

    def composed(
        self, template: Template, recipients: Sequence[Recipient], idempotency_key: str
    ) -> Call:
        if len(recipients) == 1:
            call = self._for_one(template, recipients)
        else:
            call = super().composed(template, recipients, idempotency_key)
        vars(call).update(esp_extra={"Globals": {"TemplateLanguage": True}})
        return call

    def _for_one(self, template: Template, recipients: Sequence[Recipient]) -> Call:
        """Use what is meant for all: Anymail 15.2 loses headers and links in a batch of one."""
        call = self.started(template, recipients)
        call.extra_headers = dict(recipients[0].headers)
        vars(call).update(metadata={KEY: recipients[0].key}, merge_global_data=call.values[0])
        return call

    def read(
        self, response: requests.Response, said: Any, recipients: Sequence[Recipient]
    ) -> Receipt:
        # A call of which some was refused is answered 4xx, and the rest of it was taken.
        if not taken(response) and not 400 <= response.status_code < 500:  # noqa: PLR2004 - HTTP's
            return self.read_error(response, said)
        results = said["Messages"]
        if len(results) != len(recipients):
            reason = f"Mailjet answered for {len(results)} of {len(recipients)} messages."
            return answers.unknown(reason, response.status_code)
        found = [_understood(result) for result in results]
        return answers.settled(recipients, found, response.status_code)


def _understood(result: Any) -> tuple[Answer, Cause | None]:
    if result["Status"] == "success":
        return Answer(message_id=str(result["To"][0]["MessageID"])), None
    error = result["Errors"][0]
    status = error["StatusCode"]
    reason = f"The mail service answered {status}. {error['ErrorMessage']}"
    related = error.get("ErrorRelatedTo") or []
    if status in {400, 422} and any("To" in place for place in related):
        return answers.refused(reason)
    return answers.put_off(reason, answers.by_status(status, {}).cause)
