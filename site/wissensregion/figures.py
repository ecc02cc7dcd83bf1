"""Key figures within the text."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from wissensregion import showing
from wissensregion.dates import DayBlock


class Qualifier(models.TextChoices):
    """How exact a figure is."""

    EXACTLY = "", _("exactly")
    OVER = "over", _("over")
    ABOUT = "about", _("about")


class KeyFigureBlock(blocks.StructBlock):
    """A number that says something, with its source and its date."""

    qualifier = blocks.ChoiceBlock(
        Qualifier.choices, default="", required=False, label=_("How exact")
    )
    number = blocks.DecimalBlock(label=_("Number"), max_digits=15, decimal_places=2)
    unit = blocks.CharBlock(
        label=_("Unit"), required=False, max_length=20, help_text=_("For example: € or %")
    )
    label = blocks.CharBlock(label=_("What it counts"), max_length=120)
    source = blocks.CharBlock(label=_("Source"), required=False, max_length=200)
    as_of = DayBlock(label=_("As of"), required=False)
    review_by = DayBlock(
        label=_("Look at it again by"),
        required=False,
        help_text=_(
            "When a newer number is to be expected. You are reminded 30 days before, and until it "
            "is done. Readers do not see this day."
        ),
    )

    class Meta:
        icon = "order"
        label = _("Key figure")


class KeyFiguresBlock(blocks.StructBlock):
    """One to four key figures side by side."""

    heading = blocks.CharBlock(label=_("Heading"), required=False)
    figures = blocks.ListBlock(KeyFigureBlock(), label=_("Key figures"), min_num=1, max_num=4)

    class Meta:
        template = "blocks/key_figures.html"
        description = _("One to four numbers side by side, with source and date.")
        preview_value = staticmethod(showing.key_figures)
        icon = "order"
        label = _("Key figures")
        group = _("Facts")

    def outline(self, value: Any) -> tuple[int, str] | None:
        return (2, value["heading"]) if value["heading"] else None
