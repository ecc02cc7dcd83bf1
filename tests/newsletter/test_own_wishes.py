"""Moving to another address, and being erased: by the person, from the mailbox."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from newsletter.models import AccessLink, Consent, MoveNotice, Subscriber, Subscription, Suppression
from newsletter.subscriptions import actions
from newsletter.subscriptions.addresses import address_key
from newsletter.subscriptions.models import AccessPurpose, EndReason
from tests.newsletter.reading import act, link_in, main_of, press, rows
from tests.retaining import keep_to

if TYPE_CHECKING:
    from django.core.mail import EmailMessage

    from tests.newsletter.reading import Visitor


def test_the_new_address_must_agree_and_the_old_one_is_told(
    visitor: Visitor, session: str, link: str, ada: Subscriber, mailoutbox: list[EmailMessage]
) -> None:
    for _ in range(2):
        page = act(visitor, session, "move", address="Ada@new.example")
    assert "Ada@new.example" in main_of(page)
    (confirmation,) = mailoutbox
    assert confirmation.to == ["Ada@new.example"]
    ada.refresh_from_db()
    assert ada.address == "Ada@example.org"

    for _ in range(2):
        press(visitor, link_in(confirmation))

    ada.refresh_from_db()
    assert ada.address == "Ada@new.example"
    assert Subscription.objects.deliverable().get().subscriber == ada
    assert [mail.to for mail in mailoutbox[1:]] == [["Ada@example.org"]]
    assert "new.example" not in str(mailoutbox[1].body)
    assert not MoveNotice.objects.exists()
    # The links of old issues still lead to her; the page opened from the old mailbox is closed.
    assert "A•••@n•••.example" in visitor.client.get(link).content.decode()
    act(visitor, session, "show", status=410)
    old, new = (
        list(Consent.objects.of(key).order_by("seq").values_list("kind", flat=True))
        for key in (address_key("ada@example.org"), ada.address_key)
    )
    assert old == ["requested", "confirmed", "withdrawn"]
    assert new == ["requested", "mail_sent", "confirmed"]


def test_moving_to_somebody_who_reads_already_makes_one_of_two(
    visitor: Visitor,
    session: str,
    ada: Subscriber,
    grace: Subscriber,
    mailoutbox: list[EmailMessage],
) -> None:
    act(visitor, session, "move", address="grace@example.org")

    press(visitor, link_in(mailoutbox[0]))

    assert [each.subscriber for each in Subscription.objects.deliverable()] == [grace]
    assert ada.subscriptions.get().end_reason == EndReason.WITHDRAWN


@pytest.mark.parametrize("address", ["ADA@example.org", "ada", "a@b.example\r\nBcc: c@d.example"])
def test_what_is_no_new_address_changes_nothing(
    address: str, visitor: Visitor, session: str, mailoutbox: list[EmailMessage]
) -> None:
    before = rows()

    act(visitor, session, "move", status=422, address=address)

    assert rows() == before
    assert mailoutbox == []


@pytest.mark.parametrize("wish", [{"never": "yes"}, {}])
def test_who_wants_to_be_erased_is_erased_by_a_link_of_its_own_and_once(
    wish: dict[str, Any],
    visitor: Visitor,
    session: str,
    ada: Subscriber,
    mailoutbox: list[EmailMessage],
) -> None:
    act(visitor, session, "erase")
    assert Subscriber.objects.count() == 1
    erase = link_in(mailoutbox.pop())

    first = press(visitor, erase, **wish)
    after = rows()
    second = press(visitor, erase)

    assert second.content == first.content == visitor.client.get(erase).content
    assert rows() == after
    assert not Subscriber.objects.exists()
    assert not AccessLink.objects.filter(address_key=ada.address_key).exists()
    act(visitor, session, "show", status=410)
    suppressed = Suppression.objects.filter(address_key=ada.address_key, reason=EndReason.ERASED)
    assert suppressed.exists() is bool(wish)
    visitor.asks("ada@example.org")
    assert len(mailoutbox) == (0 if wish else 1)


def test_the_link_to_settings_erases_nobody(visitor: Visitor, fresh: str) -> None:
    token = fresh.split("/")[-2]

    assert visitor.client.post(f"/newsletter/erase/{token}/").status_code == 404
    assert Subscriber.objects.count() == 1


def test_lost_mails_are_sent_by_the_tick_and_keys_are_forgotten(
    visitor: Visitor, ada: Subscriber, mailoutbox: list[EmailMessage]
) -> None:
    actions.ask_for_access(ada.address_key, AccessPurpose.SETTINGS, "de")
    MoveNotice.objects.create(address="old@example.org", locale="de")

    for _ in range(2):
        actions.send_due_access()

    assert sorted(mail.to[0] for mail in mailoutbox) == ["Ada@example.org", "old@example.org"]
    visitor.clock.shift(timedelta(days=1, seconds=1))
    keep_to("newsletter.links")
    assert not AccessLink.objects.exists()
