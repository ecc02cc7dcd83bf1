"""One running site per database, and the people who use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.live.cms import Cms
from tests.live.mailbox import Mailbox, open_mailbox
from tests.live.postgres import create_database
from tests.live.site import RunningSite, run_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from wissensregion.demo.logins import Login

DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="module", params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def mailbox(database: str) -> Iterator[Mailbox]:
    """A mailbox for each site: the same people read mail on every database."""
    with open_mailbox() as mailbox:
        yield mailbox


@pytest.fixture(scope="module")
def own_site(
    database: str,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    mailbox: Mailbox,
) -> Iterator[RunningSite]:
    """A site of this journey's own, which it may change."""
    var = tmp_path_factory.mktemp("journey") / "var"
    if database == "postgres":
        url = create_database(request.getfixturevalue("postgres"), "journey")
        with run_site(var, mailbox, database_url=url) as site:
            yield site
    else:
        with run_site(var, mailbox, content=request.getfixturevalue("content")) as site:
            yield site


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A new person before a screen: nothing of what others did is in their browser."""
    contexts = []

    def opened(language: str = "de") -> Page:
        context = chromium.new_context(viewport={"width": 1280, "height": 1000}, locale=language)
        context.set_default_timeout(60_000)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def signed_in(own_site: RunningSite, open_page: Callable[..., Page]) -> Callable[[Login], Cms]:
    def sign_in(login: Login) -> Cms:
        cms = Cms(open_page(), own_site.url)
        cms.sign_in(login.username, login.password)
        return cms

    return sign_in


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "team.jpg"
    Image.linear_gradient("L").resize((1600, 1000)).convert("RGB").save(path)
    return path
