"""What an issue is composed of."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.models import Page

from wissensregion import showing
from wissensregion.blocks import (
    CallToActionBlock,
    HeadingBlock,
    ParagraphBlock,
    QuoteBlock,
)
from wissensregion.figures import KeyFiguresBlock
from wissensregion.models import SiteImage
from wissensregion.photos import PeoplePhotoBlock, PhotoBlock
from wissensregion.streams import CarefulStreamBlock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wagtail.blocks.stream_block import StreamValue


class StoryChooserBlock(blocks.PageChooserBlock):
    """Chosen pages with what their teasers need, fetched for all blocks together."""

    def bulk_to_python(self, values: Sequence[int | None]) -> list[Page | None]:
        pages = super().bulk_to_python(values)
        full = {page.pk: page for page in _with_relations(pages)}
        return [full.get(page.pk, page) if page else None for page in pages]


def _with_relations(pages: Iterable[Page | None]) -> list[Page]:
    """Each page as its own type with what it points at: one query per type."""
    types: dict[Any, set[int]] = defaultdict(set)
    for page in pages:
        if page and page.specific_class:
            types[page.specific_class].add(page.pk)
    return [
        page
        for model, keys in types.items()
        for page in model.objects.filter(pk__in=keys).select_related("locale", *_links(model))
    ]


def pictures(body: StreamValue) -> list[SiteImage]:
    """Every picture an issue shows, also those of its stories."""
    found: list[Any] = []
    for block in body:
        if block.block_type in {"photo", "people_photo"}:
            found.append(block.value["image"])
        elif block.block_type == "story" and (page := block.value["page"]):
            found += (getattr(page, name) for name in _links(type(page)))
    return [each for each in found if isinstance(each, SiteImage)]


def _links(model: type[Page]) -> list[str]:
    """What a page type itself points at, beyond what every page does."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and not field.remote_field.parent_link
        and field.model is not Page
    ]


class StoryBlock(blocks.StructBlock):
    """A published page shown by its teaser: any page that is ``Teasable``."""

    page = StoryChooserBlock(label=_("Story"))
    summary = blocks.TextBlock(
        label=_("Other summary"),
        required=False,
        help_text=_("Empty: the summary of the story."),
    )

    class Meta:
        template = "blocks/story.html"
        description = _("A published page with its picture and summary, in the reader’s language.")
        preview_value = staticmethod(showing.story)
        icon = "doc-full"
        label = _("Story")
        group = _("Stories")

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The page in the reader's language, where it is published in it."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        page = value["page"]
        if page and page.locale.language_code != get_language():
            page = page.localized
        return {**context, "story": page}


class IssueBlock(CarefulStreamBlock):
    """The body of an issue."""

    heading = HeadingBlock()
    paragraph = ParagraphBlock()
    story = StoryBlock()
    quote = QuoteBlock()
    photo = PhotoBlock()
    people_photo = PeoplePhotoBlock()
    key_figures = KeyFiguresBlock()
    call_to_action = CallToActionBlock()
