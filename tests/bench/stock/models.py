"""A story as Wagtail's tutorial has it."""

from __future__ import annotations

from django.db import models
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page


class StockPage(Page):
    """A story with a picture."""

    summary = models.TextField()
    date = models.DateField()
    photo = models.ForeignKey("wagtailimages.Image", null=True, on_delete=models.SET_NULL)
    body = StreamField(
        [
            (
                "heading",
                blocks.StructBlock([("text", blocks.CharBlock()), ("level", blocks.CharBlock())]),
            ),
            ("paragraph", blocks.RichTextBlock()),
            (
                "quote",
                blocks.StructBlock(
                    [("text", blocks.TextBlock()), ("attribution", blocks.CharBlock())]
                ),
            ),
        ]
    )
    template = "stock/page.html"
