"""The last look at a call: what Anymail built, held against the people it is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from anymail.exceptions import AnymailError
from anymail.utils import EmailAddress, concat_lists
from django.core.mail import EmailMultiAlternatives

from newsletter.mail.terms import Recipient

OURS = {"merge_data", "merge_metadata"}
COPIED, OFF = {"cc", "bcc"}, {False, "None", "disabled", "no"}


class AuditError(AnymailError):
    """What was built is not what was asked for, so it stays here."""


class Call(EmailMultiAlternatives):
    """What Anymail is to build, and for whom: what differs in a copy stands at its place."""

    recipients_of_call: Sequence[Recipient] = ()
    values: Sequence[Mapping[str, str]] = ()


class Copy(NamedTuple):
    """One person's copy as it stands in the built call."""

    address: str
    headers: Mapping[str, str]
    key: Any
    values: Mapping[str, str]


def plain_addresses(addresses: Iterable[str]) -> list[EmailAddress]:
    """Take apart addresses known to be plain: the full grammar would cost most of the time."""
    parts = (address.partition("@") for address in addresses)
    return [EmailAddress(username=username, domain=domain) for username, _at, domain in parts]


class Audited:
    """Mixed into an Anymail payload, it refuses a call that does not match its recipients."""

    base_message_attrs: ClassVar[tuple[tuple[str, Any, Any], ...]]
    anymail_message_attrs: ClassVar[tuple[tuple[str, Any, Any], ...]]
    message: Call

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.base_message_attrs = tuple(
            ("to", concat_lists, plain_addresses) if attribute[0] == "to" else attribute
            for attribute in cls.base_message_attrs
        )
        # Ours are strings already; to look at each of them for a lazy one is a tenth of a call.
        cls.anymail_message_attrs = tuple(
            (name, combine, None if name in OURS else convert)
            for name, combine, convert in cls.anymail_message_attrs
        )

    def shared(self) -> Mapping[str, Any]:
        """What the built call says about all copies."""
        raise NotImplementedError

    def copies(self) -> Iterator[Copy]:
        """Read each copy from the built call."""
        raise NotImplementedError

    @staticmethod
    def spelled(header: str) -> str:
        """Return how the built call spells the name of a header."""
        return header

    def get_request_params(self, api_url: str) -> dict[str, Any]:
        params: dict[str, Any] = super().get_request_params(api_url)  # type: ignore[misc]
        try:
            problem = self.audit()
        except (LookupError, TypeError, ValueError):
            problem = "is not of the form it should have"
        if problem:
            reason = f"The call built for the service {problem}. Nothing was sent."
            raise AuditError(reason)
        # Followed, it would become a GET, whose yes means nothing.
        return params | {"allow_redirects": False}

    def audit(self) -> str:
        """Say what is wrong with the call as it would go over the wire."""
        if any(
            name.lower() in COPIED or ("track" in name.lower() and value not in OFF)
            for name, value in self.shared().items()
        ):
            return "has recipients of its own or asks for tracking"
        copies = list(self.copies())
        recipients = self.message.recipients_of_call
        if len(copies) != len(recipients):
            return f"holds {len(copies)} copies for {len(recipients)} recipients"
        together = zip(recipients, self.message.values, copies, strict=True)
        problems = (self._problem(*one) for one in together)
        return next((problem for problem in problems if problem), "")

    def _problem(self, recipient: Recipient, values: Mapping[str, str], copy: Copy) -> str:
        if copy.address != recipient.address:
            return "names its recipients in another order or spelling"
        if copy.key != recipient.key:
            return "lacks the delivery key of a recipient"
        headers = {self.spelled(name): value for name, value in recipient.headers.items()}
        if not headers.items() <= copy.headers.items():
            return "lacks headers of a recipient"
        if not values.items() <= copy.values.items():
            return "lacks links of a recipient"
        return ""
