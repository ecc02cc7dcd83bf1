"""How tests make things; a state is a trait."""

from __future__ import annotations

import factory
import wagtail_factories
from factory.django import DjangoModelFactory

from news.models import AwardStoryPage, NewsIndexPage, NewsPage, Topic
from partners.models import Partner, PartnerIndexPage, PartnerPage
from wissensregion.models import Licence, SiteImage


class SiteImageFactory(DjangoModelFactory):
    title = "Foto"
    description = "Eine Brücke über den Rhein"
    credit = "Paula Beispiel"
    licence = Licence.OWN
    file = factory.django.ImageField(width=1200, height=800, color="teal")

    class Meta:
        model = SiteImage


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
