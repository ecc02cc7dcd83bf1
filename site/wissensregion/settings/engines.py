"""What finds pages: the site's own index, or a search server that Wagtail knows."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from wissensregion.settings.variables import split, text, wrong

OWN = "db://"
# The servers, the Python package each takes, and its versions.
SERVERS = {
    "opensearch2": ("opensearchpy", "opensearch-py>=2,<3"),
    "opensearch3": ("opensearchpy", "opensearch-py>=3,<4"),
    "elasticsearch7": ("elasticsearch", "elasticsearch>=7,<8"),
    "elasticsearch8": ("elasticsearch", "elasticsearch>=8,<9"),
    "elasticsearch9": ("elasticsearch", "elasticsearch>=9,<10"),
}
PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")
EXAMPLE = "opensearch3+https://user:password@127.0.0.1:9200/wissensregion"
# A server that is not there must not keep a reader waiting for long.
SECONDS = 5


def search(default: str = OWN) -> dict[str, Any]:
    """Wagtail's search backend: the site's own index, or the server of ``SEARCH_URL``."""
    value = text("SEARCH_URL", default)
    if value == OWN:
        return {"BACKEND": "wissensregion.searching"}
    parts = split("SEARCH_URL", value, EXAMPLE)
    server, _plus, scheme = parts.scheme.partition("+")
    if server not in SERVERS or scheme not in {"http", "https"}:
        known = ", ".join(SERVERS)
        raise wrong("SEARCH_URL", f"is neither {OWN} nor one of {known} with +https", EXAMPLE)
    prefix = parts.path[1:]
    if not parts.hostname or parts.query or parts.fragment or not PREFIX.fullmatch(prefix):
        raise wrong("SEARCH_URL", "does not say where the server is and what to call", EXAMPLE)
    module, package = SERVERS[server]
    if not find_spec(module):
        message = (
            f"SEARCH_URL names a server for which the package {module} is missing. Install it: "
            f"pip install '{package}'"
        )
        raise ImproperlyConfigured(message)
    return {
        "BACKEND": f"modelsearch.backends.{server}",
        "URLS": [f"{scheme}://{parts.netloc}"],
        "INDEX_PREFIX": f"{prefix}_",
        "TIMEOUT": SECONDS,
    }
