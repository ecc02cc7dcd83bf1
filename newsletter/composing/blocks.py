"""What an issue is composed of."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from wissensregion.blocks import (
    CallToActionBlock,
    HeadingBlock,
    KeyFiguresBlock,
    ParagraphBlock,
    PeoplePhotoBlock,
    PhotoBlock,
    QuoteBlock,
)


class StoryBlock(blocks.StructBlock):
    """A published page shown by its teaser: any page that is ``Teasable``."""

    page = blocks.PageChooserBlock(label=_("Story"))
    summary = blocks.TextBlock(
        label=_("Other summary"),
        required=False,
        help_text=_("Empty: the summary of the story."),
    )

    class Meta:
        template = "blocks/story.html"
        icon = "doc-full"
        label = _("Story")
        group = _("Stories")


class IssueBlock(blocks.StreamBlock):
    """The body of an issue."""

    heading = HeadingBlock()
    paragraph = ParagraphBlock()
    story = StoryBlock()
    quote = QuoteBlock()
    photo = PhotoBlock()
    people_photo = PeoplePhotoBlock()
    key_figures = KeyFiguresBlock()
    call_to_action = CallToActionBlock()
