"""An empty installation becomes usable with one command."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Site, Workflow

from home.models import AccessibilityPage, HomePage, ImprintPage, PrivacyPage
from news.models import NewsIndexPage
from newsletter.models import Newsletter
from wissensregion.models import User

pytestmark = pytest.mark.django_db


def test_an_empty_installation_gets_its_pages_in_both_languages() -> None:
    call_command("create_site", verbosity=0)

    site = Site.objects.get()
    assert site.root_page.specific_class is HomePage
    assert site.hostname == "testserver"
    for model in (ImprintPage, PrivacyPage, AccessibilityPage):
        assert model.objects.count() == 2
    assert Newsletter.objects.get().list_id == "newsletter.testserver"
    for page in Page.objects.filter(depth__gt=1):
        assert page.live
        assert Client().get(page.full_url).status_code == 200


def test_what_wagtail_brings_is_called_by_a_name_editors_read() -> None:
    call_command("create_site", verbosity=0)

    own = Workflow.objects.get(name="Freigabe durch die Redaktion")
    Workflow.objects.filter(pk=own.pk).update(name="Kurzer Weg")
    call_command("create_site", verbosity=0)
    own.refresh_from_db()
    assert own.name == "Kurzer Weg"


def test_a_second_run_makes_nothing_and_brings_nothing_back() -> None:
    call_command("create_site", verbosity=0)
    PrivacyPage.objects.get(locale__language_code="de").delete()
    before = list(Page.objects.values_list("pk", "title"))

    call_command("create_site", verbosity=0)

    assert list(Page.objects.values_list("pk", "title")) == before


def test_what_an_operator_has_made_already_is_used(home: HomePage) -> None:
    home.add_child(instance=NewsIndexPage(title="Neues", slug="neues", locale=home.locale))

    call_command("create_site", verbosity=0)

    assert Site.objects.get().root_page.pk == home.pk
    assert NewsIndexPage.objects.filter(locale=home.locale).get().title == "Neues"
    assert ImprintPage.objects.child_of(home).count() == 1


def test_moderators_and_operators_may_send_and_only_operators_steer_the_engine() -> None:
    call_command("create_site", verbosity=0)

    def holders(codename: str) -> set[str]:
        groups = Group.objects.filter(permissions__codename=codename)
        return set(groups.values_list("name", flat=True))

    assert holders("send_issue") == {"Moderators", "Operators"}
    assert holders("change_senderaccount") == holders("add_enginehost") == {"Operators"}
    assert "Operators" in holders("access_admin")


def test_an_operator_opens_the_desk_and_the_pace_and_not_the_pages(client: Client) -> None:
    call_command("create_site", verbosity=0)
    operator = User.objects.create_user("operator")
    operator.groups.add(Group.objects.get(name="Operators"))
    client.force_login(operator)

    for name in ("newsletter_dispatches", "newsletter_pace"):
        assert client.get(reverse(name)).status_code == 200
    home = HomePage.objects.first()
    assert home
    assert client.get(reverse("wagtailadmin_pages:edit", args=[home.pk])).status_code == 302
