"""The CMS screens of the news: every story in one list, and the topics."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from news.models import NewsPage, Topic
from wissensregion.dates import DayColumn

# Wagtail's columns by name; a story's place is always the index.
COLUMNS = {column.name: column for column in IndexView.base_columns}


class StoryViewSet(PageListingViewSet):
    """Every story, whatever its index, with its date and its topic."""

    model = NewsPage
    name = "stories"
    icon = "doc-full"
    menu_label = _("Stories")
    columns = [
        COLUMNS["bulk_actions"],
        COLUMNS["title"],
        DayColumn("date", label=_("Date"), sort_key="date", width="12%"),
        Column("topic", label=_("Topic"), sort_key="topic__name", width="15%"),
        COLUMNS["status"],
    ]
    list_filter = ["topic", "date"]
    ordering = "-date"


class TopicViewSet(SnippetViewSet):
    """What stories are about."""

    model = Topic
    icon = "tag"
    menu_label = _("Topics")
    list_display = ["name", "slug", "accent", "locale"]


class NewsViewSetGroup(SnippetViewSetGroup):
    """The news in the CMS menu."""

    menu_label = _("News")
    menu_icon = "comment"
    menu_order = 250
    items = (StoryViewSet, TopicViewSet)
