"""What the words of a body keep to, and what becomes of words nobody knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import BadRequest, ValidationError
from django.urls import reverse
from django.utils import translation
from wagtail import blocks
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from home.models import StandardPage
from newsletter.composing.blocks import IssueBlock
from tests.factories import NewsIndexPageFactory, NewsPageFactory
from wissensregion.blocks import BodyBlock, CallToActionBlock
from wissensregion.figures import KeyFigureBlock, KeyFiguresBlock
from wissensregion.photos import PeoplePhotoBlock

if TYPE_CHECKING:
    from django.test import Client

    from home.models import HomePage
    from wissensregion.models import SiteImage, User

RAW = [
    {"type": "heading", "value": {"text": "Oben", "level": "2"}, "id": "1"},
    {"type": "map", "value": {"place": "Düsseldorf"}, "id": "2"},
    {"type": "paragraph", "value": "<p>Unten</p>", "id": "3"},
]


@pytest.fixture
def page(home: HomePage) -> StandardPage:
    """A page with a block of a plugin that no longer runs."""
    page = StandardPage(title="Karte", slug="karte", locale=home.locale, body=json.dumps(RAW))
    home.add_child(instance=page)
    page.refresh_from_db()
    return page


def stored(page: StandardPage) -> Any:
    page = StandardPage.objects.get(pk=page.pk)
    return StandardPage._meta.get_field("body").stream_block.get_prep_value(page.body)


def test_a_block_nobody_knows_is_not_shown(page: StandardPage, client: Client) -> None:
    response = client.get("/karte/")

    html = response.content.decode()
    assert response.status_code == 200
    assert "Oben" in html
    assert "Unten" in html
    assert "place" not in html


def test_a_block_nobody_knows_survives_a_save_and_a_new_revision(page: StandardPage) -> None:
    page.title = "Neue Karte"
    page.save_revision().publish()
    page.save()

    assert stored(page) == RAW


def test_the_order_of_blocks_survives_where_others_were_removed(page: StandardPage) -> None:
    del page.body[0]
    page.save()

    assert [block["type"] for block in stored(page)] == ["paragraph", "map"]


def post(page: StandardPage, client: Client, *body: tuple[str, Any]) -> int:
    data = nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "summary": "",
            "body": streamfield(body),
            "seo_title": "",
            "search_description": "",
            "comments-TOTAL_FORMS": 0,
            "comments-INITIAL_FORMS": 0,
            "action-publish": "1",
        }
    )
    return int(client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data).status_code)


def test_a_form_with_a_block_nobody_knows_is_refused_and_changes_nothing(
    page: StandardPage, client: Client, editor: User
) -> None:
    client.force_login(editor)

    assert post(page, client, ("paragraph", rich_text("<p>Neu</p>")), ("nonsense", "x")) == 400
    assert stored(page) == RAW
    assert page.revisions.count() == 0


def test_a_form_saves_the_blocks_it_shows(page: StandardPage, client: Client, editor: User) -> None:
    client.force_login(editor)

    assert post(page, client, ("paragraph", rich_text("<p>Neu</p>"))) == 302
    assert [block["type"] for block in stored(page)] == ["paragraph"]


@pytest.mark.parametrize("kind", ["", "nonsense", "__class__"])
def test_a_posted_block_needs_a_known_type(kind: str) -> None:
    data = {"body-count": "1", "body-0-type": kind, "body-0-deleted": "", "body-0-order": "0"}

    with pytest.raises(BadRequest):
        BodyBlock().value_from_datadict(data, {}, "body")


CHOSEN = {
    f"{type(stream).__name__}.{name}": block
    for stream in (BodyBlock(), IssueBlock())
    for name, block in stream.child_blocks.items()
}
SHOWN = {
    "heading": "office-sample",
    "paragraph": "<li>",
    "quote": "quote__name",
    "photo": "figure__credit",
    "people_photo": "people__list",
    "key_figures": "key-figure__value",
    "call_to_action": 'class="button"',
    "related_pages": "Aktuelles",
    "signup": "signup__text",
    "story": "Eine frohe Kunde",
}


@pytest.mark.parametrize("name", CHOSEN)
def test_whoever_chooses_a_block_sees_what_it_looks_like_and_reads_what_it_is_for(
    home: HomePage, client: Client, editor: User, name: str
) -> None:
    index = NewsIndexPageFactory(parent=home, locale=home.locale, show_in_menus=True)
    NewsPageFactory(parent=index, locale=home.locale, title="Eine frohe Kunde").save_revision()
    block = CHOSEN[name]
    client.force_login(editor)

    address = reverse("wagtailadmin_block_preview")
    shown = client.get(address, {"id": block.definition_prefix}).content.decode()
    with translation.override("de"):
        texts = [str(block.label), str(block.meta.group), str(block.get_description())]
    with translation.override("en"):
        in_english = str(block.get_description())

    assert block.is_previewable
    assert SHOWN[block.name] in shown
    assert "wissensregion/css/components.css" in shown
    assert all(texts)
    assert texts[-1] != in_english
    assert block.meta.icon != "placeholder"


@pytest.mark.django_db
def test_a_call_to_action_leads_to_one_place(home: HomePage) -> None:
    block = CallToActionBlock()
    for page, url in ((None, ""), (home, "https://x.example")):
        with pytest.raises(blocks.StructBlockValidationError):
            block.clean(block.to_python({"label": "Mehr", "page": page and page.pk, "url": url}))

    block.clean(block.to_python({"label": "Mehr", "page": home.pk}))


@pytest.mark.parametrize("count", [0, 5])
def test_there_are_one_to_four_key_figures(count: int) -> None:
    figure = {"number": "60", "label": "Bewerbungen"}

    with pytest.raises(ValidationError):
        KeyFiguresBlock().clean(KeyFiguresBlock().to_python({"figures": [figure] * count}))


def test_a_key_figure_is_a_number() -> None:
    with pytest.raises(ValidationError):
        KeyFigureBlock().child_blocks["number"].clean("NaN")


@pytest.mark.django_db
def test_people_of_a_picture_are_shown_unless_the_block_names_them(photo: SiteImage) -> None:
    photo.people = [{"name": "Ada", "role": "", "organisation": ""}]
    photo.save()
    block = PeoplePhotoBlock()

    stored_people = block.get_context(block.to_python({"image": photo.pk}))["people"]
    own = block.to_python({"image": photo.pk, "people": [{"name": "Ben"}]})

    assert [person["name"] for person in stored_people] == ["Ada"]
    assert [person["name"] for person in block.get_context(own)["people"]] == ["Ben"]
