"""What any reader may see is made once, and is never older than what it shows."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.conf import settings as site_settings
from django.db import Error
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction

from home.models import SiteProfile, StandardPage
from newsletter.subscriptions.models import Newsletter
from tests import factories
from tests.home.conftest import hang
from tests.wissensregion.reading import Readers
from wissensregion.cache.asking import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import Settings

    from home.models import HomePage
    from news.models import NewsPage
    from wissensregion.models import User

pytestmark = pytest.mark.django_db


def test_what_anybody_may_see_is_made_once(readers: Readers) -> None:
    first, second = readers.get("/"), readers.get("/")

    assert (first.status, first.made) == (200, True)
    assert (second.status, second.made) == (200, False)
    assert (second.headers, second.body) == (first.headers, first.body)
    assert "Set-Cookie" not in second.headers
    assert second.headers["Cache-Control"] == "no-cache"
    assert "Content-Security-Policy" in second.headers


def test_each_language_is_answered_in_itself(readers: Readers) -> None:
    for _ in range(2):
        assert '<html lang="de"' in readers.get("/", accept_language="en").text
        assert '<html lang="en"' in readers.get("/en/", accept_language="de").text


def test_foreign_cookies_change_nothing_and_reach_nobody(readers: Readers) -> None:
    readers.get("/")

    assert not readers.get("/", cookie="_ga=1; consent=yes").made


def test_whoever_is_known_is_answered_by_django(readers: Readers) -> None:
    readers.get("/")

    for name in ("sessionid", "csrftoken", "messages"):
        assert readers.get("/", cookie=f"a=b; {name}=x").made, name


def test_wishes_of_ones_own_are_djangos(readers: Readers) -> None:
    readers.get("/")

    for wish in ({"authorization": "Basic x"}, {"range": "bytes=0-9"}, {"if_match": '"x"'}):
        assert readers.get("/", **wish).made, wish
    assert readers.get("/", "POST").made
    assert readers.get("/", "OPTIONS").made


def test_the_editor_sees_at_once_what_no_reader_sees_yet(
    home: HomePage, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    client.force_login(editor)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    readers = Readers()
    # Another process has published, and this one has not looked yet.
    monkeypatch.setattr(readers.site, "generation", lambda: 1)
    readers.get("/")
    home.lead = "Ganz neu"
    home.save_revision().publish()

    assert "Ganz neu" not in readers.get("/").text
    assert "Ganz neu" in readers.get("/", cookie=cookie).text
    monkeypatch.setattr(readers.site, "generation", lambda: 2)
    assert "Ganz neu" in readers.get("/").text


def _move(story: NewsPage) -> None:
    Page.objects.get(pk=story.pk).move(story.get_parent().get_parent(), pos="last-child")


def _rename(story: NewsPage) -> None:
    story.slug = "anders"
    story.save_revision().publish()


@pytest.mark.parametrize(
    "act",
    [
        lambda story: story.unpublish(),
        lambda story: Page.objects.filter(pk=story.pk).update(live=False),
        _move,
        _rename,
        lambda story: story.delete(),
    ],
)
def test_no_reader_sees_what_is_not_there_any_more(
    readers: Readers, home: HomePage, act: Callable[[NewsPage], object]
) -> None:
    news = factories.NewsIndexPageFactory(parent=home, slug="aktuelles")
    story = factories.NewsPageFactory(parent=news, slug="preis", title="Ein Preis")
    before = readers.get("/aktuelles/preis/")
    assert "Ein Preis" in readers.get("/aktuelles/").text
    assert readers.get("/aktuelles/preis/", if_none_match=before.headers["ETag"]).status == 304

    act(story)

    after = readers.get("/aktuelles/preis/", if_none_match=before.headers["ETag"])
    # Wagtail leaves a redirect where a page was moved or renamed.
    assert (after.status in {301, 404}, after.made) == (True, True)
    assert ("Ein Preis" in readers.get("/aktuelles/").text) is (act is _rename)


def test_settings_show_on_every_page(readers: Readers, home: HomePage) -> None:
    profile = SiteProfile.objects.create(organisation="Vorher", locale=home.locale)
    assert "Vorher" in readers.get("/").text

    profile.organisation = "Nachher"
    profile.save()

    assert "Nachher" in readers.get("/").text


def test_a_page_that_comes_is_there_at_once(readers: Readers, home: HomePage) -> None:
    assert readers.get("/bald/").status == 404
    assert not readers.get("/bald/").made

    hang(home, StandardPage(title="Bald", slug="bald"))

    assert readers.get("/bald/").status == 200


def test_what_is_missing_is_kept_for_seconds(readers: Readers) -> None:
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=False) as clock:
        readers.get("/nirgends/")
        assert not readers.get("/nirgends/").made
        clock.shift(11)
        assert readers.get("/nirgends/").made


def test_redirects_for_good_are_kept_and_others_not(readers: Readers, home: HomePage) -> None:
    Redirect.objects.create(old_path="/alt", redirect_link="/neu/", is_permanent=True)
    Redirect.objects.create(old_path="/heute", redirect_link="/neu/", is_permanent=False)

    answers = [readers.get(path) for path in ("/alt", "/alt", "/heute", "/heute")]

    assert [answer.status for answer in answers] == [301, 301, 302, 302]
    assert [answer.made for answer in answers] == [True, False, True, True]
    assert {answer.headers["Location"] for answer in answers} == {"/neu/"}


def test_parameters_that_mean_the_same_share_an_answer(readers: Readers, home: HomePage) -> None:
    factories.NewsIndexPageFactory(parent=home, slug="aktuelles")
    whole = readers.get("/aktuelles/")
    chosen = readers.get("/aktuelles/?year=2026&topic=x")

    assert not readers.get("/aktuelles/?topic=x&year=2026").made
    assert not readers.get("/aktuelles/?topic=%78&utm_source=mail&year=2026").made
    assert readers.get("/aktuelles/?topic=y&year=2026").made
    followed = readers.get("/aktuelles/?utm_campaign=1&fbclid=2")
    assert (followed.made, followed.body) == (False, whole.body)
    assert readers.get("/aktuelles/?anything=1").made
    assert readers.get("/aktuelles/?anything=1").made
    assert readers.get("/aktuelles/?topic=%ff").made
    assert readers.get("/aktuelles/?topic=%ff").made
    assert chosen.status == 200


def test_hosts_and_schemes_are_apart(readers: Readers, settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    behind = Readers()
    assert 'href="http://testserver/' in behind.get("/").text

    assert behind.get("/", host="localhost").made
    assert behind.get("/", host="TestServer").made
    secure = behind.get("/", x_forwarded_proto="https")
    assert secure.made
    assert not behind.get("/", x_forwarded_proto="https, http").made
    assert not behind.get("/", x_forwarded_proto="gopher").made
    for _ in range(2):
        assert behind.get("/", host="evil.example").status == 400
        assert behind.get("/", host="evil.example").made


def test_pages_for_some_are_kept_for_nobody(readers: Readers, home: HomePage) -> None:
    page = hang(home, StandardPage(title="Intern", slug="intern"))
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)

    for _ in range(2):
        answer = readers.get("/intern/")
        assert answer.made
        assert "Intern</h1>" not in answer.text


def test_the_cms_and_the_health_are_always_asked(readers: Readers) -> None:
    for path in (
        "/admin/login/",
        "/healthz",
        "/newsletter/confirm/x/",
        "/api/v1/newsletter/challenge/",
    ):
        assert readers.get(path).made, path
        assert readers.get(path).made, path


def test_the_api_is_kept_with_its_own_headers(readers: Readers, home: HomePage) -> None:
    first = readers.get("/api/v1/pages/?locale=de")
    second = readers.get("/api/v1/pages/?locale=de", accept_encoding="gzip", origin="https://a.org")

    assert (first.status, first.made, second.made) == (200, True, False)
    assert second.headers["Cache-Control"].startswith("public, max-age=60")
    assert second.headers["Access-Control-Allow-Origin"] == "*"
    assert gzip.decompress(second.body) == first.body
    home.save_revision().publish()
    detail = readers.get(f"/api/v1/pages/{home.pk}/")
    since = detail.headers["Last-Modified"]
    assert readers.get(f"/api/v1/pages/{home.pk}/", if_modified_since=since).status == 304
    home.save_revision().publish()
    assert readers.get("/api/v1/pages/?locale=de").made


def test_a_form_that_tells_the_time_is_made_anew(readers: Readers, home: HomePage) -> None:
    Newsletter.objects.create(name="Brief", slug="brief")
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=False) as clock:
        first = readers.get("/newsletter/subscribe/")
        assert 'name="started"' in first.text
        assert not readers.get("/newsletter/subscribe/").made
        clock.shift(1.1)
        assert readers.get("/newsletter/subscribe/").body != first.body


def test_caches_between_may_keep_what_holds(readers: Readers, settings: Settings) -> None:
    settings.PAGE_CACHE_SHARED_SECONDS = 30
    Newsletter.objects.create(name="Brief", slug="brief")

    assert "s-maxage=30" in readers.get("/").headers["Cache-Control"]
    assert "s-maxage=10" in readers.get("/nirgends/").headers["Cache-Control"]
    assert "s-maxage=1," in readers.get("/newsletter/subscribe/").headers["Cache-Control"]


def test_every_parameter_that_changes_an_answer_is_known() -> None:
    root = Path(site_settings.BASE_DIR)
    read = re.compile(r"request\.GET(?:\.get\(|\[)\"(\w+)\"")
    public = ("home", "news", "partners", "newsletter/composing", "newsletter/subscriptions")
    code = {
        name
        for plugin in public
        for file in (root / plugin).rglob("*.py")
        for name in read.findall(file.read_text())
    }
    reference = json.loads((root / "tests" / "snapshots" / "openapi.json").read_text())
    asked = {
        parameter["name"]
        for path in reference["paths"].values()
        for parameter in path.get("get", {}).get("parameters", [])
        if parameter["in"] == "query"
    }

    assert {"page", "q"} <= code
    assert "limit" in asked
    assert code | asked <= PARAMETERS


def test_a_fault_is_not_kept(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("wagtail.models.Page.serve", broken)
        patch.setattr("home.models.HomePage.serve", broken, raising=False)
        assert readers.get("/").status == 500
    assert readers.get("/").status == 200


def test_without_its_database_nothing_kept_is_shown(readers: Readers) -> None:
    readers.get("/")

    def unreachable() -> int:
        raise Error

    readers.site.generation = unreachable

    assert readers.get("/").made
