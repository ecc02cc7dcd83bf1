"""Stories, award stories and where they hang."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PageChooserPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Page, TranslatableMixin
from wagtail.search import index

from wissensregion.blocks import BodyBlock
from wissensregion.keeping import kept
from wissensregion.models import PhotoMixin, public
from wissensregion.paging import part_of
from wissensregion.plugin import Teaser

if TYPE_CHECKING:
    from django.http import HttpRequest

PER_PAGE = 12


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


class NewsIndexPage(Page):
    """Where the stories hang: the latest first, by topic and by year."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    search_fields = [*Page.search_fields, index.SearchField("intro")]
    api_fields = [APIField("intro")]
    subpage_types = ["news.NewsPage", "news.AwardStoryPage"]
    show_in_menus_default = True
    template = "news/news_index_page.html"

    class Meta:
        verbose_name = _("news index")
        verbose_name_plural = _("news indexes")

    def stories(self) -> models.QuerySet[NewsPage]:
        live: models.QuerySet[NewsPage] = public(NewsPage.objects.child_of(self).live())
        shown = live.select_related("topic", "photo", "locale").defer("body")
        return shown.order_by("-date", "-pk")

    def choices(self, stories: models.QuerySet[NewsPage]) -> tuple[list[Topic], list[int]]:
        """The topics and years readers may choose from: those that have stories."""
        topics = Topic.objects.filter(
            locale=self.locale_id, pk__in=stories.order_by().values("topic")
        )
        days = stories.dates("date", "year", order="DESC")
        return list(topics), [day.year for day in days]

    @classmethod
    def can_exist_under(cls, parent: Page) -> bool:
        # Beside the home pages it would have no address.
        return not parent.is_root() and bool(super().can_exist_under(parent))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        stories = self.stories()
        topics, years = kept(("choices", self.pk), lambda: self.choices(stories))
        # A choice that is not on offer is none.
        topic = next((t for t in topics if t.slug == request.GET.get("topic")), None)
        year = next((y for y in years if str(y) == request.GET.get("year")), None)
        if topic:
            stories = stories.filter(topic=topic)
        if year:
            stories = stories.filter(date__year=year)
        chosen = {"topic": topic.slug if topic else "", "year": str(year) if year else ""}
        query = urlencode({name: value for name, value in chosen.items() if value})
        return {
            **super().get_context(request, *args, **kwargs),
            **chosen,
            "page_of_stories": part_of(
                stories, (self.pk, *chosen.values()), request.GET.get("page"), PER_PAGE
            ),
            "topics": topics,
            "years": years,
            "filter_query": f"{query}&" if query else "",
        }


class NewsPage(PhotoMixin, Page):
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
        FieldRowPanel([FieldPanel("date"), FieldPanel("topic")]),
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
    parent_page_types = ["news.NewsIndexPage"]
    subpage_types: list[str] = []
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
                FieldPanel("award"),
                FieldPanel("category"),
                FieldRowPanel([FieldPanel("placement"), FieldPanel("competitors")]),
                FieldRowPanel([FieldPanel("awarding_body"), FieldPanel("awarding_body_url")]),
                FieldRowPanel([FieldPanel("ceremony_date"), FieldPanel("ceremony_place")]),
                PageChooserPanel("honoured"),
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
    parent_page_types = ["news.NewsIndexPage"]
    template = "news/award_story_page.html"

    class Meta:
        verbose_name = _("award story")
        verbose_name_plural = _("award stories")
