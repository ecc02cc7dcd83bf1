"""What a browser is told about our answers, and what stays on a device."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from typing import TYPE_CHECKING

import pytest
from csp.decorators import csp_update
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from wissensregion import cookies
from wissensregion.middleware import PolicyMiddleware
from wissensregion.settings import policy

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.test import RequestFactory

    from home.models import HomePage
    from wissensregion.models import User

pytestmark = pytest.mark.django_db
READERS = (
    "/", "/en/", "/nix/", "/en/nix/", "/robots.txt", "/healthz", "/api/v1/pages/", "/api/v1/docs/",
    "/newsletter/subscribe/", "/newsletter/settings/", "/newsletter/confirm/nix/",
    "/accessibility-report/",
)  # fmt: skip


def directives(header: str) -> dict[str, list[str]]:
    parts = (part.split() for part in header.split(";"))
    return {name: values for name, *values in parts}


@pytest.mark.parametrize("path", READERS)
def test_readers_get_nothing_unsafe_nothing_foreign_and_no_cookie(
    home: HomePage, client: Client, path: str
) -> None:
    answer = client.get(path)
    found = directives(answer["Content-Security-Policy"])

    assert found.pop("default-src") == found.pop("frame-ancestors") == ["'none'"]
    assert found.pop("base-uri") == ["'none'"]
    assert {value for values in found.values() for value in values} == {"'self'"}
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert not answer.cookies


def test_errors_are_bound_too(home: HomePage) -> None:
    stranger = Client(SERVER_NAME="elsewhere.example").get("/")

    assert stranger.status_code == 400
    assert "default-src 'none'" in stranger["Content-Security-Policy"]


def test_a_view_may_widen_its_own_policy_and_no_other(rf: RequestFactory) -> None:
    @csp_update({"img-src": ["https://tiles.example"]})
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    asked = rf.get("/")
    policies = PolicyMiddleware(view)
    wide, plain = (
        directives(policies.process_response(asked, answer)["Content-Security-Policy"])["img-src"]
        for answer in (view(asked), HttpResponse())
    )

    assert wide == ["'self'", "https://tiles.example"]
    assert plain == ["'self'"]


def test_a_form_without_its_token_is_refused_under_the_policy_of_the_cms(home: HomePage) -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("wagtailadmin_login"))

    assert answer.status_code == 403
    assert directives(answer["Content-Security-Policy"])["frame-ancestors"] == ["'self'"]


def test_the_cms_may_frame_its_previews_and_load_nothing_foreign(
    home: HomePage, client: Client, editor: User
) -> None:
    client.force_login(editor)
    address = reverse("wagtailadmin_pages:view_draft", args=[home.pk])

    for path in (reverse("wagtailadmin_home"), address):
        found = directives(client.get(path)["Content-Security-Policy"])
        assert found["frame-ancestors"] == ["'self'"]
        assert found["script-src"] == ["'self'", "'unsafe-inline'"]
        assert not [value for values in found.values() for value in values if "//" in value]


def test_pictures_on_a_host_of_their_own_are_allowed() -> None:
    for media, host in (
        ("/media/", []),
        ("https://media.example.org/m/", ["https://media.example.org"]),
    ):
        assert policy.for_readers(media)["DIRECTIVES"]["img-src"] == ["'self'", *host]


def test_what_signing_in_leaves_on_a_device_is_in_the_list(home: HomePage, editor: User) -> None:
    editor.set_password("rhein")
    editor.save()
    client = Client()
    client.get(reverse("wagtailadmin_login"))
    client.post(reverse("wagtailadmin_login"), {"username": editor.username, "password": "rhein"})
    client.get(reverse("wagtailadmin_home"))
    # A wrong form answers with a notice, which travels in a cookie where it is not read at once.
    client.post(reverse("wagtailadmin_pages:unpublish", args=[home.pk]))

    listed = [each.name for each in cookies.IN_THE_CMS]
    kept = set(client.cookies)
    assert {"sessionid", "csrftoken"} <= kept
    assert not [name for name in kept if not any(fnmatch(name, each) for each in listed)]


def test_the_list_names_no_cookie_twice() -> None:
    names = [each.name for each in cookies.IN_THE_CMS]

    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z_:*]+", name) for name in names)
