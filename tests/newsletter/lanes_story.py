"""An issue for many readers, planned and sent in processes of a running site."""

from __future__ import annotations

import os
from time import sleep

from django.conf import settings
from django.contrib.auth import get_user_model
from wagtail.rich_text import RichText

from newsletter.models import Dispatch, Newsletter, Subscriber, Subscription
from newsletter.sending import actions, audience
from newsletter.subscriptions.addresses import address_key
from tests.newsletter import issues, queue_story


def begin(readers: int, share: int) -> None:
    """Plan an issue in batches so small that every lane gets several."""
    audience.SHARE = share
    newsletter = Newsletter.objects.get_or_create(slug="many", defaults={"name": "Many"})[0]
    people = Subscriber.objects.bulk_create(
        Subscriber(address=address, address_key=address_key(address), locale="de")
        for address in map(queue_story.address, range(readers))
    )
    Subscription.objects.bulk_create(
        Subscription(subscriber=each, newsletter=newsletter) for each in people
    )
    issue = issues.issue(
        issues.archive(queue_story.front_page()),
        newsletter,
        [("paragraph", RichText(issues.PARAGRAPH))],
    )
    dispatch = actions.start(issue, get_user_model().objects.create_user("editor"))
    assert actions.may_send()
    actions.freeze(dispatch.pk)


def send(workers: int) -> None:
    """Work as a worker does until nothing is left, from when so many of them stand ready."""
    ready = settings.VAR_DIR / "ready"
    ready.mkdir(exist_ok=True)
    (ready / str(os.getpid())).touch()
    while len(list(ready.iterdir())) < workers:
        sleep(0.01)
    dispatch = Dispatch.objects.get()
    while dispatch.state != "completed":
        if not actions.continue_dispatch(dispatch.pk):
            sleep(0.05)
        dispatch.refresh_from_db()
