"""The part of schema.org this site speaks, and who speaks it wrongly.

Taken from Google's schema-dts 2.1.0, which is made from the vocabulary: for each type its parents,
and what its own properties hold. Whoever says something new looks it up there and adds it here.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PARENTS = {
    "Thing": (),
    "CreativeWork": ("Thing",),
    "Article": ("CreativeWork",),
    "NewsArticle": ("Article",),
    "MediaObject": ("CreativeWork",),
    "ImageObject": ("MediaObject",),
    "WebSite": ("CreativeWork",),
    "Organization": ("Thing",),
    "CollegeOrUniversity": ("Organization",),
    "Corporation": ("Organization",),
    "GovernmentOrganization": ("Organization",),
    "ResearchOrganization": ("Organization",),
    "ItemList": ("Thing",),
    "BreadcrumbList": ("ItemList",),
    "ListItem": ("Thing",),
}
PROPERTIES: dict[str, dict[str, tuple[str, ...]]] = {
    "Thing": {
        "description": ("Text",),
        "image": ("ImageObject", "URL"),
        "mainEntityOfPage": ("URL",),
        "name": ("Text",),
        "sameAs": ("URL",),
        "url": ("URL",),
    },
    "CreativeWork": {
        "about": ("Thing",),
        "author": ("Organization",),
        "award": ("Text",),
        "copyrightNotice": ("Text",),
        "creditText": ("Text",),
        "dateModified": ("Date",),
        "datePublished": ("Date",),
        "headline": ("Text",),
        "inLanguage": ("Text",),
        "isAccessibleForFree": ("Boolean",),
        "license": ("URL",),
        "publisher": ("Organization",),
    },
    "Article": {"articleSection": ("Text",)},
    "ImageObject": {"caption": ("Text",)},
    "Organization": {
        "address": ("Text",),
        "email": ("Text",),
        "logo": ("ImageObject", "URL"),
        "memberOf": ("Organization",),
        "telephone": ("Text",),
    },
    "ItemList": {"itemListElement": ("ListItem",)},
    # Its item is a thing; an address stands for the thing that is there.
    "ListItem": {"item": ("URL",), "position": ("Integer",)},
}
ADDRESS = re.compile(r"https?://[^\s<>\"]+")


def mistakes(node: Any, where: str = "") -> Iterator[str]:
    """What in a node the vocabulary does not know, or knows otherwise."""
    if set(node) == {"@id"}:
        # Named by its identity alone.
        return
    kind = node.get("@type", "")
    if kind not in PARENTS:
        yield f"{where}: no such type {kind!r}"
    known: dict[str, tuple[str, ...]] = {"@type": ("Text",), "@id": ("URL",)}
    for each in lineage(kind):
        known |= PROPERTIES.get(each, {})
    for name, value in node.items():
        for each in value if isinstance(value, list) else [value]:
            yield from _wrong(each, known.get(name, ()), f"{where}/{kind}.{name}")


def _wrong(value: Any, kinds: tuple[str, ...], where: str) -> Iterator[str]:
    """What is wrong with one value of a property that holds such kinds of them."""
    if isinstance(value, dict):
        if "@type" in value and not set(lineage(value["@type"])) & set(kinds):
            yield f"{where}: a {value['@type']} is none of {kinds}"
        yield from mistakes(value, where)
    elif not any(_is(kind, value) for kind in kinds):
        yield f"{where}: {value!r} is none of {kinds}"


def lineage(kind: str) -> list[str]:
    return [kind, *(each for parent in PARENTS.get(kind, ()) for each in lineage(parent))]


def _is(kind: str, value: Any) -> bool:
    if kind == "Date":
        return isinstance(value, str) and bool(datetime.fromisoformat(value))
    if kind == "URL":
        return isinstance(value, str) and bool(ADDRESS.fullmatch(value))
    types: dict[str, type] = {"Text": str, "Boolean": bool, "Integer": int}
    return kind in types and type(value) is types[kind] and value != ""
