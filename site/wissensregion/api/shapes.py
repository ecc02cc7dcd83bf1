"""How a value looks from outside: its type in the reference, and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from types import GenericAlias
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, JsonValue, create_model


@dataclass(frozen=True, slots=True)
class Shape:
    """A type that pydantic describes, and the function from what we keep to what we say."""

    type: Any
    write: Callable[[Any], Any]


def plain(kind: Any) -> Shape:
    """Say what is kept, which may be nothing."""
    return Shape(kind | None, lambda value: value)


def text(value: Any) -> str:
    return "" if value is None else str(value)


TEXT = Shape(str, text)
FLAG = Shape(bool, bool)
# A string, because JSON's numbers lose what a decimal keeps.
DECIMAL = Shape(
    Annotated[str, Field(json_schema_extra={"format": "decimal"})] | None,
    lambda value: None if value is None else str(value),
)
UNKNOWN = Shape(Any, lambda value: value)


def choice(values: Iterable[Any]) -> Shape:
    """One of these words. Described, not enforced: a word taken back may still be in a page."""
    words: list[JsonValue] = [str(value) for value in values]
    return Shape(Annotated[str, Field(json_schema_extra={"enum": words})], text)


def choices(values: Iterable[Any]) -> Shape:
    return Shape(many(choice(values).type), lambda kept: [text(value) for value in kept or ()])


def many(kind: Any) -> Any:
    return GenericAlias(list, (kind,))


def model(
    name: str, fields: dict[str, Any], *, base: type[Schema] = Schema, about: str | None = None
) -> type[Schema]:
    """Describe an object whose every key is always there."""
    keys: Any = {key: (kind, ...) for key, kind in fields.items()}
    made: type[Schema] = create_model(name, __base__=base, __doc__=about, **keys)
    return made


def tagged(name: str, tag: str, **fields: Any) -> type[Schema]:
    """Describe an object that says by its ``type`` which one of several it is."""
    return model(name, {"type": Literal[tag], **fields})


def one_of(kinds: Iterable[Any]) -> Any:
    """Describe a choice between objects told apart by their ``type``."""
    first, *others = kinds
    union = reduce(or_, others, first)
    return Annotated[union, Field(discriminator="type")] if others else first
