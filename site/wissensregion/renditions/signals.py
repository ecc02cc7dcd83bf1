"""What is saved, published or removed, and what follows for the renditions of pictures."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.signals import page_published

from wissensregion.models import SiteImage, SiteRendition
from wissensregion.renditions import readiness, tasks
from wissensregion.renditions.readiness import Readiness
from wissensregion.renditions.specs import specs


def watch() -> None:
    """Make renditions as soon as a picture wants some."""
    post_save.connect(_ask, sender=SiteImage, dispatch_uid="renditions")
    post_delete.connect(_miss, sender=SiteRendition, dispatch_uid="renditions")
    page_published.connect(_look, dispatch_uid="renditions")


def _ask(*, instance: SiteImage, raw: bool, **kwargs: Any) -> None:
    """A new picture, another file, another focal point."""
    if raw:
        return
    Readiness.objects.filter(pk=instance.pk).exclude(source=readiness.source(instance)).delete()
    if not Readiness.objects.settled().filter(pk=instance.pk).exists():
        tasks.wake(instance.pk)


def _miss(*, instance: SiteRendition, **kwargs: Any) -> None:
    """Wagtail deletes them with the old file, and an operator may delete them all."""
    if instance.filter_spec in specs():
        Readiness.objects.filter(pk=instance.image_id, state=readiness.State.MADE).delete()


def _look(**kwargs: Any) -> None:
    """What goes public is to be there with its pictures, also where a task was lost."""
    tasks.wake_for_lacking()
