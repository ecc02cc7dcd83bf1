"""What stands around a story: how long it takes, where its topic is listed, what to read next."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import strip_tags

from news.models import NewsIndexPage, NewsPage
from wissensregion.keeping import kept
from wissensregion.models import public

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

register = template.Library()

WORDS_A_MINUTE = 200
RELATED = 3


@register.filter
def minutes(story: NewsPage) -> int:
    """How many minutes a story takes to read: its summary and its running text."""
    texts = [story.summary, *_texts(story.body.raw_data)]
    words = sum(len(strip_tags(text).split()) for text in texts)
    return max(1, round(words / WORDS_A_MINUTE))


@register.filter
def topic_address(story: NewsPage) -> str:
    """Where the stories of its topic are listed; nothing where the story has no address yet."""
    url = story.get_url() if story.pk else None
    if not url or story.topic is None or not story.topic.slug:
        return ""
    tail = NewsIndexPage.get_resolver().reverse("chosen", topic=story.topic.slug)
    # Not by the slug, whose umlauts are written in signs of per cent here.
    return f"{url.rstrip('/').rpartition('/')[0]}/{tail}"


@register.filter
def related(story: NewsPage) -> list[NewsPage]:
    """What to read next: the latest on the same topic, then the latest of all."""
    if not story.path:
        return []
    choice = (*_latest(story, story.topic_id), *_latest(story, None))
    others = {each.pk: each for each in choice if each.pk != story.pk}
    return list(islice(others.values(), RELATED))


def _latest(story: NewsPage, topic: int | None) -> tuple[NewsPage, ...]:
    """The latest beside a story, one more than shown: it may itself be among them.

    Kept for a topic and not for a story, so that a change costs few questions, not thousands.
    """
    parent = story.path[: -story.steplen]

    def find() -> tuple[NewsPage, ...]:
        beside = public(NewsPage.objects.sibling_of(story).live())
        stories = beside.select_related("topic", "locale").defer("body")
        chosen = stories.filter(topic=topic) if topic else stories
        return tuple(chosen.order_by("-date", "-pk")[: RELATED + 1])

    return kept(("latest beside", parent, topic), find)


def _texts(blocks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The running text of a story, without loading its blocks."""
    for block in blocks:
        if block["type"] == "paragraph":
            yield str(block["value"])
        elif block["type"] in {"heading", "quote"}:
            yield str(block["value"]["text"])
