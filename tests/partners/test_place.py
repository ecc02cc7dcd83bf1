"""Where a partner is: an address, a picture of a map, and a link for those who want more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ValidationError

from tests.factories import SiteImageFactory

if TYPE_CHECKING:
    from django.test import Client

    from partners.models import PartnerPage

pytestmark = pytest.mark.django_db


def place(client: Client, profile: PartnerPage) -> str:
    html = client.get(profile.url).content.decode()
    return html.partition('<div class="place">')[2].partition('<address class="contact"')[0]


def test_a_profile_shows_its_map_from_here_and_links_to_one_elsewhere(
    client: Client, profile: PartnerPage
) -> None:
    profile.address = "Musterufer 3\n40000 Düsseldorf"
    profile.map_picture = SiteImageFactory(description="Plan am Ufer", credit="Vermessungsamt")
    profile.coordinates = "51.2217, 6.7716"
    profile.save_revision().publish()

    shown = place(client, profile)

    assert "Musterufer 3<br>40000 Düsseldorf" in shown
    assert 'alt="Plan am Ufer"' in shown
    assert "Karte: Vermessungsamt" in shown
    assert (
        'href="https://www.openstreetmap.org/?mlat=51.2217&amp;mlon=6.7716#map=17/51.2217/6.7716"'
        in shown
    )
    # Nothing is loaded from there.
    assert shown.count("https://") == 1


def test_a_profile_without_a_place_shows_none(client: Client, profile: PartnerPage) -> None:
    profile.address = ""
    profile.save_revision().publish()

    assert place(client, profile) == ""


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("51.2217, 6.7716", True), ("-33.9,18.4", True), ("0, 0", True), ("90, 180", True),
        ("51,2217 6,7716", False), ("91, 0", False), ("0, 181", False), ("51.2217", False),
        ('51.2, 6.7"><b>', False), ("51.2217, 6.7716\n", False),
    ],
)  # fmt: skip
def test_a_place_is_written_as_maps_write_it(
    profile: PartnerPage, written: str, *, right: bool
) -> None:
    profile.coordinates = written
    found: list[str] = []

    try:
        profile.clean_fields()
    except ValidationError as error:
        found = list(error.error_dict)

    assert ("coordinates" not in found) is right
