"""Ways to pass a page on: plain links, of which nothing is loaded before somebody follows one."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import pgettext


@dataclass(frozen=True, slots=True)
class Way:
    """One way to pass a page on."""

    label: str
    url: str
    # Whether it leads to another site.
    away: bool = True


def ways(title: str, url: str) -> list[Way]:
    address, subject = quote(url, safe=""), quote(title)
    text = quote(f"{title} {url}", safe="")
    return [
        Way(
            pgettext("pass on by", "Mail"),
            f"mailto:?subject={subject}&body={subject}%0A{address}",
            away=False,
        ),
        # The part after the hash is read in the browser; the reader chooses the server there.
        Way("Mastodon", f"https://share.joinmastodon.org/#text={text}"),
        Way("Bluesky", f"https://bsky.app/intent/compose?text={text}"),
        Way("LinkedIn", f"https://www.linkedin.com/sharing/share-offsite/?url={address}"),
        Way("WhatsApp", f"https://wa.me/?text={text}"),
    ]
