"""Leaving: one press ends it, whoever opens the link before, and however often."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from newsletter.models import Consent, SignupRequest, Subscription, Suppression
from newsletter.subscriptions import actions, tokens
from newsletter.subscriptions.models import ConsentKind, EndReason
from tests.newsletter.reading import main_of, rows

if TYPE_CHECKING:
    from pytest_django import Settings

    from newsletter.models import Newsletter, Subscriber

pytestmark = pytest.mark.usefixtures("home")
BODY = "List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"
MULTIPART = (
    b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
)


def path(url: str) -> str:
    return url.removeprefix("http://testserver")


@pytest.fixture
def subscription(ada: Subscriber) -> Subscription:
    return ada.subscriptions.get()


@pytest.fixture
def page(subscription: Subscription) -> str:
    return path(tokens.unsubscribe_url(subscription))


@pytest.fixture
def one_click(subscription: Subscription) -> str:
    return path(tokens.one_click_url(subscription))


def test_a_scanner_opens_every_link_and_nothing_changes(
    page: str, one_click: str, client: Client
) -> None:
    before = rows()

    for url in (page, one_click):
        for _ in range(20):
            assert client.get(url).status_code == 200
            assert client.head(url).status_code == 200
            assert client.options(url).status_code == 405

    assert rows() == before


def test_the_button_ends_the_subscription_once(
    page: str, client: Client, subscription: Subscription
) -> None:
    first = client.post(page)
    after = rows()
    second = client.post(page)

    subscription.refresh_from_db()
    assert subscription.end_reason == EndReason.WITHDRAWN
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.content == first.content == client.get(page).content
    assert rows() == after
    withdrawn = Consent.objects.get(kind=ConsentKind.WITHDRAWN)
    assert withdrawn.source == "unsubscribe page"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (BODY.encode(), FORM),
        (MULTIPART, "multipart/form-data; boundary=x"),
        (b"", FORM),
        (b"\xff{", "application/json"),
        (b"--broken", "multipart/form-data"),
    ],
)
@pytest.mark.parametrize("ending", ["/", ""])
def test_one_click_ends_the_subscription_whatever_the_body(
    body: bytes, content_type: str, ending: str, one_click: str, subscription: Subscription
) -> None:
    strict = Client(enforce_csrf_checks=True)

    answers = [
        strict.generic("POST", one_click.rstrip("/") + ending, body, content_type) for _ in range(2)
    ]

    for answer in answers:
        assert answer.status_code == 200
        assert "Location" not in answer
        assert not answer.cookies
    subscription.refresh_from_db()
    assert subscription.ended_at is not None
    assert Consent.objects.filter(kind=ConsentKind.WITHDRAWN).count() == 1


def test_one_click_meets_no_redirect_over_plain_http_or_in_another_language(
    one_click: str, settings: Settings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^newsletter/one-click/"]
    settings.APPEND_SLASH = True

    answer = Client().post(one_click.rstrip("/"), headers={"Accept-Language": "en"})

    assert answer.status_code == 200


@pytest.mark.parametrize("token", ["x", "v1.test.unknown.mac", "%C3%BC", "a" * 3000])
@pytest.mark.parametrize("way", ["one-click", "unsubscribe", "preferences"])
def test_a_wrong_link_is_not_found_and_changes_nothing(
    token: str, way: str, client: Client, ada: Subscriber
) -> None:
    before = rows()

    for ending in ("/", ""):
        url = f"/newsletter/{way}/{token}{ending}"
        assert client.post(url).status_code == 404
        assert client.get(url).status_code == 404

    assert rows() == before


def test_one_changed_letter_ends_nobody_elses_subscription(
    one_click: str, client: Client, subscription: Subscription
) -> None:
    for position in range(len("/newsletter/one-click/"), len(one_click) - 1):
        letter = "A" if one_click[position] != "A" else "B"
        forged = f"{one_click[:position]}{letter}{one_click[position + 1 :]}"
        assert client.post(forged).status_code == 404

    subscription.refresh_from_db()
    assert subscription.ended_at is None


def test_the_page_is_in_the_readers_language_and_hides_the_address(
    grace: Subscriber, client: Client
) -> None:
    answer = client.get(path(tokens.unsubscribe_url(grace.subscriptions.get())))

    assert answer["Content-Language"] == "en"
    assert "grace@example.org" not in answer.content.decode()
    assert "g•••@e•••.org" in main_of(answer)


def test_leaving_voids_a_sign_up_still_open(
    ada: Subscriber, newsletter: Newsletter, subscription: Subscription
) -> None:
    actions.subscribe(address=ada.address, newsletters=[newsletter], locale="de", source="")

    actions.unsubscribe(subscription)

    assert not SignupRequest.objects.open().exists()


def test_a_suppressed_address_gets_no_issue_and_keeps_only_its_hash(
    ada: Subscriber, grace: Subscriber
) -> None:
    for _ in range(2):
        actions.suppress(ada.address_key, EndReason.BOUNCED)

    assert [each.subscriber for each in Subscription.objects.deliverable()] == [grace]
    (suppression,) = Suppression.objects.all()
    assert "ada@" not in str(vars(suppression)).lower()
    assert ada.subscriptions.get().end_reason == EndReason.BOUNCED


def test_nobody_keeps_or_passes_on_the_address_of_a_private_page(
    page: str, one_click: str, subscription: Subscription, client: Client
) -> None:
    preferences = path(tokens.preferences_url(subscription))

    for answer in (client.get(page), client.get(preferences), client.post(one_click)):
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
        assert not answer.cookies
