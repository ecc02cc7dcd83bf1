"""The pages every site has: what they show, where they hang, what they cost."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from home.models import (
    HomePage,
    ImprintPage,
    SearchPage,
    SiteProfile,
    StandardPage,
    teaser_of,
    teasers_below,
)
from tests.factories import (
    NewsIndexPageFactory,
    NewsPageFactory,
    PartnerIndexPageFactory,
    PartnerPageFactory,
    TopicFactory,
)
from wissensregion.plugin import Teaser

if TYPE_CHECKING:
    from django.test import Client
    from wagtail.models import Locale

    from wissensregion.models import SiteImage

pytestmark = pytest.mark.django_db


def test_the_home_page_shows_the_newest_of_every_plugin_in_its_language(
    client: Client, home: HomePage, english_home: HomePage
) -> None:
    news = NewsIndexPageFactory(parent=home)
    NewsPageFactory(parent=news, title="Alt", date=date(2019, 1, 1))
    NewsPageFactory(parent=news, title="Entwurf", live=False)
    english = NewsIndexPageFactory(parent=english_home, locale=english_home.locale, slug="news")
    NewsPageFactory(
        parent=english,
        locale=english_home.locale,
        title="New",
        topic=TopicFactory(locale=english_home.locale),
    )
    for page in Page.objects.live():
        page.first_published_at = timezone.now()
        page.save()

    assert [teaser.title for teaser in client.get("/").context["stories"]] == ["Alt"]
    assert [teaser.title for teaser in client.get("/en/").context["stories"]] == ["New"]


def test_what_was_never_published_is_not_among_the_newest(home: HomePage) -> None:
    NewsPageFactory(parent=NewsIndexPageFactory(parent=home), first_published_at=None)

    assert home.latest(5) == []


def test_an_english_home_page_shows_the_partners_in_english(
    home: HomePage, english_home: HomePage, english: Locale
) -> None:
    index = PartnerIndexPageFactory(parent=home)
    page = PartnerPageFactory(parent=index, title="Hochschule")
    index.copy_for_translation(english).save_revision().publish()
    translated = page.copy_for_translation(english)
    translated.title = "University"
    translated.save_revision().publish()
    for each in (home, english_home):
        each.partners = index
        each.save_revision().publish()

    def names(page: HomePage) -> list[str]:
        return [teaser.title for teaser in teasers_below(page.chosen()[1])]

    assert (names(home), names(english_home)) == (["Hochschule"], ["University"])


def test_a_campaign_that_was_not_translated_is_shown_as_chosen(
    home: HomePage, english_home: HomePage
) -> None:
    index = PartnerIndexPageFactory(parent=home)
    english_home.campaign = PartnerPageFactory(parent=index, title="Nur deutsch")

    teaser = teaser_of(english_home.chosen()[0])

    assert isinstance(teaser, Teaser)
    assert (teaser.title, teaser.locale) == ("Nur deutsch", "de")


def test_a_campaign_that_only_some_may_see_is_not_announced(home: HomePage) -> None:
    home.campaign = PartnerPageFactory(parent=PartnerIndexPageFactory(parent=home))
    PageViewRestriction.objects.create(page=home.campaign, restriction_type="login")

    assert teaser_of(home.chosen()[0]) is None


def test_the_description_of_the_picture_is_its_default_words(
    home: HomePage, photo: SiteImage
) -> None:
    home.photo = photo
    home.full_clean()

    assert home.alt == photo.description


def test_page_types_hang_where_they_make_sense(home: HomePage, about: StandardPage) -> None:
    root = Page.get_first_root_node()
    assert HomePage.can_exist_under(root)
    assert not StandardPage.can_exist_under(root)
    assert StandardPage.can_exist_under(home)
    assert StandardPage.can_exist_under(about)
    assert not ImprintPage.can_exist_under(about)
    assert not SearchPage.can_exist_under(about)


def test_a_language_has_one_search_page(home: HomePage, search_page: SearchPage) -> None:
    assert not SearchPage.can_create_at(home)


def test_site_settings_exist_once_and_are_translated(german: Locale, english: Locale) -> None:
    profile = SiteProfile.objects.create(organisation="Wissensregion", locale=german)

    with pytest.raises(ValidationError):
        SiteProfile(organisation="Zweite", locale=english).full_clean()
    translated = profile.copy_for_translation(english)
    translated.full_clean()
    profile.full_clean()
    assert str(translated) == "Wissensregion (en)"
