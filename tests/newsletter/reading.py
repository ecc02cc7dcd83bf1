"""What a reader does with a page or a mail: fill in the form, follow the link."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.serializers import serialize

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.core.mail import EmailMessage
    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer
    from time_machine import TimeMachineFixture

SUBSCRIBE = "/newsletter/subscribe/"
INPUT = re.compile(r'<input[^>]* name="(?P<name>[^"]+)"[^>]*>')
VALUE = re.compile(r' value="([^"]*)"')
MAIN = re.compile(r"<main.*</main>", re.DOTALL)
SETTINGS = "/newsletter/settings/"
SESSION = re.compile(r'name="session" value="([^"]+)"')
LINK = re.compile(r"http://testserver(/newsletter/\S+)")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody in front of the form, who reads before they type."""

    client: Client
    clock: TimeMachineFixture
    # Runs what waits for the commit: the task that sends the mail.
    commits: Callable[..., Any]

    def asks(self, address: str, *, after: float = 10, **more: Any) -> Answer:
        """Open the form, wait some seconds, fill it in and send it."""
        page = self.client.get(SUBSCRIBE, {"locale": more.get("locale", "de")})
        self.clock.shift(after)
        return self.sends(page, address=address, **more)

    def sends(self, page: Answer, **fields: Any) -> Answer:
        """Send the form of a page, with some fields filled in."""
        with self.commits(execute=True):
            answer: Answer = self.client.post(SUBSCRIBE, {**form_on(page), **fields})
        return answer


def form_on(page: Answer) -> dict[str, str]:
    """Return the fields of a page's form with what stands in them."""
    found = {}
    for tag in INPUT.finditer(page.content.decode()):
        value = VALUE.search(tag[0])
        if 'type="checkbox"' not in tag[0]:
            found[tag["name"]] = value[1] if value else ""
    return found


def main_of(page: Answer) -> str:
    """Return what a page says, without what stands around it."""
    found = MAIN.search(page.content.decode())
    assert found, page.content
    return found[0]


def link_in(mail: EmailMessage) -> str:
    """Return the path of the one link a mail has."""
    (link,) = set(LINK.findall(str(mail.body)))
    return str(link)


def rows() -> dict[str, str]:
    """Return one hash over all rows of each table of the newsletter."""
    return {
        model._meta.label: hashlib.sha256(
            serialize("json", manager.order_by("pk")).encode()
        ).hexdigest()
        for model in apps.get_app_config("newsletter").get_models()
        if (manager := model._meta.default_manager)
    }


def session_on(page: Answer) -> str:
    """Return what the forms of an opened page carry."""
    found = SESSION.search(page.content.decode())
    assert found, main_of(page)
    return found[1]


def press(visitor: Visitor, url: str, status: int = 200, **fields: Any) -> Answer:
    """Send a form, and let the mails go that follow from it."""
    with visitor.commits(execute=True):
        answer: Answer = visitor.client.post(url, fields)
    assert answer.status_code == status, answer.content
    return answer


def act(visitor: Visitor, session: str, do: str, status: int = 200, **fields: Any) -> Answer:
    """Press one of the buttons of an opened page."""
    return press(visitor, SETTINGS, status, session=session, do=do, **fields)
