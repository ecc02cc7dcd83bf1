"""Where the stories hang: their lists, by topic and by year."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import models
from django.http import Http404
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Page
from wagtail.search import index

from news.choosing import Census, Choice
from news.stories import NewsPage
from news.topics import Topic
from wissensregion.keeping import kept
from wissensregion.models import public
from wissensregion.paging import part_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PER_PAGE = 12


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

    def index_route(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The list of all stories; who comes by an old address of a choice is sent to its own."""
        if address := self.new_address(request):
            return redirect(address, permanent=True)
        response: HttpResponse = super().index_route(request, *args, **kwargs)
        return response

    def new_address(self, request: HttpRequest) -> str:
        """Where a topic or a year stands now that was asked for behind a question mark."""
        asked = request.GET
        if not {"topic", "year"} & asked.keys():
            return ""
        census = census_of(self)
        topic, year = census.topics.get(asked.get("topic", "")), census.year(asked.get("year"))
        return self.address(request, topic, year) if topic or year else ""

    def chosen(self, request: HttpRequest, **choice: Any) -> HttpResponse:
        response: HttpResponse = self.render(request, **choice)
        return response

    # Said like this, for Wagtail's decorator is not typed.
    path("")(index_route)
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
