"""Stories, award stories and where they hang."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import models
from django.http import Http404
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PageChooserPanel
from wagtail.api import APIField
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import Page, TranslatableMixin
from wagtail.search import index

from news.choosing import Census, Choice
from wissensregion.blocks import BodyBlock
from wissensregion.keeping import kept
from wissensregion.models import PhotoMixin, public
from wissensregion.paging import part_of
from wissensregion.plugin import Teaser
from wissensregion.previewing import PreviewedPage

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

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


class NewsIndexPage(RoutablePageMixin, Page):
    """Where the stories hang: the latest first, by topic and by year."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    search_fields = [*Page.search_fields, index.SearchField("intro")]
    api_fields = [APIField("intro")]
    page_description = _("The list of all stories of a language")
    subpage_types = ["news.NewsPage", "news.AwardStoryPage"]
    show_in_menus_default = True
    template = "news/news_index_page.html"
    # What the address at hand asks for.
    choice: Choice | None = None

    class Meta:
        verbose_name = _("news index")
        verbose_name_plural = _("news indexes")

    def stories(self) -> models.QuerySet[NewsPage]:
        shown = stories_below(self).select_related("topic", "photo", "locale").defer("body")
        return shown.order_by("-date", "-pk")

    @classmethod
    def can_exist_under(cls, parent: Page) -> bool:
        # Beside the home pages it would have no address.
        return not parent.is_root() and bool(super().can_exist_under(parent))

    def chosen(self, request: HttpRequest, **choice: Any) -> HttpResponse:
        response: HttpResponse = self.render(request, **choice)
        return response

    # Said like this, for Wagtail's decorator is not typed.
    path(pgettext_lazy("address", "topic/<slug:topic>/"), name="chosen")(chosen)
    path(pgettext_lazy("address", "year/<int:year>/"), name="chosen")(chosen)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        topic, year = kwargs.get("topic", ""), kwargs.get("year")
        self.choice = choice = self.chosen_by(request, topic, year)
        stories = self.stories()
        if choice.topic:
            stories = stories.filter(topic=choice.topic)
        if choice.year:
            stories = stories.filter(date__year=choice.year)
        part = part_of(stories, (self.pk, topic, choice.year), request.GET.get("page"), PER_PAGE)
        number = f"?{urlencode({'page': part.number})}" if part.number > 1 else ""
        # A year within a topic is a piece of the topic's list, which is the one to be found.
        own = self.tail(choice.topic, 0 if choice.topic else choice.year)
        return {
            **context,
            "choice": choice,
            "page_of_stories": part,
            "canonical": f"{self.full_url or ''}{own}{number}",
        }

    def chosen_by(self, request: HttpRequest, topic: str, year: int | None) -> Choice:
        """What the address asks for; a topic or a year nobody knows has no page."""
        census = census_of(self)
        if topic not in ("", *census.topics) or year not in (None, *census.years()):
            raise Http404
        return Choice(
            census=census,
            address=partial(self.address, request),
            topic=census.topics.get(topic),
            # Within a topic, the year is asked for like the part of the list.
            year=year or (census.year(request.GET.get("year")) if topic else 0),
        )

    def address(self, request: HttpRequest, topic: Topic | None, year: int) -> str:
        tail = self.tail(topic, year)
        years = f"?{urlencode({'year': year})}" if topic and year else ""
        return f"{self.get_url(request) or ''}{tail}{years}"

    def tail(self, topic: Topic | None, year: int) -> str:
        """How the address goes on for a topic or else a year, in the language at hand."""
        if not topic and not year:
            return ""
        values = {"topic": topic.slug} if topic else {"year": year}
        return str(self.reverse_subpage("chosen", kwargs=values))

    def tail_in(self, version: Page) -> str | None:
        """How its address goes on in another language; None where that has no such stories."""
        if self.choice is None or not self.choice.title:
            return ""
        census, topic = census_of(version), self.choice.topic
        same = census.translation(topic.translation_key) if topic else None
        if bool(same) != bool(topic) or not census.count(same, self.choice.year):
            return None
        with override(version.locale.language_code):
            return self.tail(same, self.choice.year)


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


def stories_below(page: Page) -> models.QuerySet[NewsPage]:
    """The stories readers may see below an index."""
    live: models.QuerySet[NewsPage] = public(NewsPage.objects.child_of(page).live())
    return live


def census_of(page: Page) -> Census:
    """Count the stories below an index once for as long as nothing changes."""

    def count() -> Census:
        topics = Topic.objects.filter(locale=page.locale_id)
        rows = stories_below(page).order_by().values_list("topic", "date__year")
        counts = {(topic, year): count for topic, year, count in rows.annotate(models.Count("pk"))}
        return Census({topic.slug: topic for topic in topics if topic.slug}, counts)

    return kept(("census", page.pk), count)
