"""How tests make things; a state is a trait."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import factory
import wagtail_factories
from factory.django import DjangoModelFactory
from wagtail.images.models import Filter

from news.models import AwardStoryPage, NewsIndexPage, NewsPage, Topic
from partners.models import Partner, PartnerIndexPage, PartnerPage
from wissensregion.models import Licence, SiteImage, SiteRendition
from wissensregion.renditions.specs import specs


class SiteImageFactory(DjangoModelFactory):
    title = "Foto"
    description = "Eine Brücke über den Rhein"
    credit = "Paula Beispiel"
    licence = Licence.OWN
    file = factory.django.ImageField(width=1200, height=800, color="teal")

    class Meta:
        model = SiteImage

    @classmethod
    def _create(cls, model: Any, *args: Any, made: bool = True, **kwargs: Any) -> SiteImage:
        """As visitors see it, its renditions made; ``made=False``: as it has just come in."""
        image: SiteImage = super()._create(model, *args, **kwargs)
        if made:
            as_if_made(image)
        return image


def as_if_made(image: SiteImage) -> None:
    """Give a picture the rows of its renditions, without drawing any of their files."""
    filters = [Filter(spec=spec) for spec in specs()]
    sizes = [each.get_transform(image).size for each in filters]
    SiteRendition.objects.bulk_create(
        (
            SiteRendition(
                image=image,
                filter_spec=each.spec,
                focal_point_key=each.get_cache_key(image),
                file=f"images/{Path(image.file.name).stem}.{_tail(each)}",
                width=width,
                height=height,
            )
            for each, (width, height) in zip(filters, sizes, strict=True)
        ),
        ignore_conflicts=True,
    )


def _tail(made: Filter) -> str:
    """How Wagtail ends the name of a rendition's file."""
    kind = made.spec.rpartition("format-")[2]
    return f"{made.spec.replace('|', '.')}.{'jpg' if kind == 'jpeg' else kind}"


class TopicFactory(DjangoModelFactory):
    name = "Auszeichnung"
    slug = factory.Sequence(lambda number: f"thema-{number}")

    class Meta:
        model = Topic


class NewsIndexPageFactory(wagtail_factories.PageFactory):
    title = "Aktuelles"

    class Meta:
        model = NewsIndexPage


class NewsPageFactory(wagtail_factories.PageFactory):
    title = factory.Sequence(lambda number: f"Meldung {number}")
    summary = "Zwei Sätze über das, was geschah."
    topic = factory.SubFactory(TopicFactory)

    class Meta:
        model = NewsPage


class AwardStoryPageFactory(NewsPageFactory):
    award = "Innovative Wirtschaftsförderung 2019"
    awarding_body = "Forum deutscher Wirtschaftsförderer"

    class Meta:
        model = AwardStoryPage


class PartnerFactory(DjangoModelFactory):
    name = factory.Sequence(lambda number: f"Hochschule {number}")
    slug = factory.Sequence(lambda number: f"hochschule-{number}")
    kind = "university"

    class Meta:
        model = Partner


class PartnerIndexPageFactory(wagtail_factories.PageFactory):
    title = "Partner"

    class Meta:
        model = PartnerIndexPage


class PartnerPageFactory(wagtail_factories.PageFactory):
    title = factory.Sequence(lambda number: f"Profil {number}")
    summary = "Was der Partner tut."
    partner = factory.SubFactory(PartnerFactory)

    class Meta:
        model = PartnerPage
