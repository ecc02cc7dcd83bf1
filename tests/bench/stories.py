"""A site with thousands of stories, written in bulk: rows, tree and search index at once."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils import timezone
from django.utils.http import int_to_base36
from wagtail.models import Locale, Page, Site

from home.models import HomePage, SearchPage, SiteProfile
from news.models import NewsIndexPage, NewsPage
from tests.bench import words
from tests.factories import SiteImageFactory, TopicFactory
from wissensregion.finding import writing

if TYPE_CHECKING:
    from collections.abc import Iterable

HOST = "testserver"
INDEX, SEARCH = "/aktuelles/", "/suche/"
TOGETHER = 500


class Stories:
    """The site, and the stories it has so far."""

    def __init__(self, host: str = HOST) -> None:
        Site.objects.all().delete()
        german = Locale.objects.get_or_create(language_code="de")[0]
        # Beside those of other benches.
        home = HomePage(
            title="Wissensregion", slug=f"de-{uuid4()}", lead="Wissen am Rhein", locale=german
        )
        Page.get_first_root_node().add_child(instance=home)
        Site.objects.create(hostname=host, root_page=home, is_default_site=True)
        SiteProfile.objects.get_or_create(locale=german, organisation="Wissensregion")
        self.index = NewsIndexPage(
            title="Aktuelles", slug="aktuelles", locale=german, show_in_menus=True
        )
        home.add_child(instance=self.index)
        home.add_child(instance=SearchPage(title="Suche", slug="suche", locale=german))
        self.topic = TopicFactory(name="Auszeichnung", slug=f"thema-{uuid4()}", locale=german)
        self.photo = SiteImageFactory(file__width=1200, file__height=800)
        self.numbers = count(1)
        self.total = 0

    @staticmethod
    def address(number: int) -> str:
        return f"{INDEX}meldung-{number}/"

    def grow(self, total: int) -> None:
        """Add stories until there are so many."""
        with transaction.atomic():
            new = [self._page(next(self.numbers)) for _each in range(total - self.total)]
            made = Page.objects.bulk_create(new, batch_size=TOGETHER)
            Page.objects.filter(pk=self.index.pk).update(numchild=total)
            self._details(made)
        for start in range(0, len(made), TOGETHER):
            keys = [page.pk for page in made[start : start + TOGETHER]]
            writing.write(NewsPage.objects.filter(pk__in=keys).select_related("locale"))
        self.total = total
        with connection.cursor() as cursor:
            # As a database does by itself after a while.
            cursor.execute("ANALYZE")

    def _page(self, number: int) -> Page:
        now = timezone.now()
        title = f"Meldung {number} vom Rhein"
        slug = f"meldung-{number}"
        return Page(
            path=self.index.path + int_to_base36(number).upper().zfill(Page.steplen),
            depth=self.index.depth + 1,
            numchild=0,
            title=title,
            draft_title=title,
            slug=slug,
            url_path=f"{self.index.url_path}{slug}/",
            content_type=ContentType.objects.get_for_model(NewsPage),
            locale_id=self.index.locale_id,
            translation_key=uuid4(),
            live=True,
            first_published_at=now,
            last_published_at=now,
        )

    def _details(self, pages: Iterable[Page]) -> None:
        """What stories have of their own; Django adds such rows in bulk for no child table."""
        fields = NewsPage._meta.local_concrete_fields
        columns = ", ".join(connection.ops.quote_name(field.column or "") for field in fields)
        places = ", ".join(["%s"] * len(fields))
        table = connection.ops.quote_name(NewsPage._meta.db_table)
        rows = [
            [field.get_db_prep_save(value, connection) for field, value in self._values(page)]
            for page in pages
        ]
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608

    def _values(self, page: Page) -> Iterable[tuple[Any, Any]]:
        story = NewsPage(
            page_ptr_id=page.pk,
            summary="Was am Rhein geschah, in zwei Sätzen. Und warum es zählt.",
            date=date(2026, 11, 30) - timedelta(days=page.pk % 2000),
            topic=self.topic,
            photo=self.photo,
        )
        story.body = words.body(self.index.pk)
        return [
            (field, getattr(story, field.attname)) for field in NewsPage._meta.local_concrete_fields
        ]
