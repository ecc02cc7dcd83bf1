"""One service and one crew for each database; every test gets a copy of the same scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crash import crew as crews
from tests.crash import databases

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with crews.mail_service(tmp_path_factory.mktemp("service")) as url:
        yield url


@pytest.fixture(
    scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def crew(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, service: str
) -> Iterator[crews.Crew]:
    """Whoever works on this database, and the scene they work in."""
    home = tmp_path_factory.mktemp(f"crash-{request.param}")
    store: databases.Files | databases.Server = databases.Files(home)
    if request.param == "postgresql":
        store = databases.Server(request.getfixturevalue("postgres"))
    with crews.crew(home, store, service) as found:
        found.prepare()
        yield found
