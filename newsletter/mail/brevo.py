"""Brevo: a thousand versions of one mail in a call, taken whole or not at all."""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING, Any

from anymail.backends import brevo

from newsletter.mail import answers
from newsletter.mail.audit import Audited, Call, Copy
from newsletter.mail.batches import KEY, BatchCarrier, Wire, taken
from newsletter.mail.merging import Language, Template
from newsletter.mail.terms import Receipt, Recipient

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import requests

KEYS = uuid.UUID("6f1d9ad0-4b0c-4a3e-9c1e-0f4d5a6b7c8d")

# Its answer to a key it knows already.
SEEN = "duplicate_parameter"


class Payload(Audited, brevo.BrevoPayload):
    """One call with a version for each recipient."""

    def shared(self) -> Mapping[str, Any]:
        data: Mapping[str, Any] = self.data
        return data

    def copies(self) -> Iterator[Copy]:
        for version in self.data["messageVersions"]:
            (to,) = version["to"]
            headers = version["headers"]
            key = json.loads(headers["X-Mailin-custom"])[KEY]
            yield Copy(to["email"], headers, key, version["params"])


class Backend(Wire, brevo.EmailBackend):
    """Anymail's way to Brevo."""

    payload = Payload


class BrevoCarrier(BatchCarrier):
    """An open way to Brevo."""

    service = "brevo"
    backend = Backend
    # Brevo escapes the values of variables, in the plain text too, unless told not to.
    language = Language(
        plain="{{{{ params.{} }}}}",
        html="{{% autoescape off %}}{{{{ params.{} }}}}{{% endautoescape %}}",
        opening=re.compile(r"\{(?=[{%#])"),
    )
    most = 1000
    budget = 10_000_000
    all_or_nothing = True
    tracking_per_message = False

    def composed(
        self, template: Template, recipients: Sequence[Recipient], idempotency_key: str
    ) -> Call:
        call = super().composed(template, recipients, idempotency_key)
        if idempotency_key:
            # A UUID, as Brevo asks for, that another installation with the same account,
            # counting its calls as we do, never comes to.
            keys = [idempotency_key, *(recipient.key for recipient in recipients)]
            call.extra_headers["idempotencyKey"] = str(uuid.uuid5(KEYS, " ".join(keys)))
        return call

    def read(
        self, response: requests.Response, said: Any, recipients: Sequence[Recipient]
    ) -> Receipt:
        if not taken(response):
            if said["code"] == SEEN:
                # The first call with this key was used up. Halving it would send it twice.
                reason = "Brevo has seen this call before."
                return answers.unknown(reason, response.status_code)
            return self.read_error(response, said)
        ids = said["messageIds"] if "messageIds" in said else [said["messageId"]]
        if len(ids) != len(recipients) or not all(isinstance(each, str) for each in ids):
            # They come without addresses, so nobody knows who is missing.
            reason = f"Brevo named {len(ids)} messages for {len(recipients)} recipients."
            return answers.unknown(reason, response.status_code)
        return answers.accepted(recipients, ids, response.status_code)
