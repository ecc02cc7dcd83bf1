"""The picture of a page without a photo: always the same, in both languages, valid."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

import pytest
from django.template import Context, Template
from django.utils.translation import override

from tests.factories import NewsIndexPageFactory, NewsPageFactory
from wissensregion import artwork, rhine

if TYPE_CHECKING:
    from wagtail.models import Locale

    from home.models import HomePage


def drawn(seed: str, accent: str = "") -> str:
    template = Template("{% load site_tags %}{% artwork seed accent %}")
    return template.render(Context({"seed": seed, "accent": accent}))


def parsed(svg: str) -> list[tuple[str, dict[str, str]]]:
    """The elements of a picture with their attributes; what is not XML raises."""
    elements: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: elements.append((name, attributes))
    parser.Parse(svg.strip(), True)  # noqa: FBT003
    return elements


def test_a_seed_always_gives_the_same_picture() -> None:
    first = drawn("a story", "brick")
    artwork.draw.cache_clear()

    assert drawn("a story", "brick") == first


def test_the_picture_of_a_seed_is_the_same_on_every_machine() -> None:
    # What this seed gave on the day it was first drawn: pages keep their picture for years.
    art = artwork.draw("wissensregion")

    assert art.river.startswith("M-239 -80S-249 -4 -246 34S-240 114")
    assert len(art.contours) == artwork.CONTOURS


def test_two_stories_get_two_pictures() -> None:
    rivers = {artwork.draw(f"story {number}").river for number in range(200)}

    assert len(rivers) == 200


def test_a_translation_shows_the_picture_of_its_original(home: HomePage, english: Locale) -> None:
    index = NewsIndexPageFactory(parent=home)
    story = NewsPageFactory(parent=index, locale=home.locale)
    index.copy_for_translation(english)
    translation = story.copy_for_translation(english)

    with override("de"):
        original = drawn(story.as_teaser().artwork)
    with override("en"):
        translated = drawn(translation.as_teaser().artwork)

    assert translated == original


@pytest.mark.parametrize("seed", ["", "a", "Ünïcödé 🏞", '"><script>', "x" * 10_000])
def test_every_picture_is_valid_xml_that_machines_skip(seed: str) -> None:
    (root, attributes), *inside = parsed(drawn(seed))

    assert (root, attributes["aria-hidden"]) == ("svg", "true")
    assert {name for name, _attributes in inside} == {"rect", "g", "path", "circle"}


def test_an_accent_cannot_leave_its_attribute() -> None:
    (_root, attributes), *_inside = parsed(drawn("a", 'brick" onload="alert(1)'))

    assert "onload" not in attributes


def test_a_picture_has_a_node_wherever_it_is_cropped() -> None:
    """Nodes stay off the edge, so that no crop of 3:2 cuts one in half."""
    for number in range(300):
        for node in artwork.draw(f"story {number}").nodes:
            assert node.radius < node.x < artwork.WIDTH - node.radius
            assert node.radius < node.y < artwork.HEIGHT - node.radius


def test_a_picture_is_small() -> None:
    assert max(len(drawn(f"story {number}")) for number in range(50)) < 6_000


def test_the_rhine_runs_from_edge_to_edge_through_its_city() -> None:
    river = rhine.draw()

    (city,) = [node for node in river.nodes if node.filled]
    assert 0 < city.x < river.width
    assert f"{city.x} {city.y}" in river.river
    assert len(river.contours) == rhine.CONTOURS
