"""The demonstration: complete in both languages, loaded once, and then its editors' own."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from wagtail.fields import StreamField
from wagtail.models import Page, PageLogEntry, Site
from wagtail_localize.models import Translation

from home.models import HomePage
from news.models import AwardStoryPage, NewsPage
from newsletter.models import Consent, Delivery, Dispatch, IssuePage, Subscription
from partners.models import ContributionPage, PartnerPage
from wissensregion.demo import logins
from wissensregion.models import SiteImage, User

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import DjangoDbBlocker, Settings

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]

SEVEN = 7
READERS = 200


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """The demonstration in the test's own database, taken back at the end."""
    media = tmp_path_factory.mktemp("media")
    patch = pytest.MonkeyPatch()
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        patch.setattr("django.conf.settings.MEDIA_ROOT", str(media))
        call_command("load_demo", stdout=io.StringIO())
        patch.undo()
        yield media
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


@pytest.fixture
def demo(loaded: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = loaded
    Site.clear_site_root_paths_cache()


@pytest.fixture
def award(demo: None) -> AwardStoryPage:
    return AwardStoryPage.objects.get(locale__language_code="de")


def everything() -> list[tuple[object, ...]]:
    """What stands in the tables that a second load could touch."""
    pages = Page.objects.values_list("pk", "title", "slug", "live", "latest_revision", "path")
    counts = [
        (model._meta.label, model.objects.count())
        for model in (SiteImage, User, Consent, Delivery, Dispatch, PageLogEntry, Translation)
    ]
    return [*pages.order_by("pk"), *counts]


def test_a_second_load_changes_nothing(demo: None) -> None:
    before = everything()

    call_command("load_demo", verbosity=0)

    assert everything() == before


def test_what_editors_changed_or_deleted_stays_so(award: AwardStoryPage) -> None:
    award.title = "Unser Preis"
    award.save_revision().publish()
    NewsPage.objects.filter(slug="leise-raeder").get().delete()
    User.objects.get(username="redaktion").groups.clear()

    call_command("load_demo", verbosity=0)

    award.refresh_from_db()
    assert award.title == "Unser Preis"
    assert not NewsPage.objects.filter(slug="leise-raeder").exists()
    assert not User.objects.get(username="redaktion").groups.exists()


def test_every_page_stands_in_both_languages_under_its_own_address(demo: None) -> None:
    german = Page.objects.filter(depth__gt=1, locale__language_code="de")
    english = Page.objects.filter(depth__gt=1, locale__language_code="en")

    assert set(german.values_list("translation_key", "live")) == set(
        english.values_list("translation_key", "live")
    )
    same = {page.slug for page in german} & {page.slug for page in english}
    assert same == {"expat-service-desk", "ihk-duesseldorf"}


def test_editors_find_every_text_translated(demo: None) -> None:
    progress = {str(t.source): t.get_progress() for t in Translation.objects.all()}

    assert len(progress) > 50
    assert [name for name, (total, done) in progress.items() if total != done] == []


def test_a_form_would_take_every_page_as_it_is(demo: None) -> None:
    for page in Page.objects.filter(depth__gt=1).specific():
        page.full_clean()
        for field in page._meta.get_fields():
            if isinstance(field, StreamField):
                field.stream_block.clean(getattr(page, field.name))


def test_english_pages_lead_to_english_pages(award: AwardStoryPage) -> None:
    english = award.get_translation(award.locale.__class__.objects.get(language_code="en"))
    blocks = {block.block_type: block.value for block in english.body}

    targets = [blocks["call_to_action"]["page"], *blocks["related_pages"]["pages"]]

    assert {page.locale.language_code for page in [*targets, english.honoured]} == {"en"}


def test_the_home_page_speaks_english_in_english(demo: None) -> None:
    english = HomePage.objects.get(locale__language_code="en")

    assert english.lead.startswith("Where the Rhine bends")
    assert str(english.campaign) == "Study and work in duesseldorf"
    assert english.photo_alt.startswith("The Rhine winds")


def test_the_award_story_names_seven_people_in_order_and_the_credit(award: AwardStoryPage) -> None:
    content = Client().get(award.full_url).content.decode()

    assert award.competitors == 85
    assert award.first_published_at.date().isoformat() == "2019-11-22"
    (group,) = [block.value for block in award.body if block.block_type == "people_photo"]
    names = [person["name"] for person in group["people"]]
    places = [content.index(name) for name in names]
    assert len(names) == SEVEN
    assert places == sorted(places)
    assert group["image"].credit in content


def test_partners_share_target_countries_and_audiences(demo: None) -> None:
    profiles = PartnerPage.objects.filter(locale__language_code="de")
    countries = [block.value["country"] for page in profiles for block in page.target_countries]

    assert profiles.count() == 8
    assert len(countries) > len(set(countries))
    assert {"study", "research", "work", "living"} == set(
        ContributionPage.objects.values_list("audience", flat=True)
    )


def test_two_issues_were_sent_and_one_waits_with_what_is_new(demo: None) -> None:
    issues = IssuePage.objects.filter(locale__language_code="de")
    sent = Dispatch.objects.filter(state="completed")

    assert set(sent.values_list("issue_key", flat=True)) == set(
        issues.filter(live=True).values_list("translation_key", flat=True)
    )
    assert issues.filter(live=False).count() == 1
    assert not Delivery.objects.exclude(state="accepted").exists()
    assert sent[0].editions.count() == 2


def test_two_hundred_readers_have_proved_that_they_asked(demo: None) -> None:
    subscriptions = Subscription.objects.all()
    keys = subscriptions.values_list("subscriber__address_key", flat=True)

    assert subscriptions.count() == READERS
    assert set(subscriptions.values_list("subscriber__locale", flat=True)) == {"de", "en"}
    assert not subscriptions.exclude(subscriber__address__endswith="@example.org").exists()
    assert Consent.objects.filter(kind="confirmed", chain__address_key__in=keys).count() == READERS


@pytest.mark.parametrize("login", logins.LOGINS, ids=lambda login: login.username)
def test_each_login_opens_the_cms(demo: None, client: Client, login: logins.Login) -> None:
    assert client.login(username=login.username, password=login.password)

    assert client.get("/admin/").status_code == 200


def test_the_partner_writes_for_the_university_in_both_languages(demo: None) -> None:
    partner = User.objects.get(username="partner")
    rooms = Page.objects.filter(slug__in=["beitraege-universitaet", "contributions-universitaet"])

    assert all(room.permissions_for_user(partner).can_add_subpage() for room in rooms.specific())
    others = HomePage.objects.all()
    assert not any(page.permissions_for_user(partner).can_edit() for page in others)
