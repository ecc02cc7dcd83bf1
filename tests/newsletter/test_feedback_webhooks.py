"""Who may report over HTTP, in whose words, and what nobody achieves by it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from anymail.signals import tracking
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from newsletter import personal_data
from newsletter.feedback import actions, checks, webhooks
from newsletter.models import Delivery, Dispatch, FeedbackEvent
from newsletter.sending import actions as sending
from newsletter.sending import audience
from tests.newsletter.reporting import (
    SAMPLES,
    SECRET,
    amazon_ses,
    brevo,
    mailgun,
    mailgun_signature,
    mailjet,
    orphans,
    past_the_guards,
    post,
    service_in_use,
    state_of_all,
)
from wissensregion.settings import env, reporting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from newsletter.models import IssuePage, Subscriber
    from wissensregion.models import User

SERVICES = ["brevo", "mailjet", "postmark", "mailgun", "amazon_ses"]
ANY = {sample.service: name for name, sample in SAMPLES.items()}


@pytest.fixture
def delivery(issue: IssuePage, editor: User, ada: Subscriber, grace: Subscriber) -> Delivery:
    """Ada's copy, handed over; grace's stands beside it."""
    dispatch = sending.start(issue, editor)
    audience.freeze_chunk(dispatch.pk)
    with past_the_guards():
        Delivery.objects.update(state="accepted")
        Dispatch.objects.update(state="completed")
    return Delivery.objects.get(address=ada.address)


@pytest.fixture(autouse=True)
def _without_boto3(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Anymail asks it for the keys to an account that no test has."""
    monkeypatch.setattr("anymail.webhooks.amazon_ses._get_anymail_boto3_params", _no_keys)
    cache.clear()
    yield
    cache.clear()


def _no_keys(**kwargs: Any) -> tuple[dict[str, str], dict[str, str]]:
    return {}, {}


def use(delivery: Delivery, service: str) -> None:
    delivery.dispatch.batches.update(service=service)


@pytest.mark.parametrize("name", SAMPLES)
def test_each_report_is_understood_as_its_service_means_it(
    client: Client, delivery: Delivery, ada: Subscriber, name: str
) -> None:
    sample = SAMPLES[name]
    use(delivery, sample.service)
    body = sample.body(delivery)
    with service_in_use(sample.service):
        assert post(client, sample.service, body).status_code == 200
        assert not FeedbackEvent.objects.exclude(applied_at=None).exists()
        actions.apply_waiting()
        once = state_of_all()
        assert post(client, sample.service, body).status_code == 200
        actions.apply_waiting()

    delivery.refresh_from_db()
    assert (delivery.outcome, ada.subscriptions.get().end_reason) == (sample.outcome, sample.ended)
    assert state_of_all() == once
    assert FeedbackEvent.objects.count() == 1
    other = Delivery.objects.exclude(pk=delivery.pk).get()
    assert other.outcome == ""


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("secret", [None, "reports:guessed", SECRET.upper()])
def test_only_who_knows_the_secret_can_report(
    client: Client, delivery: Delivery, service: str, secret: str | None
) -> None:
    use(delivery, service)
    before = state_of_all()
    with service_in_use(service):
        answer = post(client, service, SAMPLES[ANY[service]].body(delivery), secret=secret)
        actions.apply_waiting()

    assert answer.status_code in {400, 401}
    assert state_of_all() == before
    assert not FeedbackEvent.objects.exists()


@pytest.mark.parametrize("service", SERVICES)
def test_a_true_secret_opens_nobody_elses_mail(
    client: Client, delivery: Delivery, service: str
) -> None:
    """An unknown key, the key of A with the address of B, and another service's mail."""
    use(delivery, service)
    body = SAMPLES[ANY[service]].body
    unknown, mixed = Delivery.objects.get(pk=delivery.pk), Delivery.objects.get(pk=delivery.pk)
    unknown.key = "guessed"
    mixed.address = "grace@example.org"
    before = state_of_all()
    with service_in_use(service):
        for wrong in (unknown, mixed):
            assert post(client, service, body(wrong)).status_code == 200
        actions.apply_waiting()
        assert state_of_all() == before
        use(delivery, "another")
        before = state_of_all()
        assert post(client, service, body(delivery)).status_code == 200
        actions.apply_waiting()

    assert state_of_all() == before
    assert orphans() == 3


