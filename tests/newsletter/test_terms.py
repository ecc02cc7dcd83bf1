"""Each rule ends what is past its time, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.admin.models import EditingSession
from wagtail.models import ModelLogEntry, PageLogEntry

from newsletter import personal_data
from newsletter.models import (
    AccessLink,
    Consent,
    Delivery,
    Dispatch,
    FeedbackEvent,
    Import,
    MoveNotice,
    SignupRequest,
    Subscriber,
    Suppression,
)
from newsletter.sending.models import DeliveryState
from newsletter.subscriptions import actions, tokens
from newsletter.subscriptions.models import ConsentKind, EndReason
from tests.newsletter.reporting import handed_over, past_the_guards
from tests.retaining import keep_to
from wissensregion.models import PersonAct

if TYPE_CHECKING:
    from collections.abc import Callable

    from time_machine import TimeMachineFixture

    from newsletter.models import IssuePage, Newsletter
    from tests.live.site import RunningSite
    from tests.newsletter.reading import Visitor
    from wissensregion.models import User

DAY = timedelta(days=1)


@pytest.fixture
def later(clock: TimeMachineFixture) -> Callable[[timedelta], None]:
    """Let time pass."""
    return clock.shift


def test_who_left_is_deleted_after_thirty_days_and_the_proof_stays_as_it_was(
    later: Callable[[timedelta], None], cleo: Subscriber, ada: Subscriber
) -> None:
    actions.suppress(cleo.address_key, EndReason.COMPLAINED)
    later(30 * DAY - timedelta(hours=1))
    assert keep_to("newsletter.readers") == 0
    later(timedelta(hours=2))

    assert keep_to("newsletter.readers") == 1

    assert list(Subscriber.objects.all()) == [ada]
    kinds = [step.kind for step in Consent.objects.of(cleo.address_key)]
    assert kinds == [ConsentKind.REQUESTED, ConsentKind.CONFIRMED, ConsentKind.WITHDRAWN]
    assert Suppression.objects.filter(address_key=cleo.address_key).exists()


def test_who_left_and_asks_again_is_not_deleted_meanwhile(
    later: Callable[[timedelta], None], cleo: Subscriber, newsletter: Newsletter
) -> None:
    later(40 * DAY)
    request = actions.subscribe(
        address=cleo.address, newsletters=[newsletter], locale="de", source=""
    )
    assert keep_to("newsletter.readers") == 0

    assert actions.confirm(request)
    assert keep_to("newsletter.readers") == 0
    assert cleo.subscriptions.confirmed().count() == 1


def test_who_left_can_still_press_the_link_in_an_old_mail(
    visitor: Visitor, later: Callable[[timedelta], None], cleo: Subscriber
) -> None:
    leaving = tokens.one_click_url(cleo.subscriptions.get()).removeprefix("http://testserver")
    later(40 * DAY)
    keep_to("newsletter.readers")

    assert visitor.client.post(leaving).status_code == 200


def test_the_address_of_a_delivery_goes_after_a_year_and_its_counts_stay(
    clock: TimeMachineFixture, issue: IssuePage, ada: Subscriber, editor: User
) -> None:
    (mail,) = handed_over(issue, editor)
    assert keep_to("newsletter.deliveries") == 0
    clock.shift(366 * DAY)

    assert keep_to("newsletter.deliveries") == 1
    assert keep_to("newsletter.deliveries") == 0

    mail.refresh_from_db()
    assert (mail.address, mail.address_key) == (None, ada.address_key)
    assert mail.state == DeliveryState.ACCEPTED
    # Its hash keeps the issue from going to her twice, and leads to her until she leaves.
    assert personal_data.export(ada.address)["deliveries"]


def test_a_delivery_that_is_still_planned_keeps_its_address(
    clock: TimeMachineFixture, issue: IssuePage, ada: Subscriber, editor: User
) -> None:
    handed_over(issue, editor)
    with past_the_guards():
        Delivery.objects.update(state=DeliveryState.PLANNED)
    clock.shift(366 * DAY)

    assert keep_to("newsletter.deliveries") == 0


def test_links_and_notices_go_after_days(
    later: Callable[[timedelta], None], ada: Subscriber
) -> None:
    AccessLink.objects.create(address_key=ada.address_key, purpose="settings", locale="de")
    MoveNotice.objects.create(address=ada.address, locale="de")
    later(DAY + timedelta(minutes=1))
    assert (keep_to("newsletter.links"), keep_to("newsletter.notices")) == (1, 0)
    later(2 * DAY)

    assert (keep_to("newsletter.links"), keep_to("newsletter.notices")) == (0, 1)


def test_imports_go_with_their_rows_as_claims_end(
    clock: TimeMachineFixture, newsletter: Newsletter
) -> None:
    run = Import.objects.create(
        newsletter=newsletter, locale="de", source="Liste", consented_on="2026-01-01", proof="none"
    )
    run.rows.create(number=1, result="asked")
    clock.move_to("2029-12-31T12:00:00Z")
    assert keep_to("newsletter.imports") == 0

    clock.move_to("2030-01-01T12:00:00Z")
    assert keep_to("newsletter.imports") == 1


def test_what_colleagues_did_goes_when_nobody_needs_it(
    clock: TimeMachineFixture, issue: IssuePage, editor: User
) -> None:
    kind = ContentType.objects.get_for_model(issue)
    now = timezone.now()
    entry: dict[str, Any] = {
        "content_type": kind, "label": "x", "action": "wagtail.edit", "timestamp": now,
        "user": editor,
    }  # fmt: skip
    PageLogEntry.objects.create(page=issue, **entry)
    ModelLogEntry.objects.create(object_id="1", **entry)
    EditingSession.objects.create(user=editor, content_type=kind, object_id="1", last_seen_at=now)
    PersonAct.objects.create(user=editor, username="e", verb="search", reason="Brief")
    names = ["page_log", "object_log", "editing", "requests"]
    rules = [f"wissensregion.{name}" for name in names]
    pages = PageLogEntry.objects.count()

    assert [keep_to(name) for name in rules] == [0, 0, 0, 0]
    clock.shift(2 * DAY)
    assert [keep_to(name) for name in rules] == [0, 0, 1, 0]
    clock.shift(730 * DAY)
    assert [keep_to(name) for name in rules] == [pages, 1, 0, 0]
    clock.shift(730 * DAY)
    assert [keep_to(name) for name in rules] == [0, 0, 0, 1]


def test_an_erasure_reaches_what_was_sent_to_an_address_before_the_change(
    issue: IssuePage, ada: Subscriber, editor: User
) -> None:
    (mail,) = handed_over(issue, editor)
    FeedbackEvent.objects.create(
        service="brevo", dedup="1", delivery_key=mail.key, address_key=ada.address_key,
        kind="delivered",
    )  # fmt: skip
    assert actions.confirm(actions.ask_to_move(ada, "ada@new.example"))
    assert personal_data.export("ada@new.example")["deliveries"]

    personal_data.erase("ada@new.example")

    mail.refresh_from_db()
    assert mail.address is None
    assert FeedbackEvent.objects.get().address_key == ""


def test_a_colleague_is_handed_what_they_did(
    issue: IssuePage, ada: Subscriber, editor: User
) -> None:
    editor.email = "eva@example.org"
    editor.save()
    handed_over(issue, editor)

    known = personal_data.export("Eva@example.org")

    assert known["acts"]
    assert known["deliveries"] == []
    assert Dispatch.objects.get().requested_by == editor
    assert SignupRequest.objects.exists()


def test_every_rule_runs_on_either_database(migrated: RunningSite) -> None:
    out = migrated.manage("apply_retention")

    assert "newsletter.readers: 0 gone" in str(out)
