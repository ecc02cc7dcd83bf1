"""The contract between the site and its plugins, and between plugins.

A plugin is a Django app whose AppConfig is a ``Plugin``. It declares what it
offers by having a module of the agreed name; it registers nothing. Plugins never
import each other: what one shows of another, it asks for here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points, version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured
from packaging.specifiers import SpecifierSet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from wagtail.images.models import AbstractImage

GROUP = "wissensregion.plugins"
# The one plugin no site does without.
HOME = "home"
PLATFORM = version("wissensregion")
SLOTS = {
    "urls.urlpatterns": "public addresses, mounted under url_prefix before the pages",
    "api.router": "API endpoints that are not pages, mounted under /api/v1/",
    "teasers.latest": "headlines for the home page and the newsletter",
    "proofing.CHECKS": "what is looked at before a page is published",
    "duties.due": "lines for “This week” on the CMS's first page",
    "personal_data": "MODELS, export(address), erase(address)",
}


@dataclass(frozen=True, slots=True)
class Teaser:
    """What one plugin lets another show of its content: a headline, not a page."""

    title: str
    summary: str
    url: str
    locale: str
    published_at: datetime | None
    page_id: int | None = None
    label: str = ""
    image: AbstractImage | None = None
    alt: str = ""
    # Seeds the generated artwork of what has no image: one per content, whatever its locale.
    artwork: str = ""
    accent: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of what somebody in the office has to do, and where it is done."""

    what: str
    url: str
    count: int = 1
    due: date | None = None
    # Some of what it is about, by title and address.
    examples: tuple[tuple[str, str], ...] = ()

    @property
    def more(self) -> int:
        """How many are not among the examples."""
        return self.count - len(self.examples)


@runtime_checkable
class Teasable(Protocol):
    def as_teaser(self) -> Teaser: ...


class Plugin(AppConfig):
    """One feature of the platform."""

    # Under which path its addresses hang, e.g. "newsletter/".
    url_prefix: ClassVar[str] = ""
    # The platform versions it fits (PEP 440), e.g. ">=0.1,<0.3".
    platform: ClassVar[str] = ""
    # Its models of which no visitor sees anything, e.g. ("Delivery",): whatever pages are kept in
    # memory stay there when one of these changes.
    unseen: ClassVar[tuple[str, ...]] = ()
    # What it shows pictures as, beyond what the site's own pages do: Wagtail's filters with their
    # format, e.g. ("width-1072|format-jpeg",). They are made of every picture in the background.
    renditions: ClassVar[tuple[str, ...]] = ()

    def __init__(self, app_name: str, app_module: Any) -> None:
        if self.platform and PLATFORM not in SpecifierSet(self.platform, prereleases=True):
            message = (
                f"The plugin {app_name} fits Wissensregion {self.platform}, but this is "
                f"Wissensregion {PLATFORM}. Install a version of the plugin that fits, or take "
                f"{app_name} out of PLUGINS."
            )
            raise ImproperlyConfigured(message)
        super().__init__(app_name, app_module)

    def ready(self) -> None:
        module(self, "signals")


def found() -> dict[str, EntryPoint]:
    """Return every installed plugin by name, running or not."""
    entries: dict[str, EntryPoint] = {}
    for entry in entry_points(group=GROUP):
        other = entries.setdefault(entry.name, entry)
        if package(other) != package(entry):
            message = (
                f"Two packages offer a plugin {entry.name}: {package(other)} and {package(entry)}. "
                f"Uninstall one of them."
            )
            raise ImproperlyConfigured(message)
    return entries


def package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else "?"


def named(names: str) -> list[str]:
    """Turn the setting ``PLUGINS`` into dotted paths for ``INSTALLED_APPS``."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    known = found()
    if missing := [name for name in wanted if name not in known]:
        message = (
            f"PLUGINS names {', '.join(missing)}, but installed are only "
            f"{', '.join(sorted(known))}. Install the missing package or correct the name."
        )
        raise ImproperlyConfigured(message)
    if doubled := {name for name in wanted if wanted.count(name) > 1}:
        message = f"PLUGINS names {', '.join(sorted(doubled))} twice. Name each plugin once."
        raise ImproperlyConfigured(message)
    if HOME not in wanted:
        message = f"PLUGINS leaves out {HOME}, which every site stands on. Add it: {HOME},{names}"
        raise ImproperlyConfigured(message)
    return [known[name].value.replace(":", ".") for name in wanted]


def plugins() -> Iterator[Plugin]:
    return (config for config in apps.get_app_configs() if isinstance(config, Plugin))


def module(config: AppConfig, name: str) -> ModuleType | None:
    """Return ``<app>.<name>``, or None where the app has no such module.

    A module that exists but cannot be imported is a bug and says so.
    """
    path = f"{config.name}.{name}"
    return import_module(path) if find_spec(path) else None


def offer(config: AppConfig, name: str, attribute: str) -> Any | None:
    """Return what the app offers as ``<name>.<attribute>``, if it has that module.

    A module without the attribute it is there for is a bug and says so.
    """
    return getattr(offered, attribute) if (offered := module(config, name)) else None


def offered_slots(config: AppConfig) -> list[str]:
    """Return which slots the app fills."""
    return [slot for slot in SLOTS if module(config, slot.partition(".")[0])]
