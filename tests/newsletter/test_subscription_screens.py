"""The CMS screens of the subscriptions: what may be seen, and that proof cannot be touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newsletter.models import ConsentWording, Newsletter
from tests.newsletter.reading import rows

if TYPE_CHECKING:
    from django.test import Client

    from wissensregion.models import User

MENU = "/admin/newsletter"
pytestmark = pytest.mark.usefixtures("home", "newsletter")


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def test_a_wording_changes_by_a_new_version(office: Client) -> None:
    for text in ("Der erste Satz.", "Der zweite Satz."):
        office.post(f"{MENU}/consent-wordings/new/", {"locale": "de", "text": text})

    first, second = ConsentWording.objects.order_by("version")
    assert (first.text, first.version) == ("Der erste Satz.", 1)
    assert (second.text, second.version) == ("Der zweite Satz.", 2)
    before = rows()
    for way in ("edit", "delete"):
        office.post(f"{MENU}/consent-wordings/{way}/{first.pk}/", {"locale": "de", "text": "x"})
    assert rows() == before
    assert office.get(f"{MENU}/consent-wordings/inspect/{first.pk}/").status_code == 200


def test_a_newsletter_is_made_with_a_list_id_of_its_own(office: Client) -> None:
    office.post(f"{MENU}/newsletters/new/", {"name": "Termine", "slug": "termine"})

    assert Newsletter.objects.get(slug="termine").list_id == "termine.testserver"
    page = office.get(f"{MENU}/newsletters/")
    assert page.status_code == 200


@pytest.mark.parametrize("name", ["A\nBcc: x", "A\x00", "A\u2028B", ""])
def test_a_name_that_would_break_a_header_is_refused(name: str, office: Client) -> None:
    before = rows()

    answer = office.post(f"{MENU}/newsletters/new/", {"name": name, "slug": "termine"})

    assert answer.status_code == 200
    assert rows() == before


def test_screens_are_named_in_the_menu(office: Client) -> None:
    home = office.get("/admin/").content.decode()

    for part in ("newsletters", "people", "consent-wordings"):
        assert f"{MENU}/{part}/" in home
