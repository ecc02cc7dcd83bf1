"""What is looked at before a page is published: errors refuse it, warnings are said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from wagtail.models import Page, get_page_models
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from home.models import HomePage, StandardPage
from tests.factories import SiteImageFactory
from tests.wissensregion.translating import submit
from wissensregion.proofing.forms import ProofedPageForm

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from django.test import Client
    from pytest_django import Settings
    from wagtail.models import Locale

    from wissensregion.models import User

    Commits = Callable[..., AbstractContextManager[list[Callable[[], object]]]]

pytestmark = pytest.mark.django_db

HERE = "/admin/pages/{}/edit/#:w:contentpath=body.block-{}"


@pytest.fixture
def page(home: HomePage) -> StandardPage:
    page = StandardPage(title="Angebote", slug="angebote", summary="Was es gibt.", live=False)
    page.locale = home.locale
    home.add_child(instance=page)
    page.save_revision()
    return page


@pytest.fixture
def office(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def form(page: Page, *body: tuple[str, Any], **values: Any) -> dict[str, Any]:
    common = {
        "title": page.title,
        "slug": page.slug,
        "summary": "Was es gibt.",
        "body": streamfield(body),
        "seo_title": "",
        "search_description": "",
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
    }
    data: dict[str, Any] = nested_form_data({**common, **values})
    # The CMS names each block when it is added.
    return {**data, **{f"body-{number}-id": f"block-{number}" for number in range(len(body))}}


def edit(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def publish(client: Client, page: Page, *body: tuple[str, Any], **values: Any) -> str:
    """Press Publish, and return the screen that follows."""
    data = {**form(page, *body, **values), "action-publish": "1"}
    content: str = client.post(edit(page), data, follow=True).content.decode()
    page.refresh_from_db()
    return content


def linking(html: str) -> tuple[str, Any]:
    return "paragraph", rich_text(f"<p>{html}</p>")


def heading(text: str, level: str = "2") -> tuple[str, Any]:
    return "heading", {"text": text, "level": level}


def people_photo() -> tuple[str, Any]:
    image = SiteImageFactory(description="")
    people = {"people-count": "0"}
    return "people_photo", {"image": image.pk, "alt_text": "", "direction": "", **people}


WRONG: dict[str, tuple[Callable[[], tuple[str, Any]], str]] = {
    "a page that is gone": (
        lambda: linking('<a linktype="page" id="99999">Angebote</a>'),
        "Dieser Link führt zu einer gelöschten Seite.",
    ),
    "a file that is gone": (
        lambda: linking('<a linktype="document" id="99999">Satzung</a>'),
        "Dieser Link führt zu einer gelöschten Datei.",
    ),
    "a subheading first": (
        lambda: heading("Für Betriebe", "3"),
        "„Für Betriebe“ ist eine Zwischenüberschrift ohne Überschrift darüber.",
    ),
    "a picture nobody described": (people_photo, "Das Bild hat keinen Alternativtext."),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_marked_and_refuses_to_be_published(
    office: Client, page: StandardPage, wrong: str
) -> None:
    block, words = WRONG[wrong]
    made = block()

    screen = publish(office, page, ("quote", {"text": "Gut", "attribution": "", "role": ""}), made)

    assert not page.live
    assert words in screen
    assert "&quot;blockErrors&quot;: {&quot;1&quot;" in screen
    assert HERE.format(page.pk, 1) in screen


def test_a_draft_may_be_wrong_and_says_so_where_it_is_wrong(
    office: Client, page: StandardPage
) -> None:
    data = form(page, heading("Für Betriebe", "3"))

    screen = office.post(edit(page), data, follow=True).content.decode()

    page.refresh_from_db()
    assert page.get_latest_revision_as_object().body[0].value["text"] == "Für Betriebe"
    assert "Vor dem Veröffentlichen ist 1 Fehler zu beheben:" in screen
    assert f'{HERE.format(page.pk, 0)}">Text → 1. Überschrift</a>' in screen


def test_a_draft_the_cms_saves_by_itself_refreshes_the_panel_and_says_nothing(
    office: Client, page: StandardPage
) -> None:
    data = form(page, heading("Für Betriebe", "3"))

    answer = office.post(edit(page), data, headers={"Accept": "application/json"}).json()

    assert answer["success"]
    assert "[data-findings]" in answer["html"]
    assert "ohne Überschrift darüber" in answer["html"]
    assert "Fehler zu beheben" not in office.get(edit(page)).content.decode()


def draft(home: HomePage) -> Page:
    hidden = StandardPage(title="Noch geheim", slug="geheim", live=False, locale=home.locale)
    home.add_child(instance=hidden)
    return hidden


def english_only(home: HomePage) -> Page:
    english = Page.objects.get(translation_key=home.translation_key, locale__language_code="en")
    there = StandardPage(title="Only here", slug="only", locale=english.locale)
    english.add_child(instance=there)
    return there


LOOK: dict[str, tuple[Callable[[HomePage], tuple[str, Any]], str]] = {
    "a page that is not published": (
        lambda home: linking(f'<a linktype="page" id="{draft(home).pk}">Pläne</a>'),
        "„Noch geheim“ ist nicht oder nicht für alle veröffentlicht",
    ),
    "a page in another language": (
        lambda home: linking(f'<a linktype="page" id="{english_only(home).pk}">Plans</a>'),
        "„Only here“ ist nicht übersetzt",
    ),
    "an own address": (
        lambda _home: ("call_to_action", {"text": "", "label": "Alle Angebote", "page": "",
                                          "url": "https://region.example/angebote/"}),
        "ist eine Adresse dieser Website",
    ),
    "words that say nothing": (
        lambda home: linking(f'Mehr <a linktype="page" id="{home.pk}">hier</a>.'),
        "„hier“ sagt nicht, wohin der Link führt",
    ),
    "an address as words": (
        lambda _home: linking('<a href="https://example.org/x">https://example.org/x</a>'),
        "Eine Webadresse ist schwer zu lesen",
    ),
    "a very long heading": (
        lambda _home: heading("Wort " * 20),
        "Diese Überschrift hat 99 Zeichen",
    ),
}  # fmt: skip


@pytest.mark.parametrize("look", LOOK)
def test_what_is_worth_a_look_is_said_and_published(
    office: Client, page: StandardPage, home: HomePage, settings: Settings, look: str
) -> None:
    settings.SITE_URL = "https://region.example"
    block, words = LOOK[look]

    screen = publish(office, page, block(home))

    assert page.live
    assert words in screen
    assert "So darf es veröffentlicht werden." in screen


def test_a_published_page_is_missed_in_other_languages_and_by_search_engines(
    office: Client, page: StandardPage
) -> None:
    screen = publish(office, page, summary="")

    assert page.live
    assert "Es gibt keine Fassung auf Englisch." in screen
    assert "Nichts kündigt die Seite in Listen und Suchmaschinen an." in screen


def test_a_page_without_faults_is_published_without_a_word(
    office: Client, page: StandardPage, english: Locale
) -> None:
    page.copy_for_translation(english, copy_parents=True)

    screen = publish(office, page, heading("Für Betriebe"), heading("Beratung", "3"))

    assert page.live
    assert "Einen Blick wert" not in screen
    assert "Nichts gefunden." in office.get(edit(page)).content.decode()


def test_what_is_wrong_is_not_scheduled_either(office: Client, page: StandardPage) -> None:
    times = {"go_live_at": "2099-01-01 08:00"}

    screen = publish(office, page, heading("Für Betriebe", "3"), **times)

    assert "&quot;blockErrors&quot;: {&quot;0&quot;" in screen
    assert not page.revisions.filter(approved_go_live_at__isnull=False).exists()


def wrong_draft(page: StandardPage) -> None:
    page.body = json.dumps([{"type": "heading", "value": {"text": "Halb", "level": "3"}}])
    page.save_revision()


def test_many_at_once_are_published_only_if_none_is_wrong(
    office: Client, page: StandardPage, home: HomePage
) -> None:
    good = draft(home)
    wrong_draft(page)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    chosen = f"{url}?id={good.pk}&id={page.pk}&next=/admin/"

    screen = office.post(chosen, {"include_descendants": ""}, follow=True).content.decode()
    refused = Page.objects.get(pk=good.pk).live
    office.post(f"{url}?id={good.pk}&next=/admin/", {"include_descendants": ""})

    assert "„Angebote“ wurde nicht veröffentlicht." in screen
    assert not refused
    assert Page.objects.get(pk=good.pk).live


def test_a_wrong_translation_is_not_published(
    office: Client,
    page: StandardPage,
    english: Locale,
    django_capture_on_commit_callbacks: Commits,
) -> None:
    wrong_draft(page)
    page.get_latest_revision().publish()
    with django_capture_on_commit_callbacks(execute=True):
        submitted = submit(page, english)
    translated = page.get_translation(english)
    assert not translated.live

    with django_capture_on_commit_callbacks(execute=True):
        screen = office.post(edit(translated), {"action": "publish"}, follow=True)

    assert "wurde nicht veröffentlicht. Bitte beheben Sie zuerst:" in screen.content.decode()
    assert not page.get_translation(english).live
    assert submitted


def test_the_form_of_every_page_type_looks_for_faults() -> None:
    forms = {model: model.get_edit_handler().get_form_class() for model in get_page_models()}

    lacking = [
        model
        for model, form in forms.items()
        if model is not Page and not issubclass(form, ProofedPageForm)
    ]

    assert not lacking
