"""What browsers and strangers look for at fixed places: icons, the manifest, whom to warn."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from PIL import Image

from home.models import SiteProfile
from wissensregion.settings import contacts

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

    from home.models import HomePage

SECURITY = "/.well-known/security.txt"


@pytest.mark.parametrize("today", ["2026-02-28", "2031-12-31"])
def test_whom_to_warn_is_said_and_never_out_of_date(client: Client, db: None, today: str) -> None:
    now = datetime.fromisoformat(f"{today}T23:59:59+00:00")
    with time_machine.travel(now, tick=False):
        answer = client.get(SECURITY)

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    said = [line.partition(": ") for line in answer.content.decode().splitlines()]
    assert [(name, value) for name, _colon, value in said if name != "Expires"] == [
        ("Contact", "mailto:security@example.org"),
        ("Contact", "https://www.example.org/security/"),
        ("Preferred-Languages", "de, en"),
        ("Canonical", f"http://testserver{SECURITY}"),
    ]
    [expires] = [datetime.fromisoformat(value) for name, _colon, value in said if name == "Expires"]
    # Even whoever was handed a copy a month old has a file that still holds, for a year at most.
    assert now + timedelta(days=31) < expires < now + timedelta(days=365)
    assert expires.tzinfo == UTC


def test_without_anybody_to_warn_the_operator_is_told(
    client: Client, home: HomePage, settings: Settings
) -> None:
    def warned() -> bool:
        found = run_checks(tags=["security"], include_deployment_checks=True)
        return "wissensregion.W002" in {message.id for message in found}

    assert not warned()

    settings.SECURITY_CONTACTS = []

    assert warned()
    assert client.get(SECURITY).status_code == 404


@pytest.mark.parametrize(
    "contact", ["security@example.org", "http://example.org", "mailto:nobody", "https://", "tel:"]
)
def test_a_contact_nobody_can_use_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, contact: str
) -> None:
    monkeypatch.setenv("SECURITY_CONTACT", f"mailto:security@example.org, {contact}")

    with pytest.raises(ImproperlyConfigured, match="Write for example: SECURITY_CONTACT=mailto:"):
        contacts.security()


def test_every_icon_a_page_or_its_manifest_names_is_there_in_its_size(
    client: Client, home: HomePage
) -> None:
    page = client.get("/").content.decode()
    named = {
        f"/static/wissensregion/icons/{name}.png": size
        for name, size in {"32": 32, "32-dark": 32, "180": 180}.items()
    }
    assert [path for path in named if f'href="{path}"' not in page] == []

    manifest = client.get("/de.webmanifest").json()
    for icon in manifest["icons"]:
        named[icon["src"]] = int(icon["sizes"].partition("x")[0])

    assert sorted(named.values()) == [32, 32, 180, 192, 512, 512]
    for path, size in named.items():
        picture = Image.open(io.BytesIO(client.get(path).getvalue()))
        assert (picture.format, picture.size) == ("PNG", (size, size))
    [maskable] = [icon["src"] for icon in manifest["icons"] if icon["purpose"] == "maskable"]
    whole = Image.open(io.BytesIO(client.get(maskable).getvalue())).convert("RGBA")
    assert whole.getchannel("A").getextrema() == (255, 255)


def test_each_language_has_its_own_manifest(
    client: Client, home: HomePage, english_home: HomePage
) -> None:
    for page, name in ((home, "Region am Rhein"), (english_home, "Region on the Rhine")):
        SiteProfile.objects.create(organisation=name, locale=page.locale)

    found = {code: client.get(f"/{code}.webmanifest") for code in ("de", "en")}

    assert {answer["Content-Type"] for answer in found.values()} == {"application/manifest+json"}
    assert [
        (answer.json()["name"], answer.json()["lang"], answer.json()["start_url"])
        for answer in found.values()
    ] == [("Region am Rhein", "de", "/"), ("Region on the Rhine", "en", "/en/")]
    assert 'href="/en.webmanifest"' in client.get("/en/").content.decode()
    assert client.get("/fr.webmanifest").status_code == 404
    # Without this word browsers would not fetch it.
    assert "manifest-src 'self'" in client.get("/")["Content-Security-Policy"]


def test_the_icon_is_also_where_it_always_was(client: Client, db: None) -> None:
    answer = client.get("/favicon.ico", follow=True)

    assert answer.redirect_chain == [("/static/wissensregion/favicon.ico", 302)]
    assert answer.status_code == 200
