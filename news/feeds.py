"""The latest stories for feed readers, of a language or of one topic: Atom and JSON Feed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, time
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, SyndicationFeed, rfc3339_date
from django.utils.translation import override
from wagtail.models import Site

from news.models import NewsIndexPage, NewsPage, Topic
from wissensregion.keeping import kept
from wissensregion.models import public
from wissensregion.pictures import sources
from wissensregion.templatetags.site_tags import with_renditions

if TYPE_CHECKING:
    from wissensregion.models import SiteImage

LATEST = 20
# What XML cannot hold; it comes with text pasted from elsewhere.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class NoFeedError(ObjectDoesNotExist):
    """Nobody tells stories in that language, or about that topic."""


@dataclass(frozen=True, slots=True)
class Channel:
    """Where the stories of one language are, and who tells them."""

    key: UUID
    title: str
    intro: str
    url: str
    publisher: str
    changed: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """A feed as it goes out."""

    content: bytes
    content_type: str
    etag: str
    changed: datetime


class Atom(Atom1Feed):
    """Atom (RFC 4287), with each picture and its credit."""

    def latest_post_date(self) -> datetime:
        return _latest(self)

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:media": "http://search.yahoo.com/mrss/"}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, {**item, "description": None})
        handler.addQuickElement("summary", item["description"])
        handler.addQuickElement("content", item["html"], {"type": "html"})
        if picture := item["picture"]:
            size = {name: str(picture[name]) for name in ("width", "height")}
            shown = {"url": picture["url"], "medium": "image", "type": picture["type"]}
            handler.startElement("media:content", {**shown, **size})
            handler.addQuickElement("media:description", picture["alt"], {"type": "plain"})
            handler.addQuickElement("media:credit", picture["credit"])
            handler.endElement("media:content")


class JSONFeed(SyndicationFeed):
    """JSON Feed 1.1, with each picture's credit under a key of our own, as it allows."""

    content_type = "application/feed+json; charset=utf-8"

    def latest_post_date(self) -> datetime:
        return _latest(self)

    def write(self, outfile: Any, encoding: str) -> None:
        feed = self.feed
        described = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed["title"],
            "description": feed["subtitle"],
            "home_page_url": feed["link"],
            "feed_url": feed["feed_url"],
            "language": feed["language"],
            "authors": [{"name": feed["author_name"], "url": feed["author_link"]}],
        }
        # A feed without stories has a list all the same.
        items = [self._item(item) for item in self.items]
        written = {**_without_nothing(described), "items": items}
        outfile.write(json.dumps(written, ensure_ascii=False))

    def _item(self, item: dict[str, Any]) -> dict[str, Any]:
        picture = item["picture"]
        described = {
            "id": item["unique_id"],
            "url": item["link"],
            "title": item["title"],
            "summary": item["description"],
            "content_html": item["html"],
            "date_published": rfc3339_date(item["pubdate"]),
            "date_modified": rfc3339_date(item["updateddate"]),
            "tags": list(item["categories"]),
            "language": self.feed["language"],
            "image": picture["url"] if picture else "",
            "_picture": picture,
        }
        return _without_nothing(described)


KINDS: dict[str, type[Atom | JSONFeed]] = {"atom": Atom, "json": JSONFeed}


def written(kind: str, language: str, slug: str = "") -> Written:
    """The feed of a language or of a topic in it; made once for as long as nothing changes."""
    return kept(("feed", kind, language, slug), lambda: _write(kind, language, slug))


def channel(language: str) -> Channel:
    """Where the stories of a language are; it has none where no index stands."""
    return kept(("channel", language), lambda: _channel(language))


def told() -> Any:
    """The stories readers may see."""
    # An alias shows another language's text until somebody translates it.
    own = NewsPage.objects.live().filter(alias_of=None)
    shown = public(own).select_related("topic", "photo", "locale")
    return shown.defer("body").order_by("-date", "-pk")


