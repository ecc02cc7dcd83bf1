"""Work that waits for nobody: the weekly mails."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django_tasks import task

from wissensregion.expiring import digests


@task()
def send_digest(digest_id: int) -> None:
    """Send one week's mail to one colleague."""
    digests.send(digest_id)


def send_due() -> None:
    """Ask for the mails that are due. A queue that is down delays them until the next tick."""
    for digest_id in digests.begin():
        transaction.on_commit(partial(_ask, digest_id), robust=True)


def _ask(digest_id: int) -> None:
    send_digest.enqueue(digest_id)
