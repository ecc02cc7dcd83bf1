"""Builds a site and asks it for addresses, in a process of its own."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from wagtail.models import Collection, Locale, Page, Site

from home.models import HomePage

if TYPE_CHECKING:
    from collections.abc import Iterable


def ask(addresses: Iterable[str], *, new: bool) -> None:
    """Print the status and the content of each address as JSON."""
    if new:
        build()
    client = Client()
    answers = {address: client.get(address) for address in addresses}
    content = {
        address: [answer.status_code, answer.content.decode()]
        for address, answer in answers.items()
    }
    json.dump(content, sys.stdout)


def build() -> None:
    """Make tables and a home page, from the models: running every migration takes a minute.

    What migrations need of each other shows when they are loaded.
    """
    MigrationLoader(connection)
    settings.MIGRATION_MODULES = dict.fromkeys(apps.app_configs)
    call_command("migrate", run_syncdb=True, verbosity=0)
    german = Locale.objects.create(language_code="de")
    Collection.add_root(name="Root")
    root = Page.add_root(title="Root", slug="root", locale=german)
    home = root.add_child(
        instance=HomePage(title="Wissensregion", slug="de", lead="Wissen am Rhein", locale=german)
    )
    Site.objects.create(hostname="testserver", root_page=home, is_default_site=True)
