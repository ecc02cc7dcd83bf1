"""The inbox: every report is kept first, whatever it says and however often it comes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from newsletter.feedback import reports
from newsletter.feedback.models import FeedbackEvent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsletter.feedback.reports import Report

TOLD_WITHIN = timedelta(seconds=30)


def take_in(found: Iterable[Report]) -> bool:
    """Keep reports in one commit; say whether somebody has to be told that there is work.

    Where others have just come in and wait, somebody has been told. Repeating it changes
    nothing: the database keeps the first of two equal reports.
    """
    rows = [_row(report) for report in found if report.tells]
    if not rows:
        return False
    with transaction.atomic():
        recent = timezone.now() - TOLD_WITHIN
        told = FeedbackEvent.objects.waiting().filter(received_at__gte=recent).exists()
        FeedbackEvent.objects.bulk_create(rows, ignore_conflicts=True)
    return not told


def _row(report: Report) -> FeedbackEvent:
    key = report.address_key
    return FeedbackEvent(
        service=report.service[: reports.WORD_LENGTH * 2],
        dedup=report.dedup(key),
        delivery_key=_cut(report.delivery_key, reports.KEY_LENGTH),
        address_key=key,
        message_id=_cut(report.message_id, reports.ID_LENGTH),
        kind=report.kind,
        reject_reason=_cut(report.reject_reason, reports.WORD_LENGTH),
        description=reports.without_addresses(report.description),
        occurred_at=report.at,
    )


def _cut(value: str, length: int) -> str:
    """What is too long is none of ours; PostgreSQL takes no null character."""
    return value.replace("\0", "")[:length]
