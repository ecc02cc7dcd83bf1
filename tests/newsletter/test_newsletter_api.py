"""The newsletter over the API: the same promises as the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from newsletter import personal_data
from newsletter.models import Consent, SignupRequest
from newsletter.subscriptions import actions
from newsletter.subscriptions.addresses import address_key
from newsletter.subscriptions.models import EndReason
from tests.newsletter.reading import link_in, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.core.mail import EmailMessage
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

    from newsletter.models import IssuePage, Newsletter, Subscriber

API = "/api/v1/newsletter"
pytestmark = pytest.mark.usefixtures("home", "newsletter")


def ask(client: Client, **wish: Any) -> Any:
    body = {"address": "dora@example.org", "locale": "de", **wish}
    return client.post(f"{API}/subscriptions/", body, content_type="application/json")


def test_who_asks_over_the_api_gets_the_same_mail(
    client: Client,
    mailoutbox: list[EmailMessage],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = ask(client, locale="en", source="https://front.example/newsletter")

    assert answer.status_code == 202
    assert not answer.cookies
    assert client.get(link_in(mailoutbox[0]))["Content-Language"] == "en"
    assert SignupRequest.objects.get().source == "https://front.example/newsletter"


def test_the_answer_is_the_same_for_every_address(
    client: Client, ada: Subscriber, ben: SignupRequest, cleo: Subscriber
) -> None:
    actions.suppress(address_key("eve@example.org"), EndReason.BOUNCED)
    ask(client, address="finn@example.org")
    personal_data.erase("finn@example.org")
    names = ("x", "ada", "ben", "cleo", "eve", "finn", "!#$%&'*+-/=?^_`{|}~", "O'HARA+y")

    answers = [ask(client, address=f"{name}@example.org") for name in names]

    assert {answer.status_code for answer in answers} == {202}
    assert not any(answer.cookies for answer in answers)
    assert len({(answer.content, str(sorted(answer.headers.items()))) for answer in answers}) == 1


def test_an_address_without_its_last_slash_is_answered_too(client: Client) -> None:
    body = {"address": "dora@example.org", "locale": "de"}

    answer = client.post(f"{API}/subscriptions", body, content_type="application/json")

    assert answer.status_code == 202


@pytest.mark.parametrize(
    ("wish", "where"),
    [
        ({"address": "dora"}, "body.address"),
        ({"address": "dora@example.org\r\nBcc: ben@example.org"}, "body.address"),
        ({"address": "dora@example.org\x00"}, "body.address"),
        ({"address": 7}, "body.address"),
        ({"address": "a" * 2000}, "body.address"),
        ({"locale": "tlh"}, "body.locale"),
        ({"newsletters": ["nothing"]}, "body.newsletters"),
        ({"newsletters": ["a\x00"]}, "body.newsletters"),
        ({"newsletters": "wissensregion"}, "body.newsletters"),
    ],
)
def test_what_makes_no_sense_is_said_where_and_changes_nothing(
    wish: dict[str, Any], where: str, client: Client
) -> None:
    before = rows()

    answer = ask(client, **wish)

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert where in [error["where"] for error in answer.json()["errors"]]
    assert rows() == before


def test_a_torn_body_is_a_problem_too(client: Client) -> None:
    answer = client.generic("POST", f"{API}/subscriptions/", b'{"addr', "application/json")

    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"


def test_one_network_cannot_flood_others(client: Client, settings: Settings) -> None:
    settings.NEWSLETTER_SIGNUPS_PER_HOUR = 1
    client.defaults["REMOTE_ADDR"] = "2001:db8:1:2::7"

    answers = [ask(client, address=f"victim{number}@example.org") for number in range(2)]

    assert [answer.status_code for answer in answers] == [202, 429]
    assert answers[1]["Content-Type"] == "application/problem+json"


def test_a_front_end_shows_the_wording_and_says_which_it_showed(client: Client) -> None:
    listed = client.get(f"{API}/newsletters/", {"locale": "en"}).json()
    actions.ensure_wording("en")

    ask(client, locale="en", consent=listed["consent"]["sha256"])

    assert [item["slug"] for item in listed["items"]] == ["wissensregion"]
    consent = Consent.objects.get()
    assert consent.source == "api"
    assert consent.wording
    assert consent.wording.text == listed["consent"]["text"]


def test_the_archive_has_published_issues_in_each_language(
    client: Client, issue: IssuePage, english_issue: IssuePage
) -> None:
    german = client.get(f"{API}/issues/", {"locale": "de"}).json()
    assert german["total"] == 1
    (item,) = german["items"]
    assert (item["id"], item["subject"], item["locale"]) == (issue.pk, issue.subject, "de")
    assert client.get(f"{API}/issues/").json()["total"] == 2

    detail = client.get(f"{API}/issues/{english_issue.pk}/").json()

    assert detail["subject"] == "News from the Rhine"
    assert client.get(detail["page"]).status_code == 200


def test_a_draft_is_not_in_the_archive(client: Client, issue: IssuePage) -> None:
    issue.unpublish()

    assert client.get(f"{API}/issues/").json() == {"total": 0, "items": []}
    assert client.get(f"{API}/issues/{issue.pk}/").status_code == 404


def test_the_archive_costs_the_same_for_one_issue_and_for_two(
    client: Client,
    issue: IssuePage,
    english_issue: IssuePage,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client.get(f"{API}/issues/")

    with django_assert_max_num_queries(6):
        client.get(f"{API}/issues/")


def test_issues_of_another_newsletter_are_left_out(
    client: Client, issue: IssuePage, events: Newsletter
) -> None:
    answer = client.get(f"{API}/issues/", {"newsletter": events.slug})

    assert answer.json()["total"] == 0
