"""What an empty installation needs to be usable: its locales, its site and its first pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from wagtail.models import Page, Site

from wissensregion.seeding import items

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wissensregion.seeding.items import Item
    from wissensregion.seeding.seeder import Seeder

FOLDER = Path(__file__).parent / "content"
HTTPS = 443
HTTP = 80


def lay(seeder: Seeder, site_name: str, instead: Iterable[Item] = ()) -> list[str]:
    """Make what is missing and leave what is there; some items may say something else."""
    host, _port = address()
    theirs = {item.key: item.fields for item in instead}
    new = seeder.load(
        replace(item, fields=_for_host({**item.fields, **theirs.get(item.key, {})}, host))
        for item in items.read(FOLDER)
    )
    _site(seeder, site_name)
    return new


def address() -> tuple[str, int]:
    """Host and port under which visitors reach the site."""
    parts = urlsplit(settings.SITE_URL)
    port = parts.port or (HTTPS if parts.scheme == "https" else HTTP)
    return parts.hostname or "localhost", port


def _for_host(fields: dict[str, Any], host: str) -> dict[str, Any]:
    return {
        name: value.replace("{host}", host) if isinstance(value, str) else value
        for name, value in fields.items()
    }


def _site(seeder: Seeder, name: str) -> None:
    home = seeder.page("home")
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        site = Site(is_default_site=True, site_name=name, root_page=home)
    elif site.root_page.specific_class is Page:
        # Wagtail's own first page, which says welcome and nothing else.
        welcome = site.root_page
        site.root_page, site.site_name = home, name
        site.save()
        Page.objects.get(pk=welcome.pk).delete()
    site.hostname, site.port = address()
    site.save()
