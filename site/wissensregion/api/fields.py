"""What ``api_fields`` names, as shapes: model fields, relations and properties.

These shapes are written from the whole object, not from one value: a photo needs its alt text.
"""

from __future__ import annotations

import copy
from datetime import date, datetime, time
from functools import cache, singledispatch
from typing import Any, get_type_hints
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.choices import flatten_choices
from taggit.managers import TaggableManager
from wagtail.api import APIField
from wagtail.api.conf import get_model_field
from wagtail.documents.models import AbstractDocument
from wagtail.fields import RichTextField, StreamField
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from wissensregion.api import schemas, shapes
from wissensregion.api.blocks import block_shape
from wissensregion.api.references import DocumentRef, Html, ImageRef, PageRef
from wissensregion.api.shapes import Shape

KINDS: dict[type[models.Field[Any, Any]], Any] = {
    models.BooleanField: bool,
    models.DateField: date,
    models.DateTimeField: datetime,
    models.EmailField: str,
    models.FloatField: float,
    models.IntegerField: int,
    models.TimeField: time,
    models.UUIDField: UUID,
}


@cache
def shapes_of(model: type[models.Model]) -> dict[str, Shape]:
    """Return the shape of everything the model promises in ``api_fields``."""
    return {promise.name: _promised(model, promise) for promise in promises(model)}


def promises(model: type[models.Model]) -> list[APIField]:
    found: list[APIField] = APIField.get_fields_for_model(model)
    return found


def said(instance: models.Model) -> dict[str, Any]:
    """Write everything the instance's model promises."""
    return {name: shape.write(instance) for name, shape in shapes_of(type(instance)).items()}


def queried(queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Fetch with the objects what their ``api_fields`` reach for."""
    model = queryset.model
    reached = [(p.name, f) for p in promises(model) if (f := _field(model, p.name)) is not None]
    joined = [name for name, field in reached if isinstance(field, models.ForeignKey)]
    beside = [name for name, field in reached if field.one_to_many or field.many_to_many]
    kept = [name for name in joined if not issubclass(_target(model, name), Page)]
    return queryset.select_related("locale", *kept).prefetch_related(*beside)


def _promised(model: type[models.Model], promise: APIField) -> Shape:
    if promise.serializer is not None:
        return _serialized(promise)
    field = _field(model, promise.name)
    if field is None:
        return _attribute(model, promise.name)
    return _shape(field, promise.name)


def _field(model: type[models.Model], name: str) -> Any:
    try:
        return get_model_field(model, name)
    except FieldDoesNotExist:
        return None


def _target(model: type[models.Model], name: str) -> type[models.Model]:
    target: type[models.Model] = _field(model, name).related_model
    return target


def _serialized(promise: APIField) -> Shape:
    """A REST framework serializer given for the v2 API says the same here."""
    serializer = copy.deepcopy(promise.serializer)
    serializer.bind(field_name=promise.name, parent=None)
    hints = get_type_hints(type(serializer).to_representation)

    def write(instance: models.Model) -> Any:
        value = serializer.get_attribute(instance)
        return None if value is None else serializer.to_representation(value)

    kind: Any = hints.get("return", Any)
    return Shape(kind | None, write)


def _attribute(model: type[models.Model], name: str) -> Shape:
    """A property or method says by its annotation what it returns."""
    found = getattr(model, name)
    kind = get_type_hints(getattr(found, "fget", found)).get("return", Any)

    def write(instance: models.Model) -> Any:
        value = getattr(instance, name)
        return value() if callable(value) else value

    return Shape(kind, write)


@singledispatch
def _shape(field: Any, name: str) -> Shape:
    """A field nobody described says what it is by ``api_type``, or may be anything."""
    known = (KINDS[base] for base in type(field).mro() if base in KINDS)
    kind: Any = next(known, getattr(field, "api_type", Any))
    return Shape(kind | None if field.null else kind, lambda instance: getattr(instance, name))


@_shape.register(models.CharField)
@_shape.register(models.TextField)
def _(field: models.Field[Any, Any], name: str) -> Shape:
    words = [value for value in dict(flatten_choices(field.choices or ())) if value]
    if field.blank:
        words.append("")
    kind = shapes.choice(words).type if field.choices else str
    return Shape(kind, lambda instance: shapes.text(getattr(instance, name)))


@_shape.register
def _(field: models.DecimalField[Any, Any], name: str) -> Shape:
    return Shape(
        shapes.DECIMAL.type, lambda instance: shapes.DECIMAL.write(getattr(instance, name))
    )


@_shape.register
def _(field: models.FileField, name: str) -> Shape:
    return Shape(str, lambda instance: file.url if (file := getattr(instance, name)) else "")


@_shape.register
def _(field: RichTextField, name: str) -> Shape:
    return Shape(schemas.Html, lambda instance: Html(shapes.text(getattr(instance, name))))


@_shape.register
def _(field: StreamField, name: str) -> Shape:
    stream = block_shape(field.stream_block, f"{field.model.__name__}_{name}")
    return Shape(stream.type, lambda instance: stream.write(getattr(instance, name).raw_data))


@_shape.register
def _(field: TaggableManager, name: str) -> Shape:
    return Shape(list[str], lambda instance: [tag.name for tag in getattr(instance, name).all()])


@_shape.register
def _(field: models.ForeignKey, name: str) -> Shape:  # type: ignore[type-arg]
    target = field.related_model
    if issubclass(target, Page):
        return Shape(
            schemas.PageLink | None, lambda instance: PageRef.to(getattr(instance, field.attname))
        )
    if issubclass(target, AbstractImage):
        return Shape(schemas.Image | None, lambda instance: _image(instance, field))
    if issubclass(target, AbstractDocument):
        return Shape(
            schemas.Document | None,
            lambda instance: DocumentRef.to(getattr(instance, field.attname)),
        )
    row = _row(target)
    return Shape(
        row.type | None if field.null else row.type,
        lambda instance: row.write(value) if (value := getattr(instance, name)) else None,
    )


@_shape.register
def _(field: models.ManyToManyField, name: str) -> Shape:  # type: ignore[type-arg]
    return _many(field.related_model, name)


@_shape.register
def _(field: models.ForeignObjectRel, name: str) -> Shape:
    return _many(field.related_model, name)


def _many(target: type[models.Model], name: str) -> Shape:
    row = _row(target)

    def write(instance: models.Model) -> list[Any]:
        return [row.write(other) for other in getattr(instance, name).all()]

    return Shape(shapes.many(row.type), write)


def _image(instance: models.Model, field: models.ForeignKey[Any, Any]) -> ImageRef | None:
    # By convention "photo_alt" beside "photo" holds the alt text of this use.
    alt = getattr(instance, f"{field.name}_alt", "")
    return ImageRef.to(getattr(instance, field.attname), alt=alt)


@cache
def _row(model: type[models.Model]) -> Shape:
    """A row of another model: what its own ``api_fields`` promise, else its name."""
    if issubclass(model, Page):
        return Shape(schemas.PageLink | None, lambda page: PageRef.to(page.pk))
    if not promises(model):
        described = shapes.model(model.__name__, {"id": int, "name": str})
        return Shape(described, lambda row: {"id": row.pk, "name": str(row)})
    promised = {name: shape.type for name, shape in shapes_of(model).items()}
    described = shapes.model(model.__name__, {"id": int, **promised})
    return Shape(described, lambda row: {"id": row.pk, **said(row)})
