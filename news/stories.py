"""Stories and award stories."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PageChooserPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from news.topics import Topic
from wissensregion.blocks import BodyBlock
from wissensregion.models import PhotoMixin
from wissensregion.plugin import Teaser
from wissensregion.previewing import PreviewedPage


class NewsPage(PhotoMixin, PreviewedPage):
    """One story."""

    summary = models.TextField(
        _("summary"), max_length=400, help_text=_("Two sentences; shown in lists and in mails.")
    )
    date = models.DateField(_("date"), default=timezone.localdate)
    topic = models.ForeignKey(
        Topic, verbose_name=_("topic"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldRowPanel(
            [
                FieldPanel("date", help_text=_("Lists are sorted by it.")),
                FieldPanel("topic", help_text=_("Gives the story its colour and its list.")),
            ]
        ),
        PhotoMixin.photo_panel,
        FieldPanel("body"),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
        index.FilterField("date"),
    ]
    api_fields = [
        APIField("summary"),
        APIField("date"),
        APIField("topic"),
        APIField("photo"),
        APIField("photo_alt"),
        APIField("body"),
    ]
    page_description = _("What happened, told on one page")
    parent_page_types = ["news.NewsIndexPage"]
    subpage_types: list[str] = []
    # A story written after the model of another happened on another day.
    new_in_copy = ("date",)
    template = "news/news_page.html"

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        # The order of the lists, so that the newest are read without sorting all.
        indexes = [models.Index(fields=["-date", "-page_ptr"], name="news_newest_first")]

    def as_teaser(self) -> Teaser:
        return Teaser(
            title=self.title,
            summary=self.summary,
            url=self.full_url,
            locale=self.locale.language_code,
            published_at=self.first_published_at,
            page_id=self.pk,
            label=self.topic.name if self.topic else "",
            image=self.photo,
            alt=self.alt,
            artwork=str(self.translation_key),
            accent=self.topic.accent if self.topic else "",
        )


class AwardStoryPage(NewsPage):
    """A story of an award that was won."""

    award = models.CharField(_("award"), max_length=200)
    category = models.CharField(_("category"), max_length=200, blank=True)
    placement = models.PositiveSmallIntegerField(
        _("place"), default=1, help_text=_("1 for the first place")
    )
    competitors = models.PositiveIntegerField(
        _("competitors"), null=True, blank=True, help_text=_("How many others took part")
    )
    awarding_body = models.CharField(_("given by"), max_length=200)
    awarding_body_url = models.URLField(_("its web address"), blank=True)
    ceremony_date = models.DateField(_("date of the ceremony"), null=True, blank=True)
    ceremony_place = models.CharField(_("place of the ceremony"), max_length=100, blank=True)
    # Any page: a partner's profile where partners run, without news knowing what a partner is.
    honoured = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("honoured partner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    award_url = models.URLField(_("more about the award or its jury"), blank=True)

    content_panels = [
        *NewsPage.content_panels[:-1],
        MultiFieldPanel(
            [
                FieldPanel("award", help_text=_("Its name and its year.")),
                FieldPanel("category", help_text=_("As the award calls it, if it has any.")),
                FieldRowPanel([FieldPanel("placement"), FieldPanel("competitors")]),
                FieldRowPanel(
                    [
                        FieldPanel("awarding_body", help_text=_("Its full name.")),
                        FieldPanel("awarding_body_url"),
                    ]
                ),
                FieldRowPanel([FieldPanel("ceremony_date"), FieldPanel("ceremony_place")]),
                PageChooserPanel("honoured", help_text=_("Usually the profile of a partner.")),
                FieldPanel("award_url"),
            ],
            heading=_("The award"),
        ),
        NewsPage.content_panels[-1],
    ]
    search_fields = [
        *NewsPage.search_fields,
        index.SearchField("award"),
        index.SearchField("category"),
        index.SearchField("awarding_body"),
    ]
    api_fields = [
        *NewsPage.api_fields,
        APIField("award"),
        APIField("category"),
        APIField("placement"),
        APIField("competitors"),
        APIField("awarding_body"),
        APIField("awarding_body_url"),
        APIField("ceremony_date"),
        APIField("ceremony_place"),
        APIField("honoured"),
        APIField("award_url"),
    ]
    page_description = _("A story of an award, with its facts in a box")
    parent_page_types = ["news.NewsIndexPage"]
    template = "news/award_story_page.html"

    class Meta:
        verbose_name = _("award story")
        verbose_name_plural = _("award stories")

    def first_values(self, parent: Page) -> dict[str, Any]:
        """What a new one begins with: the topic of the last award."""
        last = AwardStoryPage.objects.child_of(parent).order_by("-date", "-pk").first()
        return {"topic": last.topic_id} if last else {}