def urn(key: UUID, *parts: str) -> str:
    """A name that stays through moves, new titles and a new address of the site."""
    return uuid5(key, "/".join(parts)).urn


def publisher() -> str:
    site = Site.objects.filter(is_default_site=True).first()
    return (site.site_name if site else "") or settings.WAGTAIL_SITE_NAME


def published(story: NewsPage) -> datetime:
    """When a story came out; what was brought in from elsewhere has only its day."""
    noon = datetime.combine(story.date, time(12), timezone.get_current_timezone())
    return timezone.localtime(story.first_published_at or noon)


def _channel(language: str) -> Channel:
    index = public(NewsIndexPage.objects.live().filter(locale__language_code=language))
    page = index.order_by("path").first()
    if page is None:
        message = "No stories are told in this language."
        raise NoFeedError(message)
    return Channel(
        key=page.translation_key,
        title=page.title,
        intro=page.intro,
        url=page.full_url or settings.SITE_URL,
        publisher=publisher(),
        changed=timezone.localtime(page.last_published_at or page.first_published_at),
    )


def _write(kind: str, language: str, slug: str) -> Written:
    about = channel(language)
    topic = _topic(language, slug) if slug else None
    stories = told().filter(topic=topic) if topic else told().filter(locale__language_code=language)
    address = {"language": language, **({"topic": slug} if slug else {})}
    feed = KINDS[kind](
        title=" – ".join(filter(None, [about.publisher, about.title, topic and topic.name])),
        link=about.url,
        description="",
        subtitle=about.intro,
        language=language,
        author_name=about.publisher,
        author_link=settings.SITE_URL,
        feed_url=settings.SITE_URL + reverse(f"news:{kind}", kwargs=address),
        feed_guid=urn(about.key, language, str(topic.translation_key) if topic else ""),
        changed=about.changed,
    )
    with override(language):
        for story in with_renditions(stories[:LATEST], "photo"):
            _add(feed, story)
    content = feed.writeString("utf-8").encode()
    return Written(
        content=content,
        content_type=feed.content_type,
        etag=f'"{blake2b(content, digest_size=16).hexdigest()}"',
        changed=feed.latest_post_date(),
    )


def _topic(language: str, slug: str) -> Topic:
    topic = Topic.objects.filter(locale__language_code=language, slug=slug).first()
    if topic is None:
        message = "There is no such topic in this language."
        raise NoFeedError(message)
    return topic


def _add(feed: SyndicationFeed, story: NewsPage) -> None:
    came_out = published(story)
    picture = _picture(story.photo, story.alt) if story.photo else None
    context = {"story": story, "picture": picture}
    feed.add_item(
        title=clean(story.title),
        link=story.full_url or "",
        description=clean(story.summary),
        unique_id=urn(story.translation_key, story.locale.language_code),
        pubdate=came_out,
        updateddate=timezone.localtime(story.last_published_at)
        if story.last_published_at
        else came_out,
        categories=[story.topic.name] if story.topic else [],
        html=clean(render_to_string("news/feed_item.html", context).strip()),
        picture=picture,
    )


def _picture(image: SiteImage, alt: str) -> dict[str, Any] | None:
    """A photo as lists show it, with what must be said wherever it is shown."""
    found = sources(image, crop=True)
    if found is None:
        return None
    address = found.fallback.url
    return {
        "url": address if "://" in address else settings.SITE_URL + address,
        "type": "image/jpeg",
        "width": found.fallback.width,
        "height": found.fallback.height,
        "alt": clean(alt),
        "credit": clean(image.credit),
        "licence": image.licence_name,
        "licence_url": image.licence_url,
    }


def _latest(feed: SyndicationFeed) -> datetime:
    """When something in a feed changed last; an empty one is as old as the page it belongs to."""
    dates = [item["updateddate"] for item in feed.items]
    latest: datetime = max(dates, default=feed.feed["changed"])
    return latest


def clean(text: str) -> str:
    return CONTROLS.sub("", text)


def _without_nothing(described: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in described.items() if value or value == 0}
