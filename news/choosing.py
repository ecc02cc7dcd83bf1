"""What readers choose stories by: a topic, a year, or both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from news.models import Topic


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a list to choose from, with the number of stories it leads to."""

    label: str
    url: str
    count: int
    chosen: bool
    accent: str = ""


@dataclass(frozen=True, slots=True)
class Census:
    """How many stories an index has of each topic in each year."""

    topics: Mapping[str, Topic]
    counts: Mapping[tuple[int | None, int], int]

    def count(self, topic: Topic | None = None, year: int = 0) -> int:
        return sum(
            count
            for (of_topic, in_year), count in self.counts.items()
            if (topic is None or of_topic == topic.pk) and year in {0, in_year}
        )

    def years(self) -> list[int]:
        return sorted({year for _topic, year in self.counts}, reverse=True)

    def year(self, text: str | None) -> int:
        """A year that has stories; whatever else somebody asks for is none."""
        return next((year for year in self.years() if str(year) == text), 0)

    def translation(self, key: UUID) -> Topic | None:
        """The topic in the language of this index, if it has stories there."""
        same = (topic for topic in self.topics.values() if topic.translation_key == key)
        return next((topic for topic in same if self.count(topic)), None)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader has chosen, and what else there is to choose."""

    census: Census
    # The address of the stories of a topic, of a year, or of both.
    address: Callable[[Topic | None, int], str]
    topic: Topic | None = None
    year: int = 0

    @property
    def count(self) -> int:
        return self.census.count(self.topic, self.year)

    @property
    def title(self) -> str:
        return " ".join(str(part) for part in (self.topic, self.year) if part)

    def every_topic(self) -> str:
        return self.address(None, self.year)

    def every_year(self) -> str:
        return self.address(self.topic, 0)

    def everything(self) -> str:
        return self.address(None, 0)

    def topics(self) -> list[Option]:
        """The topics with stories in the chosen year, and the chosen one in any case."""
        options = [
            Option(
                label=str(topic),
                url=self.address(topic, self.year),
                count=self.census.count(topic, self.year),
                chosen=topic == self.topic,
                accent=topic.accent,
            )
            for topic in self.census.topics.values()
        ]
        return [option for option in options if option.count or option.chosen]

    def years(self) -> list[Option]:
        """The years with stories on the chosen topic, and the chosen one in any case."""
        options = [
            Option(
                label=str(year),
                url=self.address(self.topic, year),
                count=self.census.count(self.topic, year),
                chosen=year == self.year,
            )
            for year in self.census.years()
        ]
        return [option for option in options if option.count or option.chosen]
