"""What stands around a story: its length, ways to pass it on, and what to read next."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    AwardStoryPageFactory,
    NewsPageFactory,
)

if TYPE_CHECKING:
    from django.test import Client

    from news.models import NewsIndexPage, Topic

pytestmark = pytest.mark.django_db


def onward(client: Client, path: str) -> list[str]:
    html = client.get(path).content.decode()
    section = html.partition('class="onward"')[2].partition("</section>")[0]
    return re.findall(r'<h3><a href="[^"]+">([^<]+)</a>', section)


def test_the_latest_on_the_same_topic_come_first_and_then_the_latest_of_all(
    client: Client, index: NewsIndexPage, research: Topic
) -> None:
    NewsPageFactory(parent=index, title="Ganz alt", date=date(2018, 1, 1), topic=research)
    NewsPageFactory(parent=index, title="Alt", date=date(2019, 1, 1), topic=research)
    NewsPageFactory(parent=index, title="Neu", date=date(2026, 1, 1))
    NewsPageFactory(parent=index, title="Neuer", date=date(2026, 2, 1))
    NewsPageFactory(parent=index, title="Entwurf", topic=research, live=False)
    AwardStoryPageFactory(parent=index, slug="preis", date=date(2020, 1, 1), topic=research)

    assert onward(client, "/aktuelles/preis/") == ["Alt", "Ganz alt", "Neuer"]


def test_a_story_alone_offers_nothing_to_read_on(client: Client, index: NewsIndexPage) -> None:
    NewsPageFactory(parent=index, slug="allein")

    assert onward(client, "/aktuelles/allein/") == []


def test_what_to_read_next_is_asked_once_for_all_stories_on_a_topic(
    client: Client, index: NewsIndexPage, research: Topic
) -> None:
    for number in range(6):
        NewsPageFactory(parent=index, slug=f"m{number}", topic=research)
    for number in range(2):
        client.get(f"/aktuelles/m{number}/")

    with CaptureQueriesContext(connection) as queries:
        assert len(onward(client, "/aktuelles/m2/")) == 3

    # Where the page is, and the page.
    assert len(queries) <= 2, [query["sql"] for query in queries]


@pytest.mark.parametrize("slug", ["meldung", "preis-für-düsseldorf"])
def test_a_story_leads_to_the_list_of_its_topic(
    client: Client, index: NewsIndexPage, research: Topic, slug: str
) -> None:
    NewsPageFactory(parent=index, slug=slug, topic=research)

    html = client.get(f"/aktuelles/{slug}/").content.decode()

    assert '<a class="topic" href="/aktuelles/thema/forschung/">Forschung</a>' in html


@pytest.mark.parametrize(("words", "told"), [(3, "1 Minute Lesezeit"), (700, "4 Minuten Lesezeit")])
def test_a_story_says_how_long_it_takes(
    client: Client, index: NewsIndexPage, words: int, told: str
) -> None:
    story = NewsPageFactory(parent=index, slug="meldung")
    story.body = [
        ("heading", {"text": "Am Fluss", "level": "2"}),
        ("paragraph", f"<p>{'Wort ' * words}</p>"),
        ("quote", {"text": "Ein Satz", "attribution": "Ada"}),
        # Not read word by word.
        ("key_figures", {"figures": [{"number": 60, "label": "Bewerbungen " * 9}]}),
    ]
    story.save_revision().publish()

    assert told in client.get("/aktuelles/meldung/").content.decode()


def test_a_story_is_passed_on_by_links_alone(client: Client, index: NewsIndexPage) -> None:
    NewsPageFactory(parent=index, slug="meldung", title="Bus & Bahn")

    html = client.get("/aktuelles/meldung/").content.decode()
    section = html.partition('class="share"')[2].partition("</section>")[0]
    address = "http%3A%2F%2Ftestserver%2Faktuelles%2Fmeldung%2F"

    assert re.findall(r'href="([^"]+)"', section) == [
        f"mailto:?subject=Bus%20%26%20Bahn&amp;body=Bus%20%26%20Bahn%0A{address}",
        f"https://share.joinmastodon.org/#text=Bus%20%26%20Bahn%20{address}",
        f"https://bsky.app/intent/compose?text=Bus%20%26%20Bahn%20{address}",
        f"https://www.linkedin.com/sharing/share-offsite/?url={address}",
        f"https://wa.me/?text=Bus%20%26%20Bahn%20{address}",
    ]
    assert 'translate="no">http://testserver/aktuelles/meldung/</span>' in section
    assert not re.search(r"<(script|img|iframe|button|form)", section)
