"""Which process runs which tests: whoever has started a site runs all that look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer

# What takes minutes begins first, so that nobody waits for it alone at the end.
SLOW = (
    "tests/web/",
    "tests/journeys/",
    "tests/crash/test_crashes",
    "tests/wissensregion/test_demo",
)
ONE_SITE = tuple(
    f"tests/web/test_{name}" for name in ("documents", "keyboard", "scanners", "visits")
)


class BySite(LoadScopeScheduling):
    """Share the tests out by file, those of one site together, each journey by itself.

    By the path and not by xdist's own marks: with pytest 9.2 those no longer reach the scheduler.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(ONE_SITE):
            return "tests/web"
        if nodeid.startswith("tests/journeys/"):
            return nodeid
        return nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BySite:
    config.option.loadscopereorder = False
    return BySite(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(SLOW))
