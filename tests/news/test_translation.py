"""Every text of a story can be translated, and a changed source is noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from wagtail_localize.models import TranslationSource

from news.models import AwardStoryPage, Topic
from tests.factories import AwardStoryPageFactory, NewsIndexPageFactory, TopicFactory
from tests.wissensregion.translating import segments, submit, translate

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from wagtail.models import Locale

    from home.models import HomePage
    from wissensregion.models import SiteImage

    Commits = Callable[..., AbstractContextManager[list[Callable[[], object]]]]

FIELDS = {
    "title": "Preis für den Service",
    "summary": "Zwei Sätze.",
    "photo_alt": "Vier Menschen halten eine Urkunde",
    "award": "Innovative Förderung 2019",
    "category": "Fachkräfte",
    "awarding_body": "Forum der Förderer",
    "ceremony_place": "Rathaus",
    "seo_title": "Ein Preis",
    "search_description": "Über einen Preis",
}


@pytest.fixture
def story(home: HomePage, english: Locale, photo: SiteImage) -> AwardStoryPage:
    index = NewsIndexPageFactory(parent=home, slug="aktuelles")
    index.copy_for_translation(english).save_revision().publish()
    page: AwardStoryPage = AwardStoryPageFactory(
        parent=index, slug="preis", photo=photo, topic=TopicFactory(name="Preis"), **FIELDS
    )
    page.body = [
        ("heading", {"text": "Überschrift", "level": "2"}),
        ("paragraph", "<p>Fließtext mit <b>Nachdruck</b></p>"),
        ("quote", {"text": "Zitat", "attribution": "Ada", "role": "Leiterin"}),
        ("photo", {"image": photo, "caption": "Bildunterschrift"}),
        (
            "people_photo",
            {
                "image": photo,
                "alt_text": "Beschreibung",
                "direction": "Von links nach rechts",
                "people": [{"name": "Ben", "role": "Sprecher", "organisation": "Stadt"}],
            },
        ),
        (
            "key_figures",
            {
                "heading": "Zahlen",
                "figures": [
                    {"number": 60, "unit": "Stück", "label": "Bewerbungen", "source": "Jury"}
                ],
            },
        ),
        ("call_to_action", {"text": "Mehr dazu", "label": "Zur Jury", "url": "https://x.example"}),
        ("related_pages", {"heading": "Auch neu", "pages": [home]}),
        ("signup", {"heading": "Rundbrief", "text": "Viermal im Jahr"}),
    ]
    page.save_revision().publish()
    return AwardStoryPage.objects.get(pk=page.pk)


BODY = {
    "Überschrift", "Fließtext mit <b>Nachdruck</b>", "Zitat", "Ada", "Leiterin", "Bildunterschrift",
    "Beschreibung", "Von links nach rechts", "Ben", "Sprecher", "Stadt", "Zahlen", "Stück",
    "Bewerbungen", "Jury", "Mehr dazu", "Zur Jury", "Auch neu", "Rundbrief", "Viermal im Jahr",
}  # fmt: skip


@pytest.mark.django_db
def test_every_text_of_an_award_story_is_a_segment(story: AwardStoryPage, english: Locale) -> None:
    submit(story, english)

    found = segments(story)
    assert {name: found.get(name) for name in FIELDS} == FIELDS
    assert {text for path, text in found.items() if path.startswith("body.")} == BODY


@pytest.mark.django_db
def test_a_translation_waits_until_somebody_publishes_it(
    story: AwardStoryPage, english: Locale
) -> None:
    submit(story, english)

    assert not story.get_translation(english).live


@pytest.mark.django_db
def test_a_translated_story_is_a_live_english_page(
    story: AwardStoryPage,
    english: Locale,
    django_capture_on_commit_callbacks: Commits,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        translate(submit(story, english))

    page = story.get_translation(english)
    assert isinstance(page, AwardStoryPage)
    assert page.live
    assert {name: getattr(page, name) for name in FIELDS} == {
        name: f"EN {text}" for name, text in FIELDS.items()
    }
    assert page.body[4].value["people"][0]["role"] == "EN Sprecher"
    assert page.body[5].value["figures"][0]["label"] == "EN Bewerbungen"
    assert page.body[5].value["figures"][0]["number"] == 60
    assert (page.date, page.placement, page.photo) == (story.date, 1, story.photo)
    assert page.topic
    assert page.topic.locale == english


@pytest.mark.django_db
def test_a_changed_source_is_noticed(
    story: AwardStoryPage, english: Locale, django_capture_on_commit_callbacks: Commits
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        found = submit(story, english)
        translate(found)
    total, done = found.get_progress()
    assert (done, total) == (total, len(segments(story)))

    story.summary = "Zwei neue Sätze."
    story.save_revision().publish()
    TranslationSource.objects.get_for_instance(story).update_from_db()

    found.refresh_from_db()
    total, done = found.get_progress()
    assert (done, total) == (total - 1, len(segments(story)))


@pytest.mark.django_db
def test_a_topic_is_translated(german: Locale, english: Locale) -> None:
    topic = TopicFactory(name="Forschung", slug="forschung", locale=german)

    found = submit(topic, english)
    assert segments(topic) == {"name": "Forschung", "slug": "forschung"}
    translate(found)

    translated = Topic.objects.get(locale=english)
    assert (translated.name, translated.accent) == ("EN Forschung", topic.accent)
