"""Pages as a front end lists and reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site

from tests import factories

if TYPE_CHECKING:
    from django.test import Client
    from wagtail.models import Locale, Page

    from home.models import HomePage
    from news.models import NewsIndexPage, NewsPage
    from wissensregion.models import SiteImage


def titles(client: Client, **filters: Any) -> list[str]:
    answer = client.get("/api/v1/pages/", filters)
    assert answer.status_code == 200, answer.json()
    return [item["title"] for item in answer.json()["items"]]


def detail(client: Client, page: Page) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/v1/pages/{page.pk}/").json()
    return found


@pytest.fixture
def award(news: NewsIndexPage, german: Locale) -> NewsPage:
    page = factories.AwardStoryPageFactory(
        parent=news, locale=german, title="Preis", first_published_at=timezone.now()
    )
    assert page.live
    return page


def test_the_newest_page_comes_first(client: Client, story: NewsPage, award: NewsPage) -> None:
    assert titles(client)[:2] == ["Preis", "Ausgezeichnet"]


def test_a_type_includes_the_types_derived_from_it(
    client: Client, story: NewsPage, award: NewsPage
) -> None:
    assert titles(client, type="news.NewsPage") == ["Preis", "Ausgezeichnet"]
    assert titles(client, type="news.AwardStoryPage") == ["Preis"]


def test_several_types_are_asked_for_at_once(client: Client, story: NewsPage) -> None:
    wanted = ["home.HomePage", "news.NewsIndexPage"]

    assert "Ausgezeichnet" not in titles(client, type=wanted)
    assert "Aktuelles" in titles(client, type=wanted)


def test_a_locale_has_its_own_pages(client: Client, story: NewsPage) -> None:
    assert titles(client, locale="en") == ["Knowledge Region Düsseldorf"]


def test_children_come_in_the_editors_order(
    client: Client, news: NewsIndexPage, story: NewsPage, award: NewsPage
) -> None:
    assert titles(client, parent=news.pk, order="tree") == ["Ausgezeichnet", "Preis"]


def test_a_list_is_read_in_pieces(client: Client, story: NewsPage, award: NewsPage) -> None:
    answer = client.get("/api/v1/pages/?type=news.NewsPage&limit=1&offset=1").json()

    assert answer["total"] == 2
    assert [item["title"] for item in answer["items"]] == ["Ausgezeichnet"]


def test_a_list_and_a_page_say_the_same(client: Client, story: NewsPage) -> None:
    listed = client.get("/api/v1/pages/?type=news.NewsPage").json()["items"][0]

    assert listed == detail(client, story)


def test_a_page_names_its_translations_and_its_parent(
    client: Client, story: NewsPage, home: HomePage, english: Locale, news: NewsIndexPage
) -> None:
    news.copy_for_translation(english).save_revision().publish()
    english_story = story.copy_for_translation(english)
    english_story.slug = "awarded"
    english_story.save_revision().publish()

    answer = detail(client, story)

    assert answer["parent"]["path"] == "/aktuelles/"
    assert [each["locale"] for each in answer["translations"]] == ["en"]
    assert answer["translations"][0]["path"].endswith("/awarded/")
    assert detail(client, english_story)["translations"][0]["id"] == story.pk


def test_a_draft_is_nowhere(client: Client, story: NewsPage) -> None:
    story.unpublish()

    assert "Ausgezeichnet" not in titles(client)
    assert client.get(f"/api/v1/pages/{story.pk}/").status_code == 404


def test_what_is_below_a_private_page_is_nowhere(
    client: Client, news: NewsIndexPage, story: NewsPage
) -> None:
    PageViewRestriction.objects.create(page=news, restriction_type="login")

    assert not {"Aktuelles", "Ausgezeichnet"} & set(titles(client))
    assert client.get(f"/api/v1/pages/{story.pk}/").status_code == 404


def test_another_site_keeps_its_pages(client: Client, story: NewsPage, home: HomePage) -> None:
    elsewhere = factories.NewsIndexPageFactory(
        parent=home.get_parent(), locale=home.locale, title="Anderswo"
    )
    Site.objects.create(hostname="other.example.org", root_page=elsewhere)

    assert "Anderswo" not in titles(client)


def test_a_link_to_a_draft_is_no_link(
    client: Client, story: NewsPage, award: NewsPage, home: HomePage
) -> None:
    link = f'<p><a linktype="page" id="{award.pk}">Preis</a></p>'
    page = {"text": "", "label": "Mehr", "page": award, "url": ""}
    story.body = [("paragraph", link), ("call_to_action", page)]
    story.save_revision().publish()
    assert detail(client, story)["body"][1]["value"]["page"]["title"] == "Preis"

    award.unpublish()

    paragraph, action = detail(client, story)["body"]
    assert paragraph["value"] == "<p><a>Preis</a></p>"
    assert action["value"]["page"] is None


def test_a_link_leads_to_the_locale_its_author_chose(
    client: Client, story: NewsPage, english_home: HomePage
) -> None:
    story.body = [("paragraph", f'<a linktype="page" id="{english_home.pk}">Home</a>')]
    story.save_revision().publish()

    assert detail(client, story)["body"][0]["value"] == '<a href="/en/">Home</a>'


def test_a_picture_brings_rights_people_and_sizes(client: Client, story: NewsPage) -> None:
    photo = detail(client, story)["photo"]

    assert photo["credit"] == "Paula Beispiel"
    assert photo["licence"]["url"] == "https://creativecommons.org/licenses/by/4.0/"
    assert [person["name"] for person in photo["people"]] == ["Ada Beispiel"]
    assert [rendition["width"] for rendition in photo["renditions"]] == [480, 960, 1200]
    assert photo["renditions"][0]["url"].startswith("http://testserver/media/")


def test_the_alt_text_of_this_use_goes_first(client: Client, story: NewsPage) -> None:
    assert detail(client, story)["photo"]["alt"] == "Eine Brücke über den Rhein"

    story.photo_alt = "Zwei Menschen mit Urkunde"
    story.save_revision().publish()

    assert detail(client, story)["photo"]["alt"] == "Zwei Menschen mit Urkunde"


def test_a_picture_that_is_not_made_yet_has_no_sizes(
    client: Client, story: NewsPage, portrait: SiteImage
) -> None:
    portrait.renditions.all().delete()

    photo = detail(client, story)["photo"]

    assert photo["title"] == "Foto"
    assert photo["renditions"] == []


def test_a_block_a_plugin_took_back_is_left_out(client: Client, story: NewsPage) -> None:
    story.body = [{"type": "heading", "value": {"text": "Da"}}, {"type": "gone", "value": 1}]
    story.save()

    assert [block["type"] for block in detail(client, story)["body"]] == ["heading"]


def test_a_child_added_to_a_block_later_says_its_default(client: Client, story: NewsPage) -> None:
    story.body.raw_data.append({"type": "heading", "id": "1", "value": {"text": "Alt"}})
    story.save()

    assert detail(client, story)["body"][0]["value"] == {"text": "Alt", "level": "2"}
