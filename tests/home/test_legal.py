"""The texts the law asks for: what they say, what they lack, and who is told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page
from wagtail.test.utils.form_data import nested_form_data, streamfield

from home.models import AccessibilityPage, ImprintPage, PrivacyPage
from home.panels import lacks
from tests.home.conftest import hang
from wissensregion import cookies

if TYPE_CHECKING:
    from django.test import Client

    from home.models import HomePage
    from wissensregion.models import User

pytestmark = pytest.mark.django_db

IMPRINT = {
    "organisation": "Wissensregion Düsseldorf e.V.",
    "address": "Musterufer 7\n40000 Düsseldorf",
    "representatives": "Mirjam Oderbruch",
    "email": "info@example.org",
    "responsible": "Mirjam Oderbruch, Musterufer 7",
}
STATEMENT = {
    "conformance": "full",
    "created": date(2026, 9, 15),
    "as_of": date(2026, 11, 1),
    "method": "self",
    "email": "barrierefrei@example.org",
    "enforcement": "Schlichtungsstelle\nMusterallee 3",
}


@pytest.fixture
def chief(client: Client, editor: User) -> User:
    editor.is_superuser = True
    editor.save()
    client.force_login(editor)
    return editor


def posted(**values: str) -> dict[str, str]:
    common = {
        "title": "Impressum", "slug": "impressum", "seo_title": "", "search_description": "",
        "comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0, "body": streamfield([]),
    }  # fmt: skip
    data: dict[str, str] = nested_form_data({**common, **values})
    return data


def test_a_draft_may_be_incomplete_and_what_is_published_may_not(
    home: HomePage, client: Client, chief: User
) -> None:
    address = reverse("wagtailadmin_pages:add", args=["home", "imprintpage", home.pk])

    refused = client.post(address, posted(organisation="Verein", **{"action-publish": "x"}))
    client.post(address, posted(organisation="Verein"))

    assert [(page.organisation, page.live) for page in ImprintPage.objects.all()] == [
        ("Verein", False)
    ]
    assert {"address", "representatives", "email", "responsible"} <= set(
        refused.context["form"].errors
    )


def test_a_register_goes_with_its_number(home: HomePage) -> None:
    page = hang(home, ImprintPage(title="Impressum", slug="impressum", **IMPRINT))
    page.register_court = "Amtsgericht Musterstadt"

    with pytest.raises(ValidationError, match="register_number"):
        page.full_clean()


def test_barriers_are_named_where_the_site_is_not_wholly_accessible(home: HomePage) -> None:
    page = AccessibilityPage(title="Erklärung", slug="barrierefrei", **STATEMENT)
    page.conformance = "partial"

    with pytest.raises(ValidationError, match="barriers"):
        hang(home, page)


def test_the_privacy_policy_lists_what_the_cms_keeps_by_name_and_purpose(
    home: HomePage, client: Client
) -> None:
    hang(home, PrivacyPage(title="Datenschutz", slug="datenschutz", controller="Verein"))

    shown = client.get("/datenschutz/").content.decode()

    for each in cookies.IN_THE_CMS:
        assert f"<code>{each.name}</code>" in shown
        assert str(each.purpose) in shown


def test_every_page_promises_in_one_line_and_links_to_the_policy_of_its_language(
    home: HomePage, english_home: HomePage, client: Client
) -> None:
    hang(home, PrivacyPage(title="Datenschutz", slug="datenschutz"))
    hang(english_home, PrivacyPage(title="Privacy", slug="privacy"))

    assert 'href="/datenschutz/#cookies"' in client.get("/").content.decode()
    english = client.get("/en/").content.decode()
    assert "We set no cookies for readers, and we do not track you." in english
    assert 'href="/en/privacy/#cookies"' in english


def test_the_cms_alarms_until_all_is_written_published_and_complete(
    home: HomePage, english_home: HomePage, client: Client, chief: User
) -> None:
    english_home.unpublish()
    before = client.get(reverse("wagtailadmin_home")).content.decode()
    hang(home, ImprintPage(title="Impressum", slug="impressum", **IMPRINT))
    hang(home, AccessibilityPage(title="Erklärung", slug="barrierefrei", live=False, **STATEMENT))
    privacy = hang(home, PrivacyPage(title="Datenschutz", slug="datenschutz", controller="Verein"))

    urls = [lack.url for lack in lacks(chief)]

    assert before.count("Es fehlt:") == 3
    assert urls == [
        reverse("wagtailadmin_pages:edit", args=[privacy.pk]),
        reverse("wagtailadmin_pages:edit", args=[AccessibilityPage.objects.get().pk]),
    ]


def test_who_cannot_put_it_right_is_not_alarmed(home: HomePage, editor: User) -> None:
    GroupPagePermission.objects.all().delete()

    assert list(lacks(editor)) == []


@pytest.mark.parametrize("model", [ImprintPage, PrivacyPage, AccessibilityPage])
def test_a_language_has_one_of_each(home: HomePage, model: type[Page]) -> None:
    hang(home, model(title="Eins", slug="eins"))

    assert not model.can_create_at(home)
