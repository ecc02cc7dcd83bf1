"""What a content file says: one page or record, its fields, and its texts in two languages.

A table with exactly the keys ``de`` and ``en`` is one text in two languages; everything else is
the same in both. References are keys of other items; ``docs/operators.md`` describes the format.
"""

from __future__ import annotations

import tomllib
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path


SOURCE = "de"
TARGET = "en"
NAMESPACE = uuid.UUID("5d8f7a0e-7442-4f6b-9d0e-07440c22b019")


@dataclass(frozen=True, kw_only=True)
class Item:
    """One page, snippet or record to be loaded once."""

    key: str
    model: str
    fields: dict[str, Any]
    parent: str = ""
    published: date | None = None
    draft: bool = False
    # Fills a page that exists already instead of making one.
    update: bool = False
    # Anything of this kind below the parent counts as the item; names fields that tell them apart.
    only: tuple[str, ...] | None = None

    @property
    def app(self) -> str:
        return self.model.split(".")[0]

    @property
    def journal_key(self) -> str:
        return f"{self.key}+" if self.update else self.key

    @property
    def runs(self) -> bool:
        """Whether the plugin it belongs to is switched on."""
        return apps.is_installed(self.app)

    def model_class(self) -> type[Any]:
        return apps.get_model(self.model)


def translation_key(key: str) -> uuid.UUID:
    """The same key gives the same page on every installation."""
    return uuid.uuid5(NAMESPACE, key)


def read(folder: Path) -> Iterator[Item]:
    """Every item of a folder, by the names of its files: what is referred to comes first."""
    for path in sorted(folder.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        for entry in content.pop("item", [content]):
            yield _item(entry, path)


def _item(entry: dict[str, Any], path: Path) -> Item:
    own = ("key", "model", "parent", "published", "draft", "update")
    try:
        known: dict[str, Any] = {name: entry.pop(name) for name in own if name in entry}
        if (only := entry.pop("only", None)) is not None:
            known["only"] = tuple(only)
        return Item(**known, fields=entry)
    except TypeError as error:
        message = f"{path.name}: {error}"
        raise ValueError(message) from error


def in_language(value: Any, language: str) -> Any:
    """Choose one language wherever a text stands in two."""
    if isinstance(value, dict):
        if value.keys() == {SOURCE, TARGET}:
            return value[language]
        return {name: in_language(part, language) for name, part in value.items()}
    if isinstance(value, list):
        return [in_language(part, language) for part in value]
    return value
