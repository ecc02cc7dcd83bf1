"""Readers and issues for the benches, as many as are wanted, and away again."""

from __future__ import annotations

from itertools import count, islice
from typing import TYPE_CHECKING

from wagtail.models import Locale, Page

from newsletter.composing.models import Edition, IssueIndexPage, IssuePage
from newsletter.sending import fence
from newsletter.sending.models import Attempt, Batch, Delivery, Dispatch, OperatorAct
from newsletter.subscriptions import addresses
from newsletter.subscriptions.models import Newsletter, Subscriber, Subscription

if TYPE_CHECKING:
    from collections.abc import Iterator

# A mail of a usual size: MJML's tables around a few stories.
LINE = '<td style="font-family:Georgia,serif;font-size:17px;line-height:27px">Neues am Rhein</td>\n'
HTML = f'<table>{LINE * 350}</table><a href="@@unsubscribe@@">Abmelden</a>'
TEXT = "Neues vom Rhein.\n" * 200 + "Abmelden: @@unsubscribe@@\n"
NUMBERS = count(1)
CHUNK = 5000


def begin(readers: int, html: str, text: str) -> Dispatch:
    """Return a dispatch of a fresh issue to so many readers, with nobody planned yet."""
    newsletter = _newsletter(readers)
    number = next(NUMBERS)
    locale = Locale.objects.get_or_create(language_code="de")[0]
    archive = IssueIndexPage.objects.first()
    if archive is None:
        archive = IssueIndexPage(title="Bench", slug="bench-archive", locale=locale)
        Page.get_first_root_node().add_child(instance=archive)
    issue = IssuePage(
        title="Bench", slug=f"bench-{number}", subject="Bench", newsletter=newsletter, locale=locale
    )
    archive.add_child(instance=issue)
    dispatch = Dispatch.objects.create(newsletter=newsletter, issue_key=issue.translation_key)
    edition = Edition.objects.create(
        page=issue, issue_key=issue.translation_key, locale="de",
        subject="Neues vom Rhein", html=html, text=text, sha256="",
    )  # fmt: skip
    dispatch.editions.set([edition])
    return dispatch


def empty() -> None:
    """Forget all dispatches; the readers stay for the next."""
    for model in (Attempt, Delivery, Batch, OperatorAct):
        model.objects.all().delete()
    Dispatch.objects.all().delete()
    # The calls are gone that this server remembers; it begins anew.
    fence.adopt()


def _newsletter(readers: int) -> Newsletter:
    """A newsletter with exactly so many readers."""
    newsletter, new = Newsletter.objects.get_or_create(
        slug=f"bench-{readers}", defaults={"name": "Bench"}
    )
    rows = _subscribers(readers) if new else iter(())
    while chunk := list(islice(rows, CHUNK)):
        Subscriber.objects.bulk_create(chunk)
        Subscription.objects.bulk_create(
            Subscription(subscriber=subscriber, newsletter=newsletter) for subscriber in chunk
        )
    return newsletter


def _subscribers(readers: int) -> Iterator[Subscriber]:
    for number in range(readers):
        address = f"reader{number}.of{readers}@example.org"
        yield Subscriber(address=address, address_key=addresses.address_key(address), locale="de")
