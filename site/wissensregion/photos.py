"""Pictures within the text, and the people on them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock, ImageChooserBlock

from wissensregion import showing


class PhotoBlock(blocks.StructBlock):
    """A picture with its caption; credit and people come from the picture."""

    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False)

    class Meta:
        template = "blocks/photo.html"
        description = _("A picture with a caption. Credit and licence come with the picture.")
        preview_value = staticmethod(showing.photo)
        icon = "image"
        label = _("Picture")
        group = _("Pictures")


class PersonBlock(blocks.StructBlock):
    """One person on a picture."""

    name = blocks.CharBlock(label=_("Name"))
    role = blocks.CharBlock(label=_("Role"), required=False)
    organisation = blocks.CharBlock(label=_("Organisation"), required=False)

    class Meta:
        icon = "user"
        label = _("Person")


class PeoplePhotoBlock(blocks.StructBlock):
    """A picture of people, named in the order in which they stand."""

    image = ImageChooserBlock(label=_("Picture"))
    alt_text = blocks.CharBlock(
        label=_("Alt text"), required=False, help_text=_("Empty: the picture's own description.")
    )
    direction = blocks.CharBlock(
        label=_("Order"), required=False, help_text=_("For example: from left to right")
    )
    people = blocks.ListBlock(
        PersonBlock(),
        label=_("People"),
        default=[],
        help_text=_("Empty: the people stored with the picture."),
    )

    class Meta:
        template = "blocks/people_photo.html"
        description = _("A picture of people, with their names in the order in which they stand.")
        preview_value = staticmethod(showing.people_photo)
        icon = "group"
        label = _("Picture of people")
        group = _("Pictures")

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        return {**context, "people": list(value["people"]) or value["image"].people}
