"""Asks for every page once, so that no visitor waits for a picture to be made."""

from __future__ import annotations

import threading
from urllib.parse import urlsplit

from wissensregion.demo import ports


class Warming:
    """Visits the first pages, says so, and goes on through the site map."""

    def __init__(self, url: str, first: tuple[str, ...] = ("/", "/en/")) -> None:
        self.url = url
        self.first = first
        self.first_done = threading.Event()
        # A daemon: nobody waits for it when everything stops.
        self.thread = threading.Thread(target=self._run, name="warming", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def _run(self) -> None:
        for path in self.first:
            ports.serves(f"{self.url}{path}")
        self.first_done.set()
        # One after the other: whoever looks meanwhile comes first.
        for address in ports.locations(f"{self.url}/sitemap.xml"):
            # The site's public name may belong to another machine; the path is ours.
            ports.serves(f"{self.url}{urlsplit(address).path}")
