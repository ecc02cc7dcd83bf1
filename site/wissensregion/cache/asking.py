"""Which requests any reader could have made, and what tells their answers apart."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.urls import reverse

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

# Scheme, host, path and query.
Key: TypeAlias = tuple[str, str, str, str]

READ = {"GET", "HEAD"}
# What asks for an answer of one's own, or for a part of one.
APART = (
    "HTTP_AUTHORIZATION", "HTTP_IF_MATCH", "HTTP_IF_RANGE", "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_RANGE",
)  # fmt: skip
# What the first reader sends and the next ones do not: Django never sees it.
UNHEARD = ("HTTP_ACCEPT_ENCODING", "HTTP_COOKIE", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_NONE_MATCH")
# Parameters that change an answer. With any other one, Django is asked each time.
PARAMETERS = frozenset(
    {
        "kind", "limit", "locale", "newsletter", "offset", "order", "page", "parent", "path", "q",
        "topic", "type", "year",
    }
)  # fmt: skip
# What is put behind links to follow who clicks them. It changes nothing, and nobody reads it here.
TRACKING = re.compile(r"(?:utm|mtm|pk|hsa|mc)_\w+|_hsenc|_hsmi|fbclid|gclid|igshid|msclkid|wbraid")
LONGEST_QUERY = 500


class Asking:
    """Tells requests that are answered alike from those that are somebody's own."""

    def __init__(self) -> None:
        self.cookies = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages")
        self.proxy, self.secure = settings.SECURE_PROXY_SSL_HEADER or ("", "")

    def key(self, environ: WSGIEnvironment) -> Key | None:
        """What the answer depends on; None where it is for this request alone."""
        if environ["REQUEST_METHOD"] not in READ or self.knows(environ) or is_own(environ):
            return None
        host, path = environ.get("HTTP_HOST", ""), environ.get("PATH_INFO", "")
        # Addresses in the answer repeat the host as it was written.
        if not host or host != host.lower() or path.startswith(self.elsewhere):
            return None
        query: str | None = environ.get("QUERY_STRING", "")
        if query and (query := canonical(query)) is None:
            return None
        return self._scheme(environ), host, path, query or ""

    @cached_property
    def elsewhere(self) -> tuple[str, ...]:
        """Where files and the CMS answer, which have caching of their own, or none."""
        document = reverse("wagtaildocs_serve", args=(0, "-"))
        places = [settings.STATIC_URL, settings.MEDIA_URL, reverse("wagtailadmin_home")]
        return (*places, document.removesuffix("0/-"))

    def knows(self, environ: WSGIEnvironment) -> bool:
        """Whether somebody of the CMS might ask."""
        cookies = str(environ.get("HTTP_COOKIE", ""))
        # Where a name only looks like one of them, Django is asked once more than needed.
        return bool(cookies) and any(name in cookies for name in self.cookies)

    def _scheme(self, environ: WSGIEnvironment) -> str:
        said = environ.get(self.proxy)
        if said is None:
            return str(environ["wsgi.url_scheme"])
        return "https" if said.partition(",")[0].strip() == self.secure else "http"


def is_own(environ: WSGIEnvironment) -> bool:
    """Whether somebody wants an answer of their own."""
    for name in APART:
        if name in environ:
            return True
    return environ.get("CONTENT_LENGTH", "0") not in {"", "0"}


def anybody(environ: WSGIEnvironment, key: Key) -> WSGIEnvironment:
    """The request as any reader would make it, so that the answer fits all of them."""
    asked = environ.copy()
    for name in UNHEARD:
        asked.pop(name, None)
    asked["REQUEST_METHOD"], asked["QUERY_STRING"] = "GET", key[3]
    return asked


@lru_cache(maxsize=1024)
def canonical(query: str) -> str | None:
    """The query in one of the many ways to write it; None where it asks for something unknown."""
    if len(query) > LONGEST_QUERY:
        return None
    try:
        given = parse_qsl(query, keep_blank_values=True, errors="strict")
    except ValueError:
        return None
    read = [(name, value) for name, value in given if not TRACKING.fullmatch(name)]
    if not PARAMETERS.issuperset(name for name, _value in read):
        return None
    # Of a name given twice, the order counts.
    return urlencode(sorted(read, key=lambda pair: pair[0]))
