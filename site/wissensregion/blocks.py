"""The StreamField words every plugin may use; each has a web and a mail template."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from wissensregion import showing
from wissensregion.figures import KeyFiguresBlock
from wissensregion.photos import PeoplePhotoBlock, PhotoBlock
from wissensregion.streams import CarefulStreamBlock

# Headings are blocks of their own, so that the outline of a page stays in order.
RICH_TEXT = ["bold", "italic", "link", "document-link", "ol", "ul"]


class HeadingBlock(blocks.StructBlock):
    """A heading within the text."""

    text = blocks.CharBlock(label=_("Heading"), max_length=150)
    level = blocks.ChoiceBlock(
        [("2", _("Heading")), ("3", _("Subheading"))], default="2", label=_("Level")
    )

    class Meta:
        template = "blocks/heading.html"
        description = _("A heading within the text; readers find their way by it.")
        preview_value = staticmethod(showing.heading)
        icon = "title"
        label = _("Heading")
        group = _("Text")
        form_layout = ["text", "level"]

    def outline(self, value: Any) -> tuple[int, str] | None:
        return int(value["level"]), value["text"]


class ParagraphBlock(blocks.RichTextBlock):
    """Running text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": RICH_TEXT, **kwargs})

    class Meta:
        template = "blocks/paragraph.html"
        description = _("Running text with links and lists. Headings are blocks of their own.")
        preview_value = staticmethod(showing.paragraph)
        icon = "pilcrow"
        label = _("Text")
        group = _("Text")


class QuoteBlock(blocks.StructBlock):
    """Someone's words, their name and their role."""

    text = blocks.TextBlock(label=_("Quotation"), help_text=_("Without quotation marks."))
    attribution = blocks.CharBlock(label=_("Name"), required=False)
    role = blocks.CharBlock(label=_("Role"), required=False)

    class Meta:
        template = "blocks/quote.html"
        description = _("What somebody said, set large, with name and role.")
        preview_value = staticmethod(showing.quote)
        icon = "openquote"
        label = _("Quotation")
        group = _("Text")


class LinkMixin(blocks.StructBlock):
    """A link to a page of the site or to an address elsewhere."""

    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    url = blocks.URLBlock(label=_("or web address"), required=False)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if bool(cleaned["page"]) == bool(cleaned["url"]):
            error = ValidationError(_("Choose a page or write a web address, one of the two."))
            raise blocks.StructBlockValidationError({"page": error})
        return cleaned


class CallToActionBlock(LinkMixin):
    """An invitation to learn more."""

    text = blocks.CharBlock(label=_("Sentence above"), required=False)
    label = blocks.CharBlock(
        label=_("Label"), max_length=60, help_text=_("Says what happens: Learn more about …")
    )

    class Meta:
        template = "blocks/call_to_action.html"
        description = _("One button that leads on: to a page or to an address elsewhere.")
        preview_value = staticmethod(showing.call_to_action)
        icon = "link"
        label = _("Call to action")
        group = _("Ways on")
        form_layout = ["text", "label", "page", "url"]


class RelatedPagesBlock(blocks.StructBlock):
    """Pages on the same matter."""

    heading = blocks.CharBlock(label=_("Heading"), required=False)
    pages = blocks.ListBlock(blocks.PageChooserBlock(), label=_("Pages"), min_num=1, max_num=4)

    class Meta:
        template = "blocks/related_pages.html"
        description = _("Up to four pages on the same matter, each with its summary.")
        preview_value = staticmethod(showing.related_pages)
        icon = "doc-full"
        label = _("Related pages")
        group = _("Ways on")

    def outline(self, value: Any) -> tuple[int, str] | None:
        return 2, value["heading"]


class SignupBlock(blocks.StructBlock):
    """The newsletter's sign-up form, where a newsletter runs."""

    heading = blocks.CharBlock(label=_("Heading"), required=False)
    text = blocks.TextBlock(label=_("Text"), required=False)

    class Meta:
        template = "blocks/signup.html"
        description = _("The sign-up form of the newsletter.")
        preview_value = staticmethod(showing.signup)
        has_form = True
        icon = "mail"
        label = _("Newsletter sign-up")
        group = _("Ways on")

    def outline(self, value: Any) -> tuple[int, str] | None:
        return 2, value["heading"]


class BodyBlock(CarefulStreamBlock):
    """What the body of a page is made of."""

    heading = HeadingBlock()
    paragraph = ParagraphBlock()
    quote = QuoteBlock()
    photo = PhotoBlock()
    people_photo = PeoplePhotoBlock()
    key_figures = KeyFiguresBlock()
    call_to_action = CallToActionBlock()
    related_pages = RelatedPagesBlock()
    signup = SignupBlock()
