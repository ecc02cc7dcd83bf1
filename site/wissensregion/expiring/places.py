"""Where the pictures whose right to be shown ends are used, asked of Wagtail's reference index."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from wagtail.models import Page, ReferenceIndex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wissensregion.models import SiteImage


@dataclass(frozen=True, slots=True)
class Place:
    """A page something stands on."""

    page_id: int
    title: str
    locale: str
    live: bool

    @property
    def edit_url(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=[self.page_id])

    @classmethod
    def of(cls, page: Page) -> Place:
        code = page.locale.language_code
        return cls(page.pk, page.get_admin_display_title(), code, page.live)


def of_images(images: Iterable[SiteImage]) -> dict[int, tuple[Place, ...]]:
    """For each picture the pages that use it, in two queries for all of them."""
    wanted = list(images)
    # What a page refers to is kept under the one type all pages share.
    base = ContentType.objects.get_for_model(Page)
    found = ReferenceIndex.get_references_to_in_bulk(wanted).filter(base_content_type=base)
    used: dict[int, set[int]] = defaultdict(set)
    for image, page in found.values_list("to_object_id", "object_id"):
        used[int(image)].add(int(page))
    pages = Page.objects.filter(pk__in=set().union(*used.values()), alias_of=None)
    known = {page.pk: Place.of(page) for page in pages.select_related("locale").order_by("path")}
    return {
        image.pk: tuple(place for pk, place in known.items() if pk in used[image.pk])
        for image in wanted
    }
