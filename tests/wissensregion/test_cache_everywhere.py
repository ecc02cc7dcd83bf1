"""Whatever editors do in whatever order, no process shows readers what is over for a second."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from itertools import count
from threading import Event, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.live.editor import INDEXES
from tests.live.furnished import copy_database
from tests.live.office import open_office
from tests.live.serving import Server, for_servers, serving
from tests.live.site import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.live.office import Office

# How many histories are tried, of so many acts; the first is always empty. CACHE_HISTORIES=100
# tries other ones each time.
HISTORIES, ACTS = int(os.environ.get("CACHE_HISTORIES", "0")), 8
FEW = 3
# Seconds after an act; whoever asks later sees it.
ALLOWED = 1.0
ALWAYS = [
    "/", "/en/", *(f"/{slug}/" for slug in INDEXES), *(f"/en/{slug}/" for slug in INDEXES),
    "/sitemap.xml", "/api/v1/teasers/", "/api/v1/pages/?locale=de&order=tree",
]  # fmt: skip
MISSING = {301, 404}


class Editing(RuleBasedStateMachine):
    """Editors at work, with readers at two processes meanwhile."""

    office: Office
    servers: list[Server]
    stories = Bundle("stories")

    def __init__(self) -> None:
        super().__init__()
        self.addresses, self.done_at, self.names = list(ALWAYS), 0.0, count(1)
        self.turns = count()
        self.live: dict[int, str] = {}
        self.truth: dict[str, tuple[int, str]] = {}

    @initialize()
    def begin(self) -> None:
        self.site = self.office.do("begin")
        self.done_at = monotonic()

    @rule(target=stories, place=st.sampled_from((0, 1)))
    def publish(self, place: int) -> int:
        slug, title = self._names()
        for index in INDEXES:
            self.addresses += [f"/{index}/{slug}/", f"/en/{index}/{slug}/"]
        index = self.site["indexes"][place]
        photo, topic = self.site["photo"], self.site["topic"]
        story = self._do("publish", index=index, slug=slug, title=title, photo=photo, topic=topic)
        self.live[story] = title
        return int(story)

    @rule(story=stories)
    def retitle(self, story: int) -> None:
        _slug, title = self._names()
        self._do("retitle", story=story, title=title)
        self.live[story] = title

    @rule(story=stories)
    def rename(self, story: int) -> None:
        slug, _title = self._names()
        self.addresses += [f"/{index}/{slug}/" for index in INDEXES]
        self._do("rename", story=story, slug=slug)

    @rule(story=stories)
    def unpublish(self, story: int) -> None:
        self._do("unpublish", story=story)
        self.live.pop(story, None)

    @rule(story=stories, place=st.sampled_from((0, 1)))
    def move(self, story: int, place: int) -> None:
        self._do("move", story=story, index=self.site["indexes"][place])

    @rule(story=consumes(stories))
    def delete(self, story: int) -> None:
        self._do("delete", story=story)
        self.live.pop(story, None)

    @rule(story=stories)
    def expire(self, story: int) -> None:
        self._do("expire", story=story)
        self.live.pop(story, None)

    @rule(story=stories)
    def schedule(self, story: int) -> None:
        _slug, title = self._names()
        self._do("schedule", story=story, title=title)
        self.live[story] = title

    @rule(story=stories)
    def translate(self, story: int) -> None:
        _slug, title = self._names()
        self._do("translate", story=story, title=title)

    @rule()
    def sign(self) -> None:
        self._do("sign", organisation=self._names()[1])

    @rule()
    def credit(self) -> None:
        self._do("credit", photo=self.site["photo"], name=self._names()[1])

    @invariant()
    def nobody_is_behind(self) -> None:
        cookie = {"Cookie": f"sessionid={self.site['session']}"}
        newest = ("/", *self.addresses[-2:])
        # Who did it sees it at once, wherever they look. The other process hears of it by itself.
        looked_at = self.servers[next(self.turns) % len(self.servers)]
        seen = {at: looked_at.get(at, **cookie) for at in newest}
        self.truth = self._look()
        assert seen == {at: self.truth[at] for at in newest}
        for server in self.servers:
            for address in self.addresses:
                self._until_right(server, address)

    def _names(self) -> tuple[str, str]:
        number = next(self.names)
        return f"name-{number}", f"Titel {number}."

    def _do(self, act: str, **details: Any) -> Any:
        with self._readers():
            answer = self.office.do(act, **details)
        self.done_at = monotonic()
        return answer

    def _look(self) -> dict[str, tuple[int, str]]:
        truth = {
            address: (status, text)
            for address, (status, text) in self.office.do("look", addresses=self.addresses).items()
        }
        shown = " ".join(text for status, text in truth.values() if status not in MISSING)
        for title in self.live.values():
            assert title in shown
        return truth

    def _until_right(self, server: Server, address: str) -> None:
        while True:
            begun = monotonic()
            if (seen := server.get(address)) == self.truth[address]:
                return
            late = begun - self.done_at
            assert late < ALLOWED, (address, f"{late:.2f} s behind", seen)
            sleep(0.02)

    @contextmanager
    def _readers(self) -> Iterator[None]:
        """Somebody reads at both processes all the while, so that answers are made meanwhile."""
        over = Event()
        servers = [Server(server.port) for server in self.servers]

        def read() -> None:
            while not over.is_set():
                for address in ALWAYS:
                    for server in servers:
                        server.get(address)
                    # Enough to be there when something changes, and leaves others room to work.
                    over.wait(0.01)

        thread = Thread(target=read)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            for server in servers:
                server.connection.close()


@pytest.mark.parametrize("furnished_as", ["furnished", "furnished_on_postgres"])
def test_no_process_is_more_than_a_second_behind(
    furnished_as: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    var = tmp_path / "var"
    var.mkdir()
    url = copy_database(request.getfixturevalue(furnished_as), var)
    values = for_servers(environment(var=var, database_url=url))
    with ExitStack() as stack:
        office = stack.enter_context(open_office(values, tmp_path / "office.log"))
        servers = [
            stack.enter_context(serving(values, tmp_path / f"server-{number}.log"))
            for number in range(2)
        ]
        for server in servers:
            server.wait()
        run_state_machine_as_test(
            type("Here", (Editing,), {"office": office, "servers": servers}),
            settings=settings(
                max_examples=HISTORIES or FEW,
                stateful_step_count=ACTS,
                derandomize=not HISTORIES,
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
