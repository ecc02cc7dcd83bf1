"""No public page asks the database more than a dozen things."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client
    from pytest_django import DjangoDbBlocker, Settings

LIMIT = 12
OK = 200


@pytest.fixture(scope="module")
def content_media(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """The demonstration content in the test's own database, taken back at the end."""
    media = tmp_path_factory.mktemp("media")
    patch = pytest.MonkeyPatch()
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        patch.setattr("django.conf.settings.MEDIA_ROOT", str(media))
        call_command("load_demo")
        patch.undo()
        yield media
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)
        cache.clear()


@pytest.mark.django_db
def test_every_public_page_keeps_the_budget(
    content_media: Path, settings: Settings, client: Client
) -> None:
    settings.MEDIA_ROOT = content_media
    settings.ALLOWED_HOSTS = ["*"]
    Site.clear_site_root_paths_cache()
    addresses = [page.full_url for page in Page.objects.live().public() if page.full_url]
    spent = {}
    for address in addresses:
        # The first visit fills caches; the budget is for every later one.
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == OK, address
        spent[address] = len(queries)

    assert len(spent) > 50
    assert not {address: count for address, count in spent.items() if count > LIMIT}
