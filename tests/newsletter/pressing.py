"""Twenty people press send at once, on a database of their own; prints what came of it.

In a process of its own, begun by ``BEGIN``: pytest's transaction would hide from one thread what
another has committed.
"""

from __future__ import annotations

import json
import threading
import uuid
from typing import TYPE_CHECKING

from django.contrib.messages import get_messages
from django.core import mail as outbox
from django.db import connection
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import reverse
from wagtail.models import Locale, Page, Site

from home.models import HomePage
from newsletter.models import Dispatch, Newsletter
from newsletter.subscriptions import actions
from tests import factories
from tests.newsletter import issues
from wissensregion.models import User

THREADS = 20
BEGIN = (
    "import django; django.setup(); from tests.newsletter import pressing; pressing.main({how!r})"
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.models import IssuePage


def main(how: str) -> None:
    setup_test_environment()
    issue, followed = _prepare()
    if how == "followup":
        _press(issue, 1, same=False)
        followed()
    answers = _press(issue, THREADS, same=how == "same")

    print(  # noqa: T201 - the answer
        json.dumps(
            {
                "dispatches": Dispatch.objects.count(),
                "answers": answers,
                # Copies of the issue; a confirmation mail belongs to no list.
                "mails": [
                    message.to[0] for message in outbox.outbox if "List-Id" in message.extra_headers
                ],
            }
        )
    )


def _prepare() -> tuple[IssuePage, Callable[[], None]]:

    german = Locale.objects.get_or_create(language_code="de")[0]
    root = Page.get_first_root_node()
    Site.objects.all().delete()
    root.get_children().delete()
    home = HomePage(title="Wissensregion", slug="de", lead="Wissen am Rhein", locale=german)
    Page.objects.get(pk=root.pk).add_child(instance=home)
    Site.objects.create(hostname="testserver", root_page=home, is_default_site=True)
    newsletter = Newsletter.objects.get_or_create(slug="wissensregion", defaults={"name": "W"})[0]
    photo = factories.SiteImageFactory()
    blocks = issues.blocks(photo, issues.story(home, photo))
    issue = issues.issue(issues.archive(home), newsletter, blocks)
    for number in range(2):
        User.objects.create_superuser(f"person{number}", f"p{number}@example.org", "password")

    def join(*names: str) -> None:
        for name in names:
            request = actions.subscribe(
                address=f"{name}@example.org", newsletters=[newsletter], locale="de", source="/"
            )
            actions.confirm(request)

    join("ada", "grace")

    outbox.outbox.clear()
    return issue, lambda: join("hedy", "joan")


def _press(issue: IssuePage, threads: int, *, same: bool) -> list[list[str]]:
    """Press from so many browsers at once; return where each was led, and what it was told."""

    people = list(User.objects.filter(username__startswith="person").order_by("pk"))
    url = reverse("newsletter_release", args=[issue.pk])
    nonce = uuid.uuid4()
    browsers = []
    for number in range(threads):
        browser = Client()
        browser.force_login(people[number % 2])
        browsers.append(browser)
    barrier = threading.Barrier(threads)
    answers: list[list[str]] = []

    def press(browser: Client) -> None:
        try:
            barrier.wait()
            sent = {"count": "2", "when": "now", "nonce": str(nonce if same else uuid.uuid4())}
            answer = browser.post(url, sent)
            told = " ".join(str(message) for message in get_messages(answer.wsgi_request))
            answers.append([str(answer.status_code), answer.headers.get("Location", ""), told])
        except Exception as error:  # noqa: BLE001 - reported, not hidden
            answers.append(["broke", "", repr(error)])
        finally:
            connection.close()

    workers = [threading.Thread(target=press, args=[browser]) for browser in browsers]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return answers
