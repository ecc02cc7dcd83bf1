"""Minutes of everything at once, by chance: kills, frozen workers, a bad network, people leaving.

``make soak`` runs it for some seeds on both databases and writes the table in docs/faults.md.
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.crash import crew as crews
from tests.crash import databases, points, tables
from tests.crash.scene import address
from tests.live.postgres import postgres_server

if TYPE_CHECKING:
    from tests.crash.crew import Case, Crew

READERS, MOST = 300, 5
SECONDS = 70
WORKERS = 3
LEASE = 3
# So long after the worst is over everything has to be done.
PATIENCE = 180
NETWORK = {
    "429": 0.05, "500": 0.04, "reset": 0.04, "accept_hang": 0.04, "accept_500": 0.04,
    "accept_reset": 0.04, "accept_garble": 0.04,
}  # fmt: skip
DEADLY = 0.02
# What a worker of the soak is told: a lease of seconds, calls that are given up after one.
ORDER = {
    "settings": {"NEWSLETTER_LEASE_SECONDS": LEASE, "NEWSLETTER_CANARY_FROM": 10_000},
    "timeout": [1, 1],
    "hurry": True,
    "widest": 8,
}
SUMS = (
    "SELECT (SELECT frozen_count FROM newsletter_dispatch), "
    "(SELECT COUNT(*) FROM newsletter_delivery), state FROM newsletter_dispatch"
)
OVER = {"draining", "completed", "unclear"}


@dataclass
class Soak:
    """One run, and what is counted of it."""

    case: Case
    seed: int
    seconds: float
    workers: dict[int, float] = field(default_factory=dict)
    frozen: dict[int, float] = field(default_factory=dict)
    withdrawn: dict[str, float] = field(default_factory=dict)
    kills: int = 0
    stops: int = 0
    waited: float = 0
    errors: int = 0
    broken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - chance, no secret
        self.begun = time.monotonic()

    @property
    def age(self) -> float:
        return time.monotonic() - self.begun

    def run(self) -> None:
        """Let it happen until all calls were made; the worst of it ends before that."""
        while self.case.state not in OVER:
            if self.age > self.seconds + PATIENCE:
                self.broken.append("I6 it did not come to an end")
                break
            self._staff()
            self._trouble()
            time.sleep(0.1)
        while self.frozen:
            self._thaw(now=time.monotonic() + 100)
        for pid in list(self.workers):
            self._ended(pid, seconds=60)

    def _staff(self) -> None:
        for pid in list(self.workers):
            self._ended(pid, seconds=0)
        while len(self.workers) < WORKERS:
            odds = dict.fromkeys([*points.ALL, "wanted"], DEADLY if self._hostile else 0)
            begun = self.case.begin(
                "toil", seconds=20, odds=odds, seed=self.chance.randrange(10**6), **ORDER
            )
            self.workers[begun["pid"]] = self.age

    @property
    def _hostile(self) -> bool:
        return self.age < self.seconds * 0.7

    def _ended(self, pid: int, seconds: float) -> None:
        end = self.case.wait(pid, seconds=seconds)
        if end["end"] == "running":
            return
        del self.workers[pid]
        self.frozen.pop(pid, None)
        self.kills += end["end"] == "killed"
        self.errors += end.get("code", 0) != 0

    def _trouble(self) -> None:
        self._thaw(now=time.monotonic())
        awake = [pid for pid in self.workers if pid not in self.frozen]
        if awake and self._hostile and self.chance.random() < 0.12:
            pid = self.chance.choice(awake)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
                self.frozen[pid] = time.monotonic() + self.chance.uniform(1, 2 * LEASE)
                self.stops += 1
        if self.chance.random() < 0.15:
            self._withdraw(address(self.chance.randrange(READERS)))
        if self._hostile and self.chance.random() < 0.03:
            self._act("pause")
        if self.case.state == "paused" and self.chance.random() < 0.3:
            self._act("resume")
        frozen, rows, state = databases.read(self.case.database, SUMS)[0]
        if state != "preparing" and rows != frozen:
            self.broken.append(f"I2 {rows} rows and a count of {frozen}")

    def _thaw(self, now: float) -> None:
        for pid, until in list(self.frozen.items()):
            if until < now:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
                del self.frozen[pid]

    def _withdraw(self, who: str) -> None:
        if who in self.withdrawn:
            return
        began = time.monotonic()
        pid = self.case.begin("leave", address=who, **ORDER)["pid"]
        # A worker frozen within a write stops everybody on SQLite; nobody may wait for us.
        while self.case.wait(pid, seconds=0.5)["end"] == "running":
            self._thaw(now=time.monotonic())
        self.withdrawn[who] = time.monotonic()
        self.waited = max(self.waited, time.monotonic() - began)

    def _act(self, verb: str) -> None:
        pid = self.case.begin("operate", verb=verb, **ORDER)["pid"]
        while self.case.wait(pid, seconds=0.5)["end"] == "running":
            self._thaw(now=time.monotonic())


def run(crew: Crew, seed: int, mode: str, seconds: float) -> tables.Row:
    """Soak one dispatch, bring in all reports, and hold what is found against the invariants."""
    with crew.case(mode, odds=NETWORK, seed=seed) as case:
        soak = Soak(case, seed, seconds)
        soak.run()
        before = case.counts()
        frozen = case.evidence().dispatch[1]
        case.do("report", log=str(case.log), seed=seed, kinds=["request", "delivered"])
        case.do("recover", hours=[2, 30])
        evidence = case.evidence()
        found = case.breaches(candidates=frozen, withdrawn=soak.withdrawn) + soak.broken
        copies = [copy["address"] for copy in evidence.log]
        return tables.Row(
            seed=seed,
            mode=mode,
            database=crew.store.vendor,
            seconds=round(soak.age),
            readers=frozen,
            calls=case.calls(),
            accepted=len(copies),
            kills=soak.kills,
            stops=soak.stops,
            errors=soak.errors,
            left=len(soak.withdrawn),
            waited=round(soak.waited, 2),
            unknown_before=before.get("unknown", 0),
            unknown=evidence.counts["unknown"],
            doubles=len(copies) - len(set(copies)),
            breaches=found,
        )


def main(seeds: list[int], seconds: float = SECONDS) -> int:
    rows = []
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
        service = stack.enter_context(crews.mail_service(home))
        stores: list[databases.Files | databases.Server] = [
            databases.Files(home),
            databases.Server(stack.enter_context(postgres_server())),
        ]
        for store in stores:
            place = home / store.vendor
            place.mkdir()
            found = stack.enter_context(crews.crew(place, store, service, readers=READERS))
            found.prepare(most=MOST)
            for seed in seeds:
                row = run(found, seed, ["single", "batch"][seed % 2], seconds)
                print(row.line, row.breaches, flush=True)  # noqa: T201 - the report of a run
                rows.append(row)
                tables.write("soak", tables.soak(rows))
    return any(row.breaches for row in rows)
