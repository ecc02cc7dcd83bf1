"""The queue wakes and knows nothing: lost or doubled, its tasks change only when mail goes out."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.live.rows import read
from tests.newsletter.queue_story import READERS, address

if TYPE_CHECKING:
    from tests.live.mailbox import Mailbox
    from tests.live.queues import Crew

pytest_plugins = ("tests.live.crews",)
STORY = "from tests.newsletter import queue_story; queue_story."
EVERYBODY = Counter(["ben@example.org", *(address(number) for number in range(READERS))])


def received(mailbox: Mailbox) -> Counter[str]:
    return Counter(to for mail in list(mailbox.mails) for to in mail.to)


def state(crew: Crew) -> str:
    return str(read(crew.site.database_url, "SELECT state FROM newsletter_dispatch")[0][0])


def test_two_ticks_at_once_do_everything_once_when_every_task_is_lost(
    crew: Crew, mailbox: Mailbox
) -> None:
    crew.shell(f"{STORY}prepare(); queue_story.lose_everything()")

    ticks = [crew.start("newsletter_tick") for _each in range(2)]

    assert [tick.wait(timeout=60) for tick in ticks] == [0, 0], crew.logs()
    assert received(mailbox) == EVERYBODY
    crew.site.manage("newsletter_tick")
    assert (received(mailbox), state(crew)) == (EVERYBODY, "completed")


def test_every_task_done_thrice_by_four_workers_at_once_mails_nobody_twice(
    crew: Crew, mailbox: Mailbox
) -> None:
    carried = crew.shell(
        f"{STORY}prepare(); queue_story.wake_again(2); import json; "
        "print(json.dumps(queue_story.arguments()))"
    )
    # One number each: who reads the queue learns nobody's address.
    tasks = json.loads(carried.splitlines()[-1])
    assert len(tasks) >= 3 * (READERS + 2)
    assert all(kwargs == {} and [type(value) for value in args] == [int] for args, kwargs in tasks)

    workers = [crew.start("worker", "--batch", "--queues", "confirmations,bulk") for _ in range(4)]

    assert [worker.wait(timeout=60) for worker in workers] == [0] * 4, crew.logs()
    assert received(mailbox) == EVERYBODY, crew.logs()
    assert state(crew) == "completed"


@pytest.mark.parametrize("crew", ["sqlite", "postgres"], indirect=True)
def test_workers_that_begin_at_once_take_their_server_in_once(crew: Crew) -> None:
    said = crew.shell("from tests.newsletter import queue_story; queue_story.first_looks(8)")

    assert said == "{'fine'} 1"


@pytest.mark.parametrize("crew", ["redis"], indirect=True)
def test_a_queue_out_of_reach_costs_time_and_nothing_else(crew: Crew, mailbox: Mailbox) -> None:
    crew.site.environment["TASKS_URL"] = "redis://127.0.0.1:1/0"

    crew.shell(f"{STORY}prepare()")
    crew.site.manage("newsletter_tick")

    assert received(mailbox) == EVERYBODY
