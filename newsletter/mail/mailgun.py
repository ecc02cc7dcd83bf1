"""Mailgun: a thousand recipients in a call, taken whole or not at all."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from anymail.backends import mailgun

from newsletter.mail import answers, urlencoded
from newsletter.mail.audit import Audited, Copy
from newsletter.mail.batches import COPY_BYTES, KEY, BatchCarrier, Wire, taken
from newsletter.mail.merging import Language
from newsletter.mail.terms import Cause, Letter, Receipt, Recipient

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import requests


class Payload(Audited, mailgun.MailgunPayload):
    """One call with variables for each recipient."""

    def shared(self) -> Mapping[str, Any]:
        data: Mapping[str, Any] = self.data
        return data

    def copies(self) -> Iterator[Copy]:
        variables = json.loads(self.data["recipient-variables"])
        if self.data[f"v:{KEY}"] != f"%recipient.v:{KEY}%" or len(variables) != len(self.to_emails):
            return
        for address in self.data["to"]:
            own = variables.get(address, {})
            yield Copy(address, own, own.get(f"v:{KEY}"), own)

    @staticmethod
    def spelled(header: str) -> str:
        return f"h:{header.title()}"

    def get_request_params(self, api_url: str) -> dict[str, Any]:
        params = super().get_request_params(api_url)
        if params["files"]:
            return params
        headers = {**(params["headers"] or {}), "Content-Type": urlencoded.TYPE}
        return params | {"data": urlencoded.urlencoded(params["data"]), "headers": headers}


class Backend(Wire, mailgun.EmailBackend):
    """Anymail's way to Mailgun."""

    payload = Payload


class MailgunCarrier(BatchCarrier):
    """An open way to Mailgun."""

    service = "mailgun"
    backend = Backend
    language = Language(
        plain="%recipient.{}%",
        html="%recipient.{}%",
        opening=re.compile(r"%(?=recipient\.)"),
        # Its own words, known without our variables.
        reserved=re.compile(
            r"%(?:recipient(?:_\w+)?|(?:tag_|mailing_list_)?unsubscribe_\w+|mailing_list_\w+)%"
        ),
    )
    most = 1000
    # 25 MB are documented, and a form writes many a byte with three.
    budget = 20_000_000
    all_or_nothing = True

    def weigh(self, letter: Letter) -> tuple[int, int]:
        parts = (letter.subject, letter.text, letter.html)
        return sum(3 * len(part.encode()) for part in parts), 2 * COPY_BYTES

    def read(
        self, response: requests.Response, said: Any, recipients: Sequence[Recipient]
    ) -> Receipt:
        if not taken(response):
            return self.read_error(response, said)
        if "Mailgun Magnificent API" in response.text:
            reason = "Mailgun does not know the address of its API in the settings."
            return answers.not_accepted(Cause.ACCOUNT, reason, status=response.status_code)
        if not isinstance(said["id"], str) or not said["message"].startswith("Queued"):
            raise ValueError
        return answers.accepted(recipients, [said["id"]] * len(recipients), response.status_code)
