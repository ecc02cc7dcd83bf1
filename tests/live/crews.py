"""The kinds of queue as fixtures: each test gets a site of its own with the one it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.live.furnished import numbers
from tests.live.queues import KINDS, Crew, copy, open_crew

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.live.mailbox import Mailbox
    from tests.live.site import RunningSite


@pytest.fixture(params=KINDS)
def crew(
    request: pytest.FixtureRequest, tmp_path: Path, furnished: RunningSite, mailbox: Mailbox
) -> Iterator[Crew]:
    """Workers for a site whose queue lies in SQLite, in PostgreSQL or on a Redis server."""
    model, tasks_url = furnished, "db://"
    if request.param == "postgres":
        model = request.getfixturevalue("furnished_on_postgres")
    elif request.param == "redis":
        tasks_url = f"{request.getfixturevalue('redis')}/{next(numbers) % 16}"
    mailbox.mails.clear()
    site = copy(model, tmp_path / "var", mailbox, tasks_url)
    site.var.mkdir(exist_ok=True)
    with open_crew(site, tmp_path / "trace") as crew:
        yield crew