class TestMailgun:
    """It signs a time and a token, and not what it says."""

    @pytest.fixture(autouse=True)
    def _mailgun(self, delivery: Delivery) -> Iterator[None]:
        use(delivery, "mailgun")
        with service_in_use("mailgun"):
            yield

    def refused(self, client: Client, body: Any) -> None:
        before = state_of_all(), FeedbackEvent.objects.count()
        assert post(client, "mailgun", body).status_code == 400
        actions.apply_waiting()
        assert (state_of_all(), FeedbackEvent.objects.count()) == before

    def test_a_wrong_signature_is_refused(self, client: Client, delivery: Delivery) -> None:
        body = mailgun("complained", delivery)
        self.refused(client, {**body, "signature": mailgun_signature(key="guessed")})
        self.refused(client, {"event-data": body["event-data"]})
        self.refused(client, [])

    def test_a_signature_says_only_one_thing(self, client: Client, delivery: Delivery) -> None:
        told = mailgun("delivered", delivery)
        assert post(client, "mailgun", told).status_code == 200
        actions.apply_waiting()

        forged = {**mailgun("complained", delivery), "signature": told["signature"]}
        self.refused(client, forged)
        # The service itself repeats what it said, and may.
        assert post(client, "mailgun", told).status_code == 200

    def test_an_old_signature_is_a_replay(self, client: Client, delivery: Delivery) -> None:
        body = mailgun("complained", delivery)
        for hours in (25, -25):
            signature = mailgun_signature(time.time() - hours * 3600)
            self.refused(client, {**body, "signature": signature})

        # It tries again for eight hours.
        late = {**body, "signature": mailgun_signature(time.time() - 8 * 3600)}
        assert post(client, "mailgun", late).status_code == 200


class TestAmazon:
    """Anybody may post through Amazon, from a topic of their own."""

    def test_only_our_topics_are_listened_to(self, client: Client, delivery: Delivery) -> None:
        use(delivery, "amazon_ses")
        body = amazon_ses("Complaint", delivery, complaint={"complainedRecipients": []})
        with service_in_use("amazon_ses"):
            for topic in ("arn:aws:sns:eu-central-1:999999999999:newsletter", "", None, 4):
                assert post(client, "amazon_ses", {**body, "TopicArn": topic}).status_code == 400

        assert not FeedbackEvent.objects.exists()

    def test_no_other_topic_talks_us_into_a_subscription(self, client: Client) -> None:
        body = {
            "Type": "SubscriptionConfirmation", "MessageId": "1", "Token": "t",
            "TopicArn": "arn:aws:sns:eu-central-1:999999999999:newsletter",
        }  # fmt: skip
        with service_in_use("amazon_ses"):
            assert post(client, "amazon_ses", body).status_code == 400

    def test_without_named_topics_there_is_no_door(self, client: Client) -> None:
        with service_in_use("amazon_ses"), override_settings(NEWSLETTER_SES_TOPICS=[]):
            assert not webhooks.urlpatterns()

    @pytest.mark.parametrize("value", ["newsletter", "arn:aws:sqs:eu-central-1:123456789012:x"])
    def test_what_is_no_topic_stops_the_start(
        self, monkeypatch: pytest.MonkeyPatch, value: str
    ) -> None:
        monkeypatch.setenv("AMAZON_SES_TOPICS", value)
        with pytest.raises(ImproperlyConfigured, match="AMAZON_SES_TOPICS"):
            reporting.topics()


