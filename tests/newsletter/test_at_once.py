"""Everything pressed at the same moment, by threads of their own connections, on both databases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.live.site import RunningSite

SCRIPT = """
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from django.db import connection
from newsletter.models import *
from newsletter.subscriptions import actions, verifying
from newsletter.subscriptions.models import TallyKind
from newsletter.subscriptions.actions import accessing, limiting

paper, _ = Newsletter.objects.get_or_create(slug="together", defaults={{"name": "Together"}})
ADDRESS = "{address}"

def ask(*_args):
    return actions.subscribe(address=ADDRESS, newsletters=[paper], locale="de", source="")

def together(action, count=8):
    gate = Barrier(count)
    def go(number):
        gate.wait()
        try:
            return action(number)
        finally:
            connection.close()
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(go, range(count)))

def kinds():
    return sorted(Consent.objects.filter(newsletter=paper).of(KEY).values_list("kind", flat=True))

first = ask()
KEY = first.address_key
{body}
broken = [each.fault.value for each in verifying.all_breaks()]
print("RESULT", json.dumps({{"told": told, "kinds": kinds(), "broken": broken}}))
"""


def run(site: RunningSite, name: str, body: str) -> dict[str, Any]:
    said = site.manage("shell", "-c", SCRIPT.format(address=f"{name}@together.example", body=body))
    (line,) = [line for line in said.splitlines() if line.startswith("RESULT ")]
    result: dict[str, Any] = json.loads(line.removeprefix("RESULT "))
    assert result["broken"] == []
    return result


def test_of_many_confirmations_one_counts(migrated: RunningSite) -> None:
    result = run(migrated, "confirm", "told = together(lambda _: actions.confirm(first))")

    assert sorted(result["told"]) == [False] * 7 + [True]
    assert result["kinds"] == ["confirmed", "requested"]


def test_of_many_withdrawals_one_counts(migrated: RunningSite) -> None:
    body = """
actions.confirm(first)
mine = Subscription.objects.get(subscriber__address_key=KEY)
told = together(lambda _: actions.unsubscribe(Subscription.objects.get(pk=mine.pk)))
"""
    result = run(migrated, "leave", body)

    assert sorted(result["told"]) == [False] * 7 + [True]
    assert result["kinds"] == ["confirmed", "requested", "withdrawn"]


def test_of_many_requests_each_has_its_place_in_the_chain(migrated: RunningSite) -> None:
    result = run(migrated, "ask", "told = len(together(ask))")

    assert result["kinds"] == ["requested"] * 9


def test_all_processes_count_together(migrated: RunningSite) -> None:
    body = """
together(lambda number: str(actions.weigh(f"r{number}@counted.example", "198.51.100.0/24")))
told = SignupTally.objects.get(kind=TallyKind.NETWORK).count
"""
    assert run(migrated, "count", body)["told"] == 8


def test_a_solution_is_good_once_however_fast_it_is_sent_again(migrated: RunningSite) -> None:
    body = """
import altcha
from newsletter.subscriptions import proofs
made = altcha.Challenge.from_dict(proofs.challenge())
solution = altcha.Payload(made, altcha.solve_challenge(made)).to_base64()
told = together(lambda _: actions.accept_proof(solution))
"""
    assert sorted(run(migrated, "proof", body)["told"]) == [False] * 7 + [True]


def test_of_many_erasures_one_erases(migrated: RunningSite) -> None:
    body = """
from django.utils import timezone
actions.confirm(first)
link = AccessLink.objects.create(address_key=KEY, purpose="erase", locale="de",
    expires_at=timezone.now() + AccessLink.LIFE)
told = together(lambda _: actions.erase_by_own_wish(link, never_again=False))
"""
    result = run(migrated, "erase", body)

    assert sorted(result["told"]) == [False] * 7 + [True]
    assert result["kinds"] == ["confirmed", "requested"]
