"""Index of the news' models; Django looks for them here."""

from news.listing import PER_PAGE, NewsIndexPage, census_of, stories_below
from news.stories import AwardStoryPage, NewsPage
from news.topics import Accent, Topic

__all__ = [
    "PER_PAGE",
    "Accent",
    "AwardStoryPage",
    "NewsIndexPage",
    "NewsPage",
    "Topic",
    "census_of",
    "stories_below",
]
