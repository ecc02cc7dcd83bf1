"""Every text of the pages every site has can be translated, and so can the site settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from home.models import HomePage, ImprintPage, SearchPage, SiteProfile, StandardPage
from tests.home.conftest import hang
from tests.wissensregion.translating import segments, submit, translate

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from wagtail.models import Locale, Page

    Commits = Callable[..., AbstractContextManager[list[Callable[[], object]]]]

pytestmark = pytest.mark.django_db


def test_every_text_of_the_home_page_is_a_segment(home: HomePage, english: Locale) -> None:
    texts = {
        "title": "Startseite",
        "lead": "Wissen am Rhein",
        "intro": "Zwei Sätze",
        "photo_alt": "Der Rhein",
        "campaign_text": "Kommen Sie",
    }
    for name, text in texts.items():
        setattr(home, name, text)
    home.body = [("paragraph", "<p>Text</p>")]
    home.save_revision().publish()
    submit(home, english)

    found = segments(home)

    assert {name: found.get(name) for name in texts} == texts
    assert "Text" in found.values()


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (StandardPage, {"title": "Über uns", "slug": "ueber-uns", "summary": "Zwei Sätze"}),
        (ImprintPage, {"title": "Impressum", "slug": "impressum"}),
        (SearchPage, {"title": "Suche", "slug": "suche"}),
    ],
)
def test_a_translated_page_is_live_in_english(
    home: HomePage,
    english: Locale,
    model: type[Page],
    values: dict[str, str],
    django_capture_on_commit_callbacks: Commits,
) -> None:
    original = hang(home, model(**values))
    if model is not SearchPage:
        original.body = [("heading", {"text": "Wir", "level": "2"})]
    original.save_revision().publish()

    with django_capture_on_commit_callbacks(execute=True):
        translate(submit(original, english))

    translated = original.get_translation(english)
    assert (translated.live, translated.title) == (True, f"EN {values['title']}")
    if model is not SearchPage:
        assert translated.body[0].value["text"] == "EN Wir"


def test_site_settings_are_translated(german: Locale, english: Locale) -> None:
    texts = {
        "organisation": "Wissensregion",
        "claim": "Am Fluss",
        "footer": "Ein Netzwerk",
        "address": "Rathausufer 1",
        "phone": "0211 1",
    }
    profile = SiteProfile(locale=german, email="post@example.org", **texts)
    profile.social = [("link", {"network": "Mastodon", "url": "https://social.example"})]
    profile.save()

    found = submit(profile, english)
    offered = segments(profile)
    translate(found)

    assert {name: offered.get(name) for name in texts} == texts
    assert "Mastodon" in offered.values()
    translated = SiteProfile.objects.get(locale=english)
    assert (translated.organisation, translated.email) == ("EN Wissensregion", "post@example.org")
    assert translated.social[0].value["network"] == "EN Mastodon"
