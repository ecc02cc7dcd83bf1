"""How public templates write figures, dates and quotations, and show pictures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from django.template import Context, Template
from django.template.loader import get_template
from django.utils.translation import override
from wagtail.models import Page

from newsletter.composing.blocks import IssueBlock
from tests.factories import (
    NewsIndexPageFactory,
    NewsPageFactory,
    PartnerIndexPageFactory,
    SiteImageFactory,
)
from wissensregion import keeping
from wissensregion.blocks import BodyBlock
from wissensregion.templatetags import site_tags

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from home.models import HomePage
    from wissensregion.models import SiteImage

SPACE = "\N{NO-BREAK SPACE}"
BLOCKS = {**BodyBlock().child_blocks, **IssueBlock().child_blocks}


def rendered(source: str, **context: Any) -> str:
    return Template("{% load site_tags %}" + source).render(Context(context))


class Elements(HTMLParser):
    """The elements of a piece of HTML with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.found if tag == name]


@pytest.mark.parametrize(
    ("language", "number", "written"),
    [
        ("de", "1700", "1.700"),
        ("en", "1700", "1,700"),
        ("de", "1700.00", "1.700"),
        ("de", "22.5", "22,5"),
        ("en", "22.5", "22.5"),
        ("de", "22.50", "22,5"),
        ("de", "0.25", "0,25"),
        ("de", "1250000", "1.250.000"),
        ("de", "-3", "-3"),
        ("de", "0", "0"),
        ("de", "100", "100"),
    ],
)
def test_a_number_is_written_as_its_language_writes_it(
    language: str, number: str, written: str
) -> None:
    with override(language):
        assert site_tags.amount(Decimal(number)) == written


def test_a_key_figure_in_one_line_never_breaks() -> None:
    figure = {"qualifier": "over", "number": Decimal("1700.00"), "unit": "€"}

    with override("en"):
        assert site_tags.key_figure(figure) == f"over{SPACE}1,700{SPACE}€"


def test_an_exact_key_figure_says_only_its_number() -> None:
    figure = {"qualifier": "", "number": Decimal(8), "unit": ""}

    assert site_tags.key_figure(figure) == "8"


@pytest.mark.parametrize(("language", "written"), [("de", "„Ja“"), ("en", "“Ja”")])
def test_a_quotation_has_the_marks_of_its_language(language: str, written: str) -> None:
    with override(language):
        assert site_tags.quoted("Ja") == written


@pytest.mark.parametrize(
    ("language", "written"), [("de", "22. November 2019"), ("en", "22 November 2019")]
)
def test_a_date_is_written_out(language: str, written: str) -> None:
    with override(language):
        assert site_tags.long_date(date(2019, 11, 22)) == written


def test_no_date_is_no_text() -> None:
    assert site_tags.long_date(None) == ""


def test_a_long_compound_may_break_at_its_joints() -> None:
    broken = site_tags.breakable("Die Wirtschaftsförderungsgesellschaften am Rhein")

    parts = broken.split("\N{SOFT HYPHEN}")
    assert parts == ["Die Wirtschafts", "förderungs", "gesellschaften am Rhein"]


@pytest.mark.parametrize("word", ["Wirtschaft", "Innovationspreis", "Expat Service Desk", ""])
def test_what_is_short_enough_stays_as_it_is(word: str) -> None:
    assert site_tags.breakable(word) == word


def test_a_title_is_escaped_though_it_may_break() -> None:
    assert "<b>" not in rendered("{{ title|breakable }}", title="<b>Wirtschaftsförderungsamt")


def test_a_picture_names_its_size_and_offers_modern_formats(photo: SiteImage) -> None:
    elements = Elements(rendered("{% picture image alt='Eine Brücke' %}", image=photo))

    (image,) = elements.named("img")
    assert image["alt"] == "Eine Brücke"
    assert (image["width"], image["height"]) == ("960", "640")
    assert image["loading"] == "lazy"
    assert [source["type"] for source in elements.named("source")] == ["image/avif", "image/webp"]


def test_a_small_picture_offers_each_width_once(db: None) -> None:
    small = SiteImageFactory(file__width=300, file__height=200)

    for source in Elements(rendered("{% picture image %}", image=small)).named("source"):
        assert (source["srcset"] or "").count("300w") == 1


def test_the_first_picture_is_not_lazy(photo: SiteImage) -> None:
    (image,) = Elements(rendered("{% picture image eager=True %}", image=photo)).named("img")

    assert "loading" not in image


