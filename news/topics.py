"""What stories are about."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.models import TranslatableMixin


class Accent(models.TextChoices):
    """The design's colours for topics, by role."""

    RIVER = "river", _("River")
    BRICK = "brick", _("Brick")
    MEADOW = "meadow", _("Meadow")
    AMBER = "amber", _("Amber")
    VIOLET = "violet", _("Violet")


class Topic(TranslatableMixin, models.Model):
    """What a story is about."""

    name = models.CharField(_("name"), max_length=60)
    slug = models.SlugField(
        _("slug"), max_length=60, help_text=_("Stands in the address of the topic's list.")
    )
    accent = models.CharField(
        _("colour"), max_length=10, choices=Accent.choices, default=Accent.RIVER
    )

    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("accent")]
    api_fields = [APIField("name"), APIField("slug"), APIField("accent")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["locale", "slug"],
                name="one_topic_per_slug_and_locale",
                violation_error_message=_("Another topic has this slug already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
