"""An issue over a real wire: what arrives, where, and what does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from newsletter.models import Batch, Delivery
from newsletter.sending import actions
from newsletter.subscriptions import actions as subscriptions

if TYPE_CHECKING:
    from newsletter.models import Dispatch, IssuePage, SignupRequest, Subscriber
    from tests.newsletter.smtp import PickyMailbox
    from wissensregion.models import User

pytestmark = pytest.mark.usefixtures("ada")


@pytest.fixture
def dispatch(issue: IssuePage, editor: User) -> Dispatch:
    return actions.start(issue, editor)


def test_ada_gets_one_mail_with_text_and_html(
    dispatch: Dispatch, smtp: PickyMailbox, ada: Subscriber
) -> None:
    actions.continue_dispatch(dispatch.pk)

    (mail,) = smtp.mails
    assert mail.to == [ada.address]
    assert mail.subject == "Neues vom Rhein"
    assert mail.message.get_content_type() == "multipart/alternative"
    assert mail.text.startswith("Wissensregion Düsseldorf")
    assert '<html lang="de"' in mail.html
    assert len(mail.message.as_bytes()) < 102 * 1024


def test_every_mail_offers_to_leave_in_its_headers(dispatch: Dispatch, smtp: PickyMailbox) -> None:
    actions.continue_dispatch(dispatch.pk)

    message = smtp.mails[0].message
    one_click = r"<http://testserver/newsletter/one-click/[^/>]+/>"
    assert re.fullmatch(one_click, str(message["List-Unsubscribe"]).strip())
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<wissensregion.testserver>"
    assert len(message.get_all("Message-ID", [])) == len(message.get_all("Date", [])) == 1


def test_each_reader_gets_their_language_and_only_their_own_links(
    english_issue: IssuePage, editor: User, smtp: PickyMailbox, ada: Subscriber, grace: Subscriber
) -> None:
    actions.continue_dispatch(actions.start(english_issue, editor).pk)

    german, english = smtp.to(ada.address)[0], smtp.to(grace.address)[0]
    assert (german.subject, english.subject) == ("Neues vom Rhein", "News from the Rhine")
    assert 'lang="de"' in german.html
    assert 'lang="en"' in english.html
    ids = {ada.address: ada.subscriptions.get(), grace.address: grace.subscriptions.get()}
    for mail, other in ((german, grace), (english, ada)):
        whole = mail.message.as_string() + mail.html + mail.text
        assert other.address not in whole
        assert ids[other.address].public_id not in whole
        assert ids[mail.to[0]].public_id in whole
        assert "@@" not in mail.html + mail.text


def test_a_reader_without_a_translation_gets_the_german_edition(
    dispatch: Dispatch, smtp: PickyMailbox, grace: Subscriber
) -> None:
    actions.continue_dispatch(dispatch.pk)

    assert smtp.to(grace.address)[0].subject == "Neues vom Rhein"


def test_ben_and_cleo_get_nothing(
    dispatch: Dispatch, smtp: PickyMailbox, ada: Subscriber, ben: SignupRequest, cleo: Subscriber
) -> None:
    before = len(smtp.to(ben.address)) + len(smtp.to(cleo.address))

    actions.continue_dispatch(dispatch.pk)

    assert len(smtp.to(ben.address)) + len(smtp.to(cleo.address)) == before
    assert len(smtp.to(ada.address)) == 1


def test_everything_the_mail_loads_is_ours(dispatch: Dispatch, smtp: PickyMailbox) -> None:
    actions.continue_dispatch(dispatch.pk)

    html = smtp.mails[0].html
    assert set(re.findall(r'(?:src|background)="(https?://[^/"]+)', html)) == {"http://testserver"}
    assert not re.findall(r'(?:width|height)="1"', html)


def test_many_mails_go_over_one_connection(
    dispatch: Dispatch, smtp: PickyMailbox, grace: Subscriber
) -> None:
    actions.continue_dispatch(dispatch.pk)

    assert len(smtp.mails) == 2
    assert smtp.connections == 1


def test_a_refused_address_is_kept_with_its_reason_and_stops_nobody(
    dispatch: Dispatch, smtp: PickyMailbox, ada: Subscriber, grace: Subscriber
) -> None:
    smtp.answers[ada.address] = f"550 5.1.1 <{ada.address}> does not exist"

    actions.continue_dispatch(dispatch.pk)

    delivery = Delivery.objects.get(address=ada.address)
    assert delivery.state == "refused"
    assert delivery.reason.startswith("550 5.1.1")
    assert ada.address not in delivery.reason
    assert len(smtp.to(grace.address)) == 1


def test_a_busy_mailbox_is_tried_again_later(
    dispatch: Dispatch, smtp: PickyMailbox, ada: Subscriber
) -> None:
    smtp.answers[ada.address] = "451 4.7.1 Try again later"
    actions.continue_dispatch(dispatch.pk)
    delivery = Delivery.objects.get(address=ada.address)
    assert (delivery.state, delivery.tries) == ("planned", 1)
    assert delivery.due_at is not None

    del smtp.answers[ada.address]
    Delivery.objects.update(due_at=None)
    Batch.objects.update(not_before=timezone.now())
    actions.continue_dispatch(dispatch.pk)

    dispatch.refresh_from_db()
    assert len(smtp.to(ada.address)) == 1
    assert dispatch.state == "completed"


def test_a_connection_that_breaks_after_the_mail_leaves_it_unknown_and_unrepeated(
    dispatch: Dispatch, smtp: PickyMailbox, ada: Subscriber
) -> None:
    smtp.hangs_up = {ada.address}

    actions.continue_dispatch(dispatch.pk)
    smtp.hangs_up = set()
    actions.continue_dispatch(dispatch.pk)

    assert Delivery.objects.get(address=ada.address).state == "unknown"
    assert len(smtp.to(ada.address)) == 1


def test_who_leaves_while_it_is_sent_gets_nothing(
    dispatch: Dispatch, smtp: PickyMailbox, ada: Subscriber, grace: Subscriber
) -> None:
    actions.continue_dispatch(dispatch.pk, seconds=0)
    assert not smtp.mails

    subscriptions.unsubscribe(grace.subscriptions.get())
    actions.continue_dispatch(dispatch.pk)

    assert [mail.to for mail in smtp.mails] == [[ada.address]]
    left_out = Delivery.objects.get(address=grace.address)
    assert (left_out.state, left_out.reason) == ("skipped", "ended")


def test_the_mail_stays_as_it_was_frozen(
    dispatch: Dispatch, issue: IssuePage, smtp: PickyMailbox
) -> None:
    issue.subject = "Verbessert"
    issue.save_revision().publish()

    actions.continue_dispatch(dispatch.pk)

    assert smtp.mails[0].subject == "Neues vom Rhein"
