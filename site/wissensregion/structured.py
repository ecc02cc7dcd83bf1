"""What a page says to search engines and other programs, in the words of schema.org."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.templatetags.static import static

from wissensregion.cards import sharing
from wissensregion.pictures import small, sources

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wagtail.models import Page

    from wissensregion.models import SiteImage

Node = dict[str, Any]
TEMPLATE = "components/structured_data.html"
# What would end the script, or begin another, within a text; Django's own way of writing it.
ESCAPES = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})


def script(*nodes: Node) -> dict[str, str]:
    """What ``TEMPLATE`` shows: the nodes as JSON-LD that no text can break out of."""
    found = {"@context": "https://schema.org", "@graph": [_said(node) for node in nodes]}
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return {"json": text.translate(ESCAPES)}


def absolute(address: str) -> str:
    return address if "://" in address else settings.SITE_URL + address


def publisher(name: str) -> Node:
    """Who speaks on this site; the same node wherever it is named."""
    return {
        "@type": "Organization",
        "@id": f"{settings.SITE_URL}/#organisation",
        "name": name or settings.WAGTAIL_SITE_NAME,
        "url": f"{settings.SITE_URL}/",
        "logo": {
            "@type": "ImageObject",
            "url": absolute(static("wissensregion/icons/512.png")),
        },
    }


def picture(image: SiteImage | None, alt: str = "") -> Node | None:
    """A picture as a page shows it, with what must be said wherever it is shown."""
    found = sources(image) if image else None
    return _picture(image, found.fallback, alt) if image and found else None


def logo(image: SiteImage | None) -> Node | None:
    """A logo as a page shows it."""
    found = small(image) if image else None
    return _picture(image, found) if image and found else None


def _picture(image: SiteImage, shown: Any, alt: str = "") -> Node:
    return {
        "@type": "ImageObject",
        "url": absolute(shown.url),
        "caption": alt,
        "creditText": image.credit,
        "copyrightNotice": image.credit,
        "license": image.licence_url,
    }


def card(page: Page) -> Node:
    """The picture others show beside a link to a page."""
    return {"@type": "ImageObject", "url": sharing.address(page)}


def trail(steps: Iterable[tuple[str, str]]) -> Node:
    """The way from the home page to a page, by titles and addresses."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": title, "item": address}
            for number, (title, address) in enumerate(steps, start=1)
        ],
    }


def _said(value: Any) -> Any:
    """The same without what says nothing."""
    if isinstance(value, dict):
        return {name: _said(each) for name, each in value.items() if each not in (None, "", [])}
    return [_said(each) for each in value if each] if isinstance(value, list) else value
