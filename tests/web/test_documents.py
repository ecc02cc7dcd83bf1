"""What every page promises to programs that read it: search engines, readers, checkers."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.live.needs import checker, program
from tests.web.crawl import FAILED, fetch, sitemap

if TYPE_CHECKING:
    from pathlib import Path

    from tests.live.site import RunningSite
    from tests.web.crawl import Crawl, Document

MISSING = ("/gibt-es-nicht/", "/en/does-not-exist/")


def test_the_demonstration_has_pages_enough_to_judge(crawl: Crawl) -> None:
    languages = Counter(page.language for page in crawl.plain_pages)

    assert languages["de"] >= 30
    assert languages["en"] >= 20


def test_no_link_leads_nowhere(crawl: Crawl) -> None:
    broken = {
        page.url: (page.status, f"linked from {page.linked_from}")
        for page in crawl.documents.values()
        if page.status >= FAILED
    }

    assert not broken


def test_every_page_in_the_sitemap_can_be_reached_by_links(site: RunningSite, crawl: Crawl) -> None:
    listed = set(sitemap(site.url))

    assert len(listed) >= 50
    assert not listed - crawl.linked


@pytest.mark.html
def test_every_page_is_valid_html(site: RunningSite, crawl: Crawl, tmp_path: Path) -> None:
    java, jar = program("java"), checker("vnu-jar/build/dist/vnu.jar")
    pages = [*crawl.pages, *(fetch(site.url + path) for path in MISSING)]
    names = {}
    for number, page in enumerate(pages):
        name = tmp_path / f"{number:04}.html"
        name.write_text(page.body, encoding="utf-8")
        names[name.name] = page.path

    done = subprocess.run(
        [java, "-jar", jar, "--format", "json", "--exit-zero-always", tmp_path],
        capture_output=True,
        text=True,
        check=True,
    )

    messages = json.loads(done.stderr)["messages"]
    problems = Counter(
        f"{message['message']} … {message.get('extract', '').strip()!r}, e.g. on "
        f"{names[message['url'].rpartition('/')[2]]}"
        for message in messages
        if message["type"] == "error" or message.get("subType") == "warning"
    )
    assert not problems, "\n".join(problems)


def test_no_answer_sets_a_cookie(site: RunningSite, crawl: Crawl) -> None:
    missing = [fetch(site.url + path) for path in MISSING]

    assert not [
        document.url
        for document in [*crawl.documents.values(), *missing]
        if document.headers["set-cookie"]
    ]


def test_every_page_loads_from_its_own_host_only(site: RunningSite, crawl: Crawl) -> None:
    host = urlsplit(site.url).netloc
    foreign = {
        (page.path, url)
        for page in crawl.pages
        for url in _loaded(page)
        if urlsplit(url).netloc not in {"", host} and urlsplit(url).scheme != "data"
    }

    assert not foreign


def test_every_page_is_bound_to_a_policy_and_keeps_it(site: RunningSite, crawl: Crawl) -> None:
    pages = [*crawl.pages, *(fetch(site.url + path) for path in MISSING)]
    policies = {page.headers["Content-Security-Policy"] for page in pages}
    broken = {page.path: found for page in pages if (found := _within_the_page(page))}

    assert not [policy for policy in policies if not policy or "unsafe" in policy]
    assert not broken


def test_every_page_names_its_language(crawl: Crawl) -> None:
    wrong = {
        page.path: page.tree.get("lang")
        for page in crawl.pages
        if page.tree.get("lang") != page.language
    }

    assert not wrong


def test_every_page_has_one_heading_of_the_first_level(crawl: Crawl) -> None:
    wrong = {page.path: count for page in crawl.pages if (count := len([*page.all("h1")])) != 1}

    assert not wrong


def test_no_page_skips_a_level_of_headings(crawl: Crawl) -> None:
    wrong = {
        page.path: levels for page in crawl.plain_pages if not _in_order(levels := _levels(page))
    }

    assert not wrong


def test_every_page_has_a_title_of_its_own_and_says_what_it_is_about(crawl: Crawl) -> None:
    titles = Counter((page.language, _title(page)) for page in crawl.plain_pages)
    without = [page.path for page in crawl.plain_pages if not _description(page)]

    assert not [title for title, count in titles.items() if count > 1 or not title[1]]
    assert not without


def test_translations_point_at_each_other(crawl: Crawl) -> None:
    pages = {page.url: page for page in crawl.plain_pages}
    pairs = [(page, *item) for page in pages.values() for item in page.alternates().items()]
    one_sided = [
        (page.path, code, url)
        for page, code, url in pairs
        if url not in pages or page.url not in pages[url].alternates().values()
    ]

    assert len({page.url for page, _code, _url in pairs}) > len(pages) / 2
    assert not one_sided


def test_a_page_with_translations_names_itself_among_them(crawl: Crawl) -> None:
    wrong = {
        page.path: found
        for page in crawl.plain_pages
        if (found := page.alternates()) and found.get(page.language) != page.url
    }

    assert not wrong


@pytest.mark.parametrize("path", MISSING)
def test_a_missing_page_says_so_in_its_language(site: RunningSite, path: str) -> None:
    page = fetch(site.url + path)

    assert page.status == 404
    assert page.tree.get("lang") == page.language
    assert len([*page.all("h1")]) == 1


def _loaded(page: Document) -> list[str]:
    """What the browser fetches by itself while it shows the page."""
    sources = [(tag, "src") for tag in ("img", "script", "iframe", "source", "video", "audio")]
    loaded = [element.get(name, "") for tag, name in sources for element in page.all(tag)]
    rels = {"stylesheet", "preload", "icon", "modulepreload", "preconnect", "dns-prefetch"}
    loaded += [link.get("href", "") for link in page.all("link") if link.get("rel") in rels]
    sets = [element.get("srcset", "") for tag in ("img", "source") for element in page.all(tag)]
    return loaded + [part.split()[0] for value in sets for part in value.split(",") if part.strip()]


def _within_the_page(page: Document) -> list[str]:
    """Scripts and styles that stand in the page itself, and what its policy would block."""
    found = [element.tag for element in page.tree.iter() if element.tag == "style"]
    # Data that no browser runs needs no leave.
    programs = [each for each in page.all("script") if each.get("type") != "application/ld+json"]
    found += ["script" for script in programs if not script.get("src")]
    return found + [
        f"{element.tag} {name}"
        for element in page.tree.iter()
        for name, value in element.attrib.items()
        if str(name) == "style" or str(name).startswith("on") or value.startswith("javascript:")
    ]


def _levels(page: Document) -> list[int]:
    names = {f"h{level}": level for level in range(1, 7)}
    return [names[element.tag] for element in page.tree.iter() if element.tag in names]


def _in_order(levels: list[int]) -> bool:
    return all(after - before <= 1 for before, after in pairwise(levels))


def _title(page: Document) -> str:
    return next(((element.text or "").strip() for element in page.all("title")), "")


def _description(page: Document) -> str:
    return next(
        (meta.get("content", "") for meta in page.all("meta") if meta.get("name") == "description"),
        "",
    )
