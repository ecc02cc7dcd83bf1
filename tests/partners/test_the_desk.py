"""The office's list of partners, and the first page a member sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from wagtail.models import GroupPagePermission, Locale
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from partners import personal_data
from partners.models import ContributionIndexPage, ContributionPage, Membership, Partner
from partners.panels import MyContributionsPanel
from tests.partners.cms import add_url, decide, edit_url, submit
from tests.partners.conftest import at_work, contribution_in, person

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from wissensregion.models import User


def partner_form(partner: Partner, *members: tuple[User, Locale], **extra: Any) -> dict[str, Any]:
    lines = [{"user": user.pk, "locale": locale.pk} for user, locale in members]
    data: dict[str, Any] = nested_form_data(
        {
            "name": partner.name,
            "slug": partner.slug,
            "kind": partner.kind,
            "memberships": inline_formset(lines),
            **extra,
        }
    )
    return data


def rights(user: User) -> set[int]:
    return set(GroupPagePermission.objects.filter(group__user=user).values_list("page", flat=True))


def test_carla_invites_nina_and_nina_has_her_rights_at_once(
    carla: User, college: Partner, room: ContributionIndexPage, german: Locale
) -> None:
    nina = person("Nina")
    client = at_work(carla)
    url = reverse("partner:edit", args=[college.pk])
    assert client.get(reverse("partner:index")).status_code == 200
    assert client.get(url).status_code == 200

    client.post(url, partner_form(college, (nina, german)))

    assert rights(nina) == {room.pk}
    assert at_work(nina).get(add_url(room)).status_code == 200


def test_carla_takes_mia_off_and_mia_is_out_at_once(
    carla: User, college: Partner, room: ContributionIndexPage, mia: User, german: Locale
) -> None:
    membership = mia.memberships.get()
    gone = [{"id": membership.pk, "user": mia.pk, "locale": german.pk, "DELETE": "on"}]
    data = partner_form(college, memberships=inline_formset(gone, initial=1))

    at_work(carla).post(reverse("partner:edit", args=[college.pk]), data)

    assert rights(mia) == set()
    answer = at_work(mia).get("/admin/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/admin/login/")


def test_a_new_partner_is_made_with_its_members(
    admin: User, mia: User, emma: User, german: Locale, english: Locale
) -> None:
    new = Partner(name="Institut am Rhein", slug="institut", kind="research")

    data = partner_form(new, (mia, german), (emma, english))
    at_work(admin).post(reverse("partner:add"), data)

    members = Membership.objects.filter(partner__slug="institut")
    assert set(members.values_list("user", "locale")) == {
        (mia.pk, german.pk),
        (emma.pk, english.pk),
    }


def test_a_partner_with_pages_is_not_deleted(
    admin: User, college: Partner, room: ContributionIndexPage
) -> None:
    url = reverse("partner:delete", args=[college.pk])

    shown = at_work(admin).get(url)
    answer = at_work(admin).post(url)

    assert shown.status_code == 200
    assert answer.status_code in {200, 302, 403}
    assert Partner.objects.filter(pk=college.pk).exists()


def test_the_same_member_twice_is_refused_with_a_sentence(
    admin: User, college: Partner, mia: User, german: Locale
) -> None:
    url = reverse("partner:edit", args=[college.pk])

    answer = at_work(admin).post(url, partner_form(college, (mia, german), (mia, german)))

    assert answer.status_code == 200
    assert mia.memberships.count() == 1


def test_an_editor_of_the_campaign_is_refused_as_a_member(
    admin: User, carla: User, college: Partner, german: Locale
) -> None:
    url = reverse("partner:edit", args=[college.pk])

    answer = at_work(admin).post(url, partner_form(college, (carla, german)))

    assert answer.status_code == 200
    assert "Kampagnenredaktion" in answer.content.decode()
    assert not carla.memberships.exists()


def test_mia_sees_where_each_of_her_pages_stands(
    partner_member: Client, room: ContributionIndexPage, carla: User, profile: object
) -> None:
    live = contribution_in(room, "Schon zu lesen")
    returned = submit(partner_member, room, "zurueck")
    decide(carla, returned, "reject", "Bitte mit Quelle.")
    waiting = submit(partner_member, room, "wartet")

    answer = partner_member.get("/admin/")

    panel = next(p for p in answer.context["panels"] if p.name == "my_contributions")
    shown = {row.page.pk: row for row in panel.get_context_data({})["rows"]}
    assert {live.pk, returned.pk, waiting.pk} < set(shown)
    assert shown[returned.pk].comment == "Bitte mit Quelle."
    states = {shown[page.pk].state for page in (live, returned, waiting)}
    assert len(states) == 3
    text = answer.content.decode()
    assert "Bitte mit Quelle." in text
    assert edit_url(returned) in text
    assert add_url(room) in text


def test_the_panel_costs_the_same_for_many_pages(
    room: ContributionIndexPage, mia: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        contribution_in(room, f"Beitrag {number}")

    with django_assert_max_num_queries(7):
        context = MyContributionsPanel(mia).get_context_data({})
        assert len(list(context["rooms"])) == 1

    assert len(context["rows"]) == 5


def test_the_office_and_other_partners_do_not_see_mias_pages_in_their_panel(
    room: ContributionIndexPage,
    contribution: ContributionPage,
    carla: User,
    otto: User,
) -> None:
    names = [panel.name for panel in at_work(carla).get("/admin/").context["panels"]]
    assert "my_contributions" not in names

    text = at_work(otto).get("/admin/").content.decode()
    assert "Chemie studieren" not in text


def test_mia_can_take_along_what_we_know_and_leave(
    college: Partner, room: ContributionIndexPage, mia: User, otto: User
) -> None:
    found = personal_data.export(" MIA@example.org ")
    assert found["memberships"] == [{"partner": college.name, "language": "de"}]

    assert personal_data.erase("mia@example.org")["memberships"] == 1

    assert rights(mia) == set()
    assert personal_data.export("mia@example.org")["memberships"] == []
    assert personal_data.erase("mia@example.org")["memberships"] == 0
    assert otto.memberships.exists()


@pytest.mark.usefixtures("room", "mia")
def test_the_menu_item_is_the_offices(carla: User, partner_member: Client) -> None:
    url = reverse("partner:index")

    assert url in at_work(carla).get("/admin/").content.decode()
    assert url not in partner_member.get("/admin/").content.decode()