def test_what_is_not_made_becomes_artwork_and_the_page_stands(photo: SiteImage) -> None:
    photo.renditions.all().delete()

    shown = rendered('{% picture photo alt="Die Brücke" %}', photo=photo)

    assert "<svg" in shown
    assert "Die Brücke" in shown


def test_a_figure_names_the_people_in_order_with_their_roles(photo: SiteImage) -> None:
    photo.people = [
        {"name": "Ada Beispiel", "role": "Leitung", "organisation": "Stadt"},
        {"name": "Ben Şahin", "role": "", "organisation": "Forum"},
    ]
    html = rendered("{% figure image people=image.people direction='von hinten' %}", image=photo)

    assert html.index("Ada Beispiel") < html.index("Ben Şahin")
    assert "Leitung, Stadt" in html
    assert "von hinten:" in html
    assert photo.credit in html


def test_one_person_needs_no_direction(photo: SiteImage) -> None:
    alone = [{"name": "Ada Beispiel", "role": "", "organisation": ""}]
    html = rendered(
        "{% figure image people=people direction='von links' %}", image=photo, people=alone
    )

    assert "Ada Beispiel" in html
    assert "von links" not in html


def test_a_figure_escapes_what_editors_type(photo: SiteImage) -> None:
    people = [{"name": "<i>Ada</i>", "role": '"', "organisation": ""}]
    html = rendered(
        "{% figure image alt=alt caption=alt people=people %}",
        image=photo,
        alt='"><i>',
        people=people,
    )

    assert "<i>" not in html


def test_a_public_licence_is_linked(db: None) -> None:
    free = SiteImageFactory(licence="cc-by-4.0")

    (link,) = Elements(rendered("{% figure image %}", image=free)).named("a")

    assert link["href"] == "https://creativecommons.org/licenses/by/4.0/"


def test_pages_are_announced_in_their_order_and_only_when_public(home: HomePage) -> None:
    index = NewsIndexPageFactory(parent=home, locale=home.locale)
    second = NewsPageFactory(parent=index, locale=home.locale, title="Zwei")
    first = NewsPageFactory(parent=index, locale=home.locale, title="Eins")
    draft = NewsPageFactory(parent=index, locale=home.locale, title="Entwurf", live=False)

    shown = site_tags.all_translated(Context(), [first, draft, second])

    assert [page.title for page in shown] == ["Eins", "Zwei"]


def test_a_page_that_writes_no_teaser_is_announced_by_its_title(home: HomePage) -> None:
    partners = PartnerIndexPageFactory(parent=home, locale=home.locale, title="Partner")

    teaser = site_tags.teaser(Page.objects.get(pk=partners.pk))

    assert (teaser.title, teaser.locale) == ("Partner", "de")


def test_the_pictures_of_a_list_are_fetched_at_once(
    home: HomePage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    index = NewsIndexPageFactory(parent=home, locale=home.locale)
    for _number in range(3):
        NewsPageFactory(parent=index, locale=home.locale, photo=SiteImageFactory())
    source = (
        '{% for story in stories|with_renditions:"photo" %}'
        "{% picture story.photo crop=True %}{% endfor %}"
    )

    keeping.forget()
    with django_assert_num_queries(2):
        rendered(source, stories=index.stories())


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_has_a_web_template(name: str) -> None:
    assert get_template(BLOCKS[name].meta.template)


@pytest.mark.urls("wissensregion.urls")
def test_an_unknown_address_leads_on_in_the_language_of_its_path(
    home: HomePage, client: Client
) -> None:
    answer = client.get("/en/nowhere/")

    assert answer.status_code == 404
    assert b'<html lang="en">' in answer.content
    assert b'href="/en/"' in answer.content


def measured(*figures: tuple[int, str]) -> list[int | None]:
    values = [{"number": Decimal(number), "unit": unit} for number, unit in figures]
    return [length for _value, length in site_tags.compared(values)]


def test_figures_of_one_unit_are_as_long_as_they_are_large() -> None:
    assert measured((800, "Stunden"), (1600, "Stunden")) == [50, 100]
    assert measured((50, "%"), (35, "%"), (15, "%")) == [50, 35, 15]
    assert measured((120, "%"), (60, "%")) == [100, 50]
    assert measured((0, "€"), (0, "€")) == [0, 0]


def test_figures_that_cannot_be_compared_are_not_measured() -> None:
    assert measured((800, ""), (1600, "")) == [None, None]
    assert measured((50, "%"), (3, "Tage")) == [None, None]
    assert measured((50, "%"), (-3, "%")) == [None, None]
    assert measured((50, "%")) == [None]
    assert measured() == []
