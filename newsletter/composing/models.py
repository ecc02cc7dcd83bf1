"""What is mailed: issues as pages, editions as frozen."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from newsletter.composing.blocks import IssueBlock


class IssueIndexPage(Page):
    """The public archive of one newsletter."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    api_fields = [APIField("intro")]
    subpage_types = ["newsletter.IssuePage"]
    template = "newsletter/issue_index_page.html"

    class Meta:
        verbose_name = _("newsletter archive")
        verbose_name_plural = _("newsletter archives")


class IssuePage(Page):
    """One number of a newsletter in one locale; its translations are the same issue."""

    newsletter = models.ForeignKey(
        "newsletter.Newsletter",
        verbose_name=_("newsletter"),
        on_delete=models.PROTECT,
        related_name="issues",
    )
    subject = models.CharField(
        _("subject"), max_length=120, help_text=_("At most 60 characters read well everywhere.")
    )
    preheader = models.CharField(
        _("preview line"), max_length=150, blank=True, help_text=_("Shown after the subject.")
    )
    body = StreamField(IssueBlock(), verbose_name=_("content"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("newsletter"),
        FieldPanel("subject"),
        FieldPanel("preheader"),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("body")]
    api_fields = [APIField("subject"), APIField("preheader"), APIField("body")]
    parent_page_types: ClassVar = ["newsletter.IssueIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "newsletter/issue_page.html"

    class Meta:
        verbose_name = _("newsletter issue")
        verbose_name_plural = _("newsletter issues")


class Edition(models.Model):
    """An issue frozen in one locale: subject, HTML and text as they are handed over."""

    page = models.ForeignKey(IssuePage, on_delete=models.PROTECT, related_name="editions")
    # The translation key that all locales of the issue share.
    issue_key = models.UUIDField()
    locale = models.CharField(max_length=20, choices=settings.LANGUAGES)
    version = models.PositiveIntegerField(default=1)
    subject = models.CharField(max_length=120)
    html = models.TextField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issue_key", "locale", "version"], name="one_edition_per_issue_and_locale"
            )
        ]

    def __str__(self) -> str:
        return f"edition {self.pk} ({self.locale})"
