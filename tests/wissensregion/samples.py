"""One page of any type, filled from the definition of its fields and blocks.

Nothing here names a plugin: a new page type or block is in the snapshots by itself.
"""

from __future__ import annotations

from datetime import date
from functools import singledispatch
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from django.db import models
from django.utils.choices import flatten_choices
from wagtail import blocks
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.images.models import AbstractImage
from wagtail.models import Locale, Page

if TYPE_CHECKING:
    from home.models import HomePage
    from wissensregion.models import SiteImage

DAY = date(2026, 11, 20)


class Samples:
    """Makes pages and rows that hang together: one photo, one home page, one of each row."""

    def __init__(self, home: HomePage, photo: SiteImage) -> None:
        self.home = home
        self.photo = photo
        self.made: dict[type[models.Model], models.Model] = {type(home): home}
        for name, value in self.values(type(home)).items():
            setattr(home, name, value)
        home.save_revision().publish()

    def page(self, model: type[Page]) -> Page:
        """Return the one public page of this type, made with the parent it needs."""
        if model not in self.made:
            parents = [each for each in model.allowed_parent_page_models() if each is not Page]
            parent = self.home if type(self.home) in parents else self.page(parents[0])
            page = model(title=model.__name__, slug=model.__name__.lower(), **self.values(model))
            Page.objects.get(pk=parent.pk).add_child(instance=page)
            page.save_revision().publish()
            self.made[model] = model.objects.get(pk=page.pk)
        page = self.made[model]
        assert isinstance(page, Page)
        return page

    def row(self, model: type[models.Model]) -> models.Model:
        if model not in self.made:
            self.made[model] = model(**self.values(model))
            self.made[model].save()
        return self.made[model]

    def values(self, model: type[models.Model]) -> dict[str, Any]:
        inherited = {field.name for field in Page._meta.get_fields()}
        own = [
            field
            for field in model._meta.concrete_fields
            if not field.primary_key and (field.name not in inherited or field.name == "locale")
        ]
        return {field.name: self.value(model, field) for field in own if self.wanted(model, field)}

    def wanted(self, model: type[models.Model], field: Any) -> bool:
        if field.remote_field and field.remote_field.parent_link:
            return False
        promised = [each.name for each in getattr(model, "api_fields", [])]
        return field.name in promised or not (field.has_default() or field.null)

    def value(self, model: type[models.Model], field: Any) -> Any:
        if isinstance(field, models.ForeignKey):
            return self.related(field.related_model)
        if isinstance(field, StreamField):
            raw = self.block(field.stream_block, f"{model.__name__}.{field.name}")
            return StreamValue(field.stream_block, raw, is_lazy=True)
        if field.choices:
            return next(iter(dict(flatten_choices(field.choices))))
        return plain(field)

    def related(self, model: type[models.Model]) -> models.Model:
        if model is Locale:
            locale: models.Model = self.home.locale
            return locale
        if issubclass(model, AbstractImage):
            return self.photo
        if issubclass(model, Page):
            return self.home
        return self.row(model)

    def block(self, block: blocks.Block, name: str) -> Any:
        """Return what the database would hold of a block with something in every part."""
        if isinstance(block, ImageBlock):
            return {"image": self.photo.pk, "decorative": False, "alt_text": "Im Bild"}
        if isinstance(block, blocks.StructBlock):
            children = block.child_blocks.items()
            return {key: self.block(child, f"{name}.{key}") for key, child in children}
        if isinstance(block, blocks.ListBlock):
            value = self.block(block.child_block, f"{name}.item")
            return [{"type": "item", "id": key(name), "value": value}]
        if isinstance(block, blocks.StreamBlock):
            return [
                {"type": kind, "id": key(f"{name}.{kind}"), "value": self.block(child, kind)}
                for kind, child in block.child_blocks.items()
            ]
        return self.word(block)

    def word(self, block: blocks.Block) -> Any:
        if isinstance(block, ImageChooserBlock):
            return self.photo.pk
        if isinstance(block, blocks.PageChooserBlock):
            return self.home.pk
        if isinstance(block, blocks.RichTextBlock):
            return f'<p>Ein <a linktype="page" id="{self.home.pk}">Weg</a> nach Hause.</p>'
        return leaf(block)


def key(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


@singledispatch
def plain(field: Any) -> Any:
    return field.get_default() if field.has_default() else field.name


@plain.register
def _(field: models.SlugField[Any, Any]) -> Any:
    return field.name


@plain.register
def _(field: models.URLField[Any, Any]) -> Any:
    return "https://example.org/"


@plain.register
def _(field: models.EmailField[Any, Any]) -> Any:
    return "office@example.org"


@plain.register
def _(field: models.IntegerField[Any, Any]) -> Any:
    return 3


@plain.register
def _(field: models.DateField[Any, Any]) -> Any:
    return DAY


@singledispatch
def leaf(block: Any) -> Any:
    return "Wort"


@leaf.register
def _(block: blocks.BooleanBlock) -> Any:
    return True


@leaf.register
def _(block: blocks.ChoiceBlock) -> Any:
    return next(value for value in dict(flatten_choices(block.field.choices)) if value)


@leaf.register
def _(block: blocks.DecimalBlock) -> Any:
    return "47.50"


@leaf.register
def _(block: blocks.DateBlock) -> Any:
    return DAY.isoformat()


@leaf.register
def _(block: blocks.URLBlock) -> Any:
    return "https://example.org/"


@leaf.register
def _(block: blocks.EmailBlock) -> Any:
    return "ada@example.org"