def test_a_list_that_breaks_in_the_middle_is_repeated_whole_and_lost_nowhere(
    client: Client, delivery: Delivery
) -> None:
    use(delivery, "mailjet")
    told = [each for name in ("sent", "spam", "unsub") for each in mailjet(name, delivery)]
    seen = 0

    def break_down(**kwargs: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == 2:
            raise RuntimeError

    client.raise_request_exception = False
    with service_in_use("mailjet"):
        tracking.connect(break_down)
        try:
            assert post(client, "mailjet", told).status_code == 500
            assert not FeedbackEvent.objects.exists()
            assert post(client, "mailjet", told).status_code == 200
        finally:
            tracking.disconnect(break_down)

    assert FeedbackEvent.objects.count() == 3


def test_a_request_is_kept_in_one_go_and_nothing_else_is_done(
    client: Client, delivery: Delivery, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    use(delivery, "mailjet")
    told = [
        each for number in range(300) for each in mailjet("sent", delivery, time=number + 10**9)
    ]
    with service_in_use("mailjet"), django_assert_max_num_queries(12):
        assert post(client, "mailjet", told).status_code == 200

    assert FeedbackEvent.objects.waiting().count() == 300
    delivery.refresh_from_db()
    assert delivery.outcome == ""


def test_a_report_after_erasure_brings_nobody_back(client: Client, delivery: Delivery) -> None:
    use(delivery, "brevo")
    told = brevo("complaint", delivery)
    personal_data.erase("ada@example.org")
    with service_in_use("brevo"):
        assert post(client, "brevo", told).status_code == 200
        actions.apply_waiting()

    assert "ada@" not in repr(state_of_all(but=["SignupRequest"])).lower()
    assert not FeedbackEvent.objects.exclude(address_key="").exists()


def test_after_a_change_of_service_the_old_one_has_no_door(
    client: Client, delivery: Delivery
) -> None:
    use(delivery, "brevo")
    with service_in_use("mailjet"):
        assert post(client, "brevo", brevo("complaint", delivery)).status_code == 404


@pytest.mark.usefixtures("home")
def test_other_services_and_looking_have_no_door(client: Client) -> None:
    with service_in_use("brevo"):
        assert client.post("/newsletter/webhooks/mailgun/").status_code == 404
        assert client.get("/newsletter/webhooks/brevo/").status_code == 405


@pytest.mark.parametrize(
    "change",
    [
        {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"},
        {"ANYMAIL": {"BREVO_API_KEY": "x"}},
        {"EMAIL_BACKEND": "anymail.backends.scaleway.EmailBackend"},
    ],
)
def test_without_a_service_or_a_secret_nobody_can_report(change: dict[str, Any]) -> None:
    with service_in_use("brevo"), override_settings(**change):
        assert not webhooks.urlpatterns()


@pytest.mark.parametrize("service", sorted(webhooks.VIEWS))
def test_every_service_named_has_a_view(service: str) -> None:
    with override_settings(
        EMAIL_BACKEND=f"anymail.backends.{service}.EmailBackend",
        ANYMAIL={"WEBHOOK_SECRET": SECRET},
        NEWSLETTER_SES_TOPICS=["x"],
    ):
        (pattern,) = webhooks.urlpatterns()

    assert str(pattern.pattern) == f"webhooks/{service}/"


@pytest.mark.parametrize(
    ("service", "keys", "missing"),
    [
        ("brevo", {}, ["W001"]),
        ("brevo", {"WEBHOOK_SECRET": SECRET}, []),
        ("mailgun", {"WEBHOOK_SECRET": SECRET}, ["W002"]),
        ("mailgun", {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": "k"}, []),
        ("scaleway", {}, []),
        ("amazon_ses", {"WEBHOOK_SECRET": SECRET}, ["W003", "W004"]),
    ],
)
def test_what_reports_still_need_is_said_at_the_start(
    service: str, keys: dict[str, str], missing: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a bare installation lacks, whatever the tests have.
    monkeypatch.setitem(checks.PACKAGES, "amazon_ses", "boto_that_is_missing")
    with override_settings(
        EMAIL_BACKEND=f"anymail.backends.{service}.EmailBackend",
        ANYMAIL=keys,
        NEWSLETTER_SES_TOPICS=[],
    ):
        found = checks.reports_come_in()

    assert [each.id for each in found] == [f"newsletter.{number}" for number in missing]


@pytest.mark.parametrize("value", ["secret", "user:short", ":a-password-long-enough-for-anybody"])
def test_a_weak_secret_stops_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ANYMAIL_WEBHOOK_SECRET", value)

    with pytest.raises(ImproperlyConfigured, match="ANYMAIL_WEBHOOK_SECRET"):
        env.webhook_secret()


def test_a_good_secret_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANYMAIL_WEBHOOK_SECRET", SECRET)

    assert env.webhook_secret() == SECRET
