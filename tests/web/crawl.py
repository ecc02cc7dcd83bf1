"""Every public document of a site, found as a reader finds it: by following links."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import html5lib

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.message import Message

# Not for readers: the CMS, the API and its documentation.
NOT_PUBLIC = ("/admin/", "/api/", "/django-admin/")
FAILED = 400
LOCATION = re.compile(r"<loc>([^<]+)</loc>")


@dataclass(frozen=True)
class Document:
    """One answer of the site."""

    url: str
    status: int
    headers: Message
    body: str
    # Where the first link to it stood.
    linked_from: str = ""

    @property
    def is_html(self) -> bool:
        return self.headers.get_content_type() == "text/html"

    @property
    def path(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    @property
    def language(self) -> str:
        parts = urlsplit(self.url)
        # A form that belongs to no page is told the language of the page it is reached from.
        asked = parse_qs(parts.query).get("locale")
        return asked[0] if asked else "en" if parts.path.startswith("/en/") else "de"

    @cached_property
    def tree(self) -> Any:
        return html5lib.parse(self.body, namespaceHTMLElements=False)

    def all(self, tag: str) -> Iterator[Any]:
        found: Iterator[Any] = self.tree.iter(tag)
        return found

    def links(self) -> Iterator[str]:
        """The addresses this page points to, without their fragments."""
        for tag, attribute in (("a", "href"), ("link", "href"), ("img", "src"), ("script", "src")):
            for element in self.all(tag):
                if value := element.get(attribute):
                    yield urldefrag(urljoin(self.url, value)).url

    def alternates(self) -> dict[str, str]:
        return {
            element.get("hreflang"): urljoin(self.url, element.get("href"))
            for element in self.all("link")
            if element.get("rel") == "alternate" and element.get("hreflang")
        }


@dataclass
class Crawl:
    """What was found, by address."""

    root: str
    documents: dict[str, Document] = field(default_factory=dict)
    # What a reader can come to from the first page.
    linked: frozenset[str] = frozenset()

    @property
    def pages(self) -> list[Document]:
        found = self.documents.values()
        return [page for page in found if page.is_html and page.status < FAILED]

    @property
    def plain_pages(self) -> list[Document]:
        """Pages without the variants that a filter or a page number makes."""
        return [page for page in self.pages if not urlsplit(page.url).query]

    def follow(self, paths: Iterable[str]) -> None:
        queue = deque((urljoin(self.root, path), "") for path in paths)
        while queue:
            url, source = queue.popleft()
            if url in self.documents or not self._is_public(url):
                continue
            document = self.documents[url] = fetch(url, linked_from=source)
            if document.is_html and document.status < FAILED:
                queue.extend((link, url) for link in document.links())

    def _is_public(self, url: str) -> bool:
        parts, root = urlsplit(url), urlsplit(self.root)
        return parts.netloc == root.netloc and not parts.path.startswith(NOT_PUBLIC)


def fetch(url: str, *, linked_from: str = "") -> Document:
    """Get a document of the site under test, whatever its status."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own address
            return _document(url, answer, linked_from)
    except urllib.error.HTTPError as error:
        with error:
            return _document(url, error, linked_from)


def sitemap(root: str) -> list[str]:
    """Return the addresses search engines are told of."""
    return LOCATION.findall(fetch(f"{root}/sitemap.xml").body)


def _document(url: str, answer: Any, linked_from: str) -> Document:
    text = answer.read().decode("utf-8", errors="replace")
    return Document(url, answer.status, answer.headers, text, linked_from)
