"""Several lanes, and several workers, over a real wire and on both databases: nobody twice."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.live.furnished import copy_database, furnished_in
from tests.live.rows import read
from tests.newsletter.queue_story import address
from tests.newsletter.smtp import open_picky_mailbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.live.site import RunningSite
    from tests.newsletter.smtp import PickyMailbox

READERS, SHARE, LANES = 300, 15, 4
EVERYBODY = Counter(address(number) for number in range(READERS))
STORY = "from tests.newsletter import lanes_story; lanes_story."


@pytest.fixture
def wire() -> Iterator[PickyMailbox]:
    with open_picky_mailbox() as mailbox:
        yield mailbox


@pytest.fixture(params=["sqlite", pytest.param("pg", marks=pytest.mark.postgres)])
def site(request: pytest.FixtureRequest, tmp_path: Path, wire: PickyMailbox) -> RunningSite:
    """A site with a planned issue, whose worker has four lanes."""
    model = "furnished" if request.param == "sqlite" else "furnished_on_postgres"
    var = tmp_path / "var"
    made = furnished_in(var, copy_database(request.getfixturevalue(model), var))
    own = {
        "EMAIL_URL": f"smtp://127.0.0.1:{wire.port}",
        "NEWSLETTER_LANES": str(LANES),
        "NEWSLETTER_UNDO_SECONDS": "0",
    }
    site = replace(made, environment=made.environment | own)
    site.var.mkdir(exist_ok=True)
    site.manage("shell", "-c", f"{STORY}begin({READERS}, {SHARE})")
    return site


def work(site: RunningSite, workers: int = 1) -> None:
    site.manage("shell", "-c", f"{STORY}send({workers})")


def received(wire: PickyMailbox) -> Counter[str]:
    return Counter(to for mail in wire.mails for to in mail.to)


def states(site: RunningSite) -> list[tuple[object, ...]]:
    return read(site.database_url, "SELECT DISTINCT state FROM newsletter_delivery")


def test_four_lanes_mail_everybody_once(site: RunningSite, wire: PickyMailbox) -> None:
    work(site)

    assert received(wire) == EVERYBODY
    assert states(site) == [("accepted",)]
    assert wire.connections == LANES


def test_two_workers_at_once_mail_everybody_once(site: RunningSite, wire: PickyMailbox) -> None:
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, [site, site], [2, 2]))

    assert received(wire) == EVERYBODY
    assert states(site) == [("accepted",)]
    owners = read(site.database_url, "SELECT DISTINCT owner FROM newsletter_attempt")
    assert len({str(owner).split(".")[0] for (owner,) in owners}) == 2
