"""One person's copy of an edition: the same for all but for the links."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from newsletter import mail
from newsletter.composing import render
from newsletter.subscriptions.tokens import Purpose, Signer

if TYPE_CHECKING:
    from newsletter.composing.models import Edition
    from newsletter.sending.permits import Copy
    from newsletter.subscriptions.models import Newsletter

MARKS = (render.UNSUBSCRIBE, render.PREFERENCES)


def letter(edition: Edition) -> mail.Letter:
    return mail.Letter(subject=edition.subject, text=edition.text, html=edition.html, marks=MARKS)


def read_by(edition: Edition, recipient: mail.Recipient) -> tuple[str, str]:
    """HTML and text of an edition as this recipient should get them."""
    html, text = (mail.filled(part, recipient.values) for part in (edition.html, edition.text))
    return html, text


class Addressing:
    """Writes what differs from copy to copy of one newsletter."""

    def __init__(self, newsletter: Newsletter) -> None:
        self._leaving, self._preferring = Signer(Purpose.UNSUBSCRIBE), Signer(Purpose.PREFERENCES)
        self._list_id = f"<{newsletter.list_id}>"

    def recipient(self, copy: Copy) -> mail.Recipient:
        """The person's links, and how mail programs recognise and leave the newsletter.

        The headers are those of RFC 2369, 2919 and 8058.
        """
        leave = self._leaving.sign(copy.public_id)
        prefer = self._preferring.sign(copy.public_id)
        return mail.Recipient(
            key=copy.key,
            address=copy.address,
            values={
                render.UNSUBSCRIBE: self._unsubscribe.replace("@", leave),
                render.PREFERENCES: self._preferences.replace("@", prefer),
            },
            headers={
                "List-Id": self._list_id,
                "List-Post": "NO",
                "List-Unsubscribe": f"<{self._one_click.replace('@', leave)}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )

    # Looked up once: an address is made of them for every copy.
    @cached_property
    def _unsubscribe(self) -> str:
        return _absolute("unsubscribe")

    @cached_property
    def _preferences(self) -> str:
        return _absolute("preferences")

    @cached_property
    def _one_click(self) -> str:
        return _absolute("one_click")


def _absolute(name: str) -> str:
    return f"{settings.SITE_URL}{reverse(f'newsletter:{name}', args=['@'])}"
