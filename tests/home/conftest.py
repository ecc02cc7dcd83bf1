"""The pages of a small site."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest
from wagtail.models import Page

from home.models import ImprintPage, SearchPage, StandardPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from home.models import HomePage

    Add = Callable[[Page, Page], Page]

AnyPage = TypeVar("AnyPage", bound=Page)


def hang(parent: Page, page: AnyPage) -> AnyPage:
    """Put a page below another, in its language."""
    page.locale = parent.locale
    parent.add_child(instance=page)
    return page


@pytest.fixture
def search_page(home: HomePage) -> SearchPage:
    return hang(home, SearchPage(title="Suche", slug="suche"))


@pytest.fixture
def imprint(home: HomePage) -> ImprintPage:
    return hang(home, ImprintPage(title="Impressum", slug="impressum"))


@pytest.fixture
def about(home: HomePage) -> StandardPage:
    return hang(
        home, StandardPage(title="Über uns", slug="ueber-uns", summary="Wer hier arbeitet.")
    )
