"""Work that waits for no visitor."""

from __future__ import annotations

from django_tasks import task

from home import actions


@task()
def tell_office(report_id: int) -> None:
    """Let the office know that a report about accessibility has come."""
    actions.tell_office(report_id)
