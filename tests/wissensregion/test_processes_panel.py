"""The CMS says when nobody works behind it, and to those who run it that somebody does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from wissensregion.working import heartbeats
from wissensregion.working.heartbeats import Heartbeat, Kind

if TYPE_CHECKING:
    from django.test import Client

    from home.models import HomePage
    from wissensregion.models import User

NO_CLOCK = "Die Uhr läuft nicht"
NO_WORKER = "Kein Worker läuft"


@pytest.fixture
def page(home: HomePage, client: Client) -> Client:
    return client


def first_page(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get("/admin/").content.decode()


def test_who_runs_the_site_sees_when_somebody_was_last_heard_of(
    page: Client, admin: User, editor: User
) -> None:
    heartbeats.beat(Kind.TICK)
    heartbeats.beat(Kind.SCHEDULE)
    heartbeats.beat(Kind.WORKER, pid=1, queues=["bulk"])

    seen = first_page(page, admin)

    assert "Die Uhr hat sich zuletzt am" in seen
    assert "Ein Worker hat sich zuletzt am" in seen
    assert NO_CLOCK not in seen
    assert "Hinter den Kulissen" not in first_page(page, editor)


def test_an_editor_sees_what_is_missing(page: Client, editor: User) -> None:
    heartbeats.beat(Kind.TICK)
    heartbeats.beat(Kind.WORKER, pid=1, queues=["bulk"])
    Heartbeat.objects.update(beat_at=timezone.now() - timedelta(minutes=6))

    seen = first_page(page, editor)

    assert NO_CLOCK in seen
    assert NO_WORKER in seen
    assert "Was terminiert ist, führt niemand aus" in seen
