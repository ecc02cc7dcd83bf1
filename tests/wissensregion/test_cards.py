"""The picture others show beside a link to a story: its headline, in its language, never stale."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from wagtail.models import Page, PageViewRestriction

from tests.home.test_structured import head
from wissensregion import keeping
from wissensregion.cards import drawing, making
from wissensregion.cards.drawing import Card
from wissensregion.cards.lettering import wrapped
from wissensregion.models import ShareCard

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoCaptureOnCommitCallbacks
    from wagtail.models import Locale

    from news.models import NewsIndexPage, NewsPage

LONG = "Wirtschaftsförderungsgesellschaftsbeteiligungen"
STORY = "/aktuelles/ausgezeichnet/"
MEDIA = "http://testserver/media/"


def card(client: Client, path: str = STORY) -> str:
    return head(client, path).meta["og:image"]


def stored(address: str) -> Image.Image:
    with default_storage.open(address.removeprefix(MEDIA)) as file:
        return Image.open(io.BytesIO(file.read()))


def test_a_card_is_made_when_a_story_is_published_and_not_when_it_is_read(
    client: Client,
    story: NewsPage,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    assert card(client) == "http://testserver/static/wissensregion/share.png"
    assert client.get("/static/wissensregion/share.png").status_code == 200
    assert not ShareCard.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        story.save_revision().publish()

    picture = stored(card(client))
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    meta = head(client, STORY).meta
    assert (meta["og:image:width"], meta["og:image:height"]) == ("1200", "630")
    assert meta["og:image:alt"] == story.title


def test_a_new_headline_has_a_new_card_and_the_old_one_goes(
    client: Client,
    story: NewsPage,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    def publish() -> str:
        with django_capture_on_commit_callbacks(execute=True):
            story.save_revision().publish()
        return card(client).removeprefix(MEDIA)

    first = publish()
    assert publish() == first

    story.title = "Anders"
    second = publish()

    assert second != first
    assert [default_storage.exists(name) for name in (first, second)] == [False, True]


def test_what_readers_may_not_see_has_no_card(
    client: Client,
    story: NewsPage,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    names = []
    for hide in (story.unpublish, story.delete):
        with django_capture_on_commit_callbacks(execute=True):
            story.save_revision().publish()
        names.append(str(ShareCard.objects.get().file.name))
        assert default_storage.exists(names[-1])
        with django_capture_on_commit_callbacks(execute=True):
            hide()
        assert not ShareCard.objects.exists()
        assert not default_storage.exists(names[-1])


@pytest.mark.usefixtures("story")
def test_a_task_that_got_lost_is_made_up_for(client: Client, news: NewsIndexPage) -> None:
    PageViewRestriction.objects.create(page=news, restriction_type="login")
    assert making.settle_lacking(seconds=60) == 0
    PageViewRestriction.objects.all().delete()

    assert making.settle_lacking(seconds=60) == 1
    made = card(client)
    assert making.settle_lacking(seconds=60) == 0

    story = Page.objects.get(slug="ausgezeichnet").specific
    story.title = "Ohne Aufgabe"
    story.save_revision().publish()
    assert making.settle_lacking(seconds=60) == 1
    assert card(client) != made


def test_each_language_has_a_card_of_its_own(
    client: Client, story: NewsPage, news: NewsIndexPage, english: Locale
) -> None:
    news.copy_for_translation(english).save_revision().publish()
    translation = story.copy_for_translation(english)
    translation.title = "Awarded"
    translation.save_revision().publish()

    assert making.settle_lacking(seconds=60) == 2

    german, abroad = (stored(card(client, path)) for path in (STORY, f"/en{STORY}"))
    assert german.convert("RGB").tobytes() != abroad.convert("RGB").tobytes()


@pytest.mark.usefixtures("story")
def test_a_card_costs_readers_no_query(client: Client) -> None:
    making.settle_lacking(seconds=60)
    client.get(STORY)
    keeping.forget()
    client.get("/aktuelles/")
    client.get(STORY)

    with CaptureQueriesContext(connection) as queries:
        client.get(STORY)

    assert not [
        query["sql"] for query in queries if 'FROM "wissensregion_sharecard"' in query["sql"]
    ]


def test_the_same_words_always_make_the_same_picture() -> None:
    said = Card("Wissen am Rhein", "Preise", "Wissensregion", "seed", "brick")
    others = [
        Card("Wissen am Main", "Preise", "Wissensregion", "seed", "brick"),
        Card("Wissen am Rhein", "Preise", "Wissensregion", "seed", "meadow"),
        Card("Wissen am Rhein", "Preise", "Wissensregion", "other", "brick"),
    ]

    assert drawing.draw(said) == drawing.draw(said)
    pictures = {drawing.draw(each) for each in (said, *others)}
    assert len({each.fingerprint for each in (said, *others)}) == len(pictures) == 4


@pytest.mark.parametrize("headline", [LONG, f"Neue {LONG} für {LONG}", "Ł" * 90, "W" * 200])
def test_no_headline_leaves_the_card(headline: str) -> None:
    width = (drawing.WIDTH - 2 * drawing.MARGIN) * drawing.TIMES
    for letters in drawing.HEADLINES:
        lines = wrapped(headline, letters, width)
        assert max(letters.width(line) for line in lines) <= width
        # Nothing got lost but the breaks.
        assert "".join(lines).replace("-", "").replace(" ", "") == headline.replace(" ", "")
    largest = wrapped(LONG, drawing.HEADLINES[0], width)
    assert largest == ["Wirtschaftsförderungs-", "gesellschaftsbeteiligungen"]
