"""Notes the ends of rights and the ages of figures as editors save and publish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.signals import page_published

from wissensregion.expiring import writing
from wissensregion.models import SiteImage

if TYPE_CHECKING:
    from wagtail.models import Page


@receiver(post_save, sender=SiteImage)
def note_the_ends_of_a_picture(instance: SiteImage, **kwargs: Any) -> None:
    writing.of_image(instance)


@receiver(page_published)
def note_the_figures_of_a_page(instance: Page, **kwargs: Any) -> None:
    writing.of_page(instance)
