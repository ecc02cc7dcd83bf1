"""One call to a service for many recipients, each with headers, links and a key of their own.

Anymail builds and posts the call; what comes back is read here, in one place for all services.
"""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

import requests
from anymail.exceptions import AnymailCancelSend, AnymailError
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from newsletter.mail import answers, guards
from newsletter.mail.audit import Call
from newsletter.mail.merging import Language, Template, translate
from newsletter.mail.terms import Letter, Receipt, Recipient

if TYPE_CHECKING:
    from collections.abc import Sequence

# What one copy adds to a call beside its body: address, key, headers, links.
COPY_BYTES = 2_000
# A service hangs up on a connection that lies idle, maybe just as the next call goes out, and
# then nobody knows whether it arrived. A new connection costs far less than that.
IDLE_SECONDS = 5
# The name under which services echo the delivery key.
KEY = "delivery"


class Wire:
    """Mixed into an Anymail backend: makes one call and returns whatever was answered."""

    payload: ClassVar[type]

    def build_message_payload(self, message: Call, defaults: dict[str, Any]) -> Any:
        return self.payload(message, defaults, self)

    def raise_for_status(self, *args: Any) -> None:
        """Raise nothing: every answer is read by the carrier."""

    def call(self, message: Call) -> requests.Response:
        backend: Any = self
        backend.open()
        if not backend.run_pre_send(message):
            reason = "A receiver of Anymail's pre_send signal cancelled the call."
            raise AnymailCancelSend(reason)
        payload = self.build_message_payload(message, backend.send_defaults)
        response: requests.Response = backend.post_to_esp(payload, message)
        return response


class BatchCarrier:
    """An open way to one service that takes many recipients in one call."""

    service: str
    batches: bool = True
    backend: ClassVar[type]
    language: ClassVar[Language]
    # How many recipients, and how many bytes, the service takes in one call.
    most: ClassVar[int]
    budget: ClassVar[int]
    # Whether the service takes a call whole or not at all, so that one report proves it.
    all_or_nothing: ClassVar[bool] = False
    # Elsewhere it is set in the account, and Anymail refuses the option.
    tracking_per_message: ClassVar[bool] = True

    def __init__(self, *, max_batch: int | None = None) -> None:
        self.max_batch = max_batch
        self._wire: Any = None
        self._used = 0.0
        self._template: Template | None = None

    def limit(self, letter: Letter) -> int:
        """Return how many recipients one call with this letter may carry."""
        shared, each = self.weigh(letter)
        most = min(self.most, (self.budget - shared) // each, self.max_batch or self.most)
        return max(most, 1)

    def carry(
        self,
        letter: Letter,
        recipients: Sequence[Recipient],
        *,
        idempotency_key: str = "",
        following: Recipient | None = None,
    ) -> Receipt:
        """Make one call and say what came of it. Never raises for what the service does."""
        guards.outside_transaction()
        template = self._translated(letter)
        if refusal := guards.refusal(letter, recipients, template.problem):
            return refusal
        try:
            call = self.composed(template, recipients, idempotency_key)
            response = self._open().call(call)
        except (AnymailError, ImproperlyConfigured) as error:
            return answers.by_error(error)
        self._used = monotonic()
        return self._read(response, recipients)

    def close(self) -> None:
        """Let go of the connection; the next call opens a new one."""
        if self._wire is not None:
            with suppress(requests.RequestException):
                self._wire.close()

    def translated(self, letter: Letter) -> Template:
        """Write a letter in the service's merge language."""
        return translate(letter, self.language)

    def weigh(self, letter: Letter) -> tuple[int, int]:
        """Return the bytes that all copies share, and those each of them adds."""
        return weight(letter), COPY_BYTES

    def composed(
        self, template: Template, recipients: Sequence[Recipient], idempotency_key: str
    ) -> Call:
        """Say what Anymail is to build."""
        call = self.started(template, recipients)
        # The same string names a person everywhere: Anymail drops what it cannot find, silently.
        together = list(zip(recipients, call.values, strict=True))
        vars(call).update(
            merge_headers={each.address: dict(each.headers) for each in recipients},
            merge_metadata={each.address: {KEY: each.key} for each in recipients},
            merge_data={each.address: values for each, values in together},
        )
        return call

    def started(self, template: Template, recipients: Sequence[Recipient]) -> Call:
        letter = template.letter
        call = Call(
            subject=template.subject,
            body=template.text,
            from_email=letter.from_email or settings.DEFAULT_FROM_EMAIL,
            to=[recipient.address for recipient in recipients],
            alternatives=[(template.html, "text/html")] if template.html else [],
        )
        call.recipients_of_call = recipients
        call.values = [template.values(recipient) for recipient in recipients]
        if self.tracking_per_message:
            vars(call).update(track_clicks=False, track_opens=False)
        return call

    def read(
        self, response: requests.Response, said: Any, recipients: Sequence[Recipient]
    ) -> Receipt:
        """Read a yes of this service; may stumble over what is none."""
        raise NotImplementedError

    def read_error(self, response: requests.Response, said: Any) -> Receipt:
        return answers.by_status(response.status_code, response.headers, said)

    def _read(self, response: requests.Response, recipients: Sequence[Recipient]) -> Receipt:
        try:
            said = response.json()
        except ValueError:
            said = None
        try:
            return self.read(response, said, recipients)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            if not taken(response):
                return answers.by_status(response.status_code, response.headers, said)
            reason = f"The mail service answered {response.status_code} in words unknown to us."
            return answers.unknown(reason, response.status_code)

    def _translated(self, letter: Letter) -> Template:
        """Compile a letter once: all calls of an edition share it."""
        if self._template is None or self._template.letter != letter:
            self._template = self.translated(letter)
        return self._template

    def _open(self) -> Any:
        if self._wire is None:
            # What somebody's settings would leave out in silence is refused here.
            self._wire = self.backend(ignore_unsupported_features=False)
        if monotonic() - self._used > IDLE_SECONDS:
            self.close()
        return self._wire


def taken(response: requests.Response) -> bool:
    """Say whether an answer is a yes, for requests takes a redirection for one, too."""
    return response.status_code // 100 == 2  # noqa: PLR2004 - HTTP's own number


def weight(letter: Letter) -> int:
    """Return the bytes of a letter in JSON, where an umlaut takes six."""
    parts = (letter.subject, letter.text, letter.html)
    return sum(len(part) + 5 * (len(part.encode()) - len(part)) for part in parts)
