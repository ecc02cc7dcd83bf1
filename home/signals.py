"""What follows when something of ours was stored."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from home import tasks
from home.models import AccessibilityReport


@receiver(post_save, sender=AccessibilityReport)
def tell_office_of_a_report(instance: AccessibilityReport, *, created: bool, **kwargs: Any) -> None:
    if created:
        # Robust: a queue that is down must not lose the visitor's words; the CMS shows them.
        transaction.on_commit(lambda: tasks.tell_office.enqueue(instance.pk), robust=True)
