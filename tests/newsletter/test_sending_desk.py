"""The dispatch desk of the CMS: who may, what is shown, what a press does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core import mail as outbox
from django.urls import reverse

from newsletter.models import Delivery, Dispatch

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoCaptureOnCommitCallbacks

    from newsletter.models import IssueIndexPage, IssuePage, Subscriber
    from wissensregion.models import User


def release_url(issue: IssuePage) -> str:
    return reverse("newsletter_release", args=[issue.pk])


def test_before_the_release_everybody_is_counted_by_language(
    desk: Client, issue: IssuePage, ada: Subscriber, grace: Subscriber, cleo: Subscriber
) -> None:
    answer = desk.get(release_url(issue))

    shares = {share.locale: (share.edition, share.count) for share in answer.context["shares"]}
    assert shares == {"de": ("de", 1), "en": ("de", 1)}
    assert answer.context["total"] == 2
    assert not Dispatch.objects.exists()


def test_the_typed_count_releases_the_issue(
    desk: Client,
    sender: User,
    issue: IssuePage,
    ada: Subscriber,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    outbox.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post(release_url(issue), {"count": "1"})

    dispatch = Dispatch.objects.get()
    assert answer.headers["Location"] == reverse("newsletter_dispatch", args=[dispatch.pk])
    assert dispatch.requested_by == sender
    assert [message.to for message in outbox.outbox] == [[ada.address]]


@pytest.mark.parametrize("typed", ["2", "", "eins", "-1"])
def test_a_wrong_count_sends_nothing_and_says_so(
    desk: Client, issue: IssuePage, ada: Subscriber, typed: str
) -> None:
    answer = desk.post(release_url(issue), {"count": typed})

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Dispatch.objects.exists()


def test_a_second_press_learns_who_was_first(
    client: Client, admin: User, issue: IssuePage, dispatch: Dispatch, sender: User
) -> None:
    client.force_login(admin)

    answer = client.post(release_url(issue), {"count": "2"}, follow=True)

    assert str(sender) in " ".join(str(message) for message in answer.context["messages"])
    assert Dispatch.objects.count() == 1


def test_an_issue_with_a_stopping_fault_cannot_be_released(
    desk: Client, issue: IssuePage, archive: IssueIndexPage, ada: Subscriber
) -> None:
    archive.imprint = ""
    archive.save()

    answer = desk.post(release_url(issue), {"count": "1"})

    assert answer.context["stopped"]
    assert not Dispatch.objects.exists()


def test_an_unpublished_issue_cannot_be_released(
    desk: Client, issue: IssuePage, ada: Subscriber
) -> None:
    issue.unpublish()

    answer = desk.post(release_url(issue), {"count": "1"})

    assert answer.context["stopped"]
    assert not Dispatch.objects.exists()


def test_without_the_permission_no_door_opens(
    client: Client, editor: User, issue: IssuePage, dispatch: Dispatch
) -> None:
    editor.user_permissions.clear()
    client.force_login(editor)
    pages = [
        release_url(issue),
        reverse("newsletter_dispatches"),
        reverse("newsletter_dispatch", args=[dispatch.pk]),
        reverse("newsletter_dispatch_act", args=[dispatch.pk, "cancel"]),
    ]

    for page in pages:
        assert client.post(page, {"count": "2"}).status_code in {302, 403}
    dispatch.refresh_from_db()
    assert dispatch.state == "sending"


def test_a_get_never_pauses_or_cancels(desk: Client, dispatch: Dispatch) -> None:
    for verb in ("pause", "resume", "cancel"):
        assert (
            desk.get(reverse("newsletter_dispatch_act", args=[dispatch.pk, verb])).status_code
            == 405
        )

    dispatch.refresh_from_db()
    assert dispatch.state == "sending"


def test_pause_go_on_and_cancel_by_button(desk: Client, dispatch: Dispatch) -> None:
    for verb, state in (("pause", "paused"), ("resume", "sending"), ("cancel", "cancelled")):
        desk.post(
            reverse("newsletter_dispatch_act", args=[dispatch.pk, verb]), {"reason": "Bild falsch"}
        )
        dispatch.refresh_from_db()
        assert dispatch.state == state

    desk.post(reverse("newsletter_dispatch_act", args=[dispatch.pk, "resume"]))
    dispatch.refresh_from_db()
    assert dispatch.state == "cancelled"


def test_the_desk_counts_from_the_rows_and_names_what_nobody_knows(
    desk: Client, dispatch: Dispatch
) -> None:
    first, second = dispatch.deliveries.order_by("pk")
    Delivery.objects.filter(pk=first.pk).update(state="unknown")
    Delivery.objects.filter(pk=second.pk).update(state="refused", reason="550 Nobody here")
    Dispatch.objects.update(last_error="550 Nobody here")

    answer = desk.get(reverse("newsletter_dispatch", args=[dispatch.pk]))

    page = answer.content.decode()
    assert (answer.context["progress"].done, answer.context["progress"].total) == (2, 2)
    assert answer.context["progress"].unknown == 1
    assert "550 Nobody here" in page
    assert "@example.org" not in page.replace("sender@example.org", "")


def test_the_desk_lists_every_dispatch(desk: Client, dispatch: Dispatch) -> None:
    page = desk.get(reverse("newsletter_dispatches")).content.decode()

    assert reverse("newsletter_dispatch", args=[dispatch.pk]) in page
    assert "Neues vom Rhein" in page


def test_a_test_mail_goes_to_the_user_alone_and_is_marked(
    desk: Client, sender: User, issue: IssuePage, ada: Subscriber
) -> None:
    outbox.outbox.clear()

    desk.post(reverse("newsletter_test_mail", args=[issue.pk]), {"to": "other@example.org"})

    (message,) = outbox.outbox
    assert message.to == [sender.email]
    assert message.subject.endswith("Neues vom Rhein")
    assert message.subject != "Neues vom Rhein"
    assert "@@" not in str(message.body)
    assert ada.subscriptions.get().public_id not in str(message.message())
    assert not Delivery.objects.exists()


def test_a_test_mail_shows_the_draft(desk: Client, issue: IssuePage) -> None:
    issue.subject = "Noch ein Entwurf"
    issue.save_revision()
    outbox.outbox.clear()

    desk.post(reverse("newsletter_test_mail", args=[issue.pk]))

    assert outbox.outbox[0].subject.endswith("Noch ein Entwurf")


def test_a_test_mail_needs_an_address_and_a_right_to_edit(
    desk: Client, sender: User, issue: IssuePage
) -> None:
    outbox.outbox.clear()
    url = reverse("newsletter_test_mail", args=[issue.pk])
    sender.email = ""
    sender.save()
    desk.post(url)

    sender.email = "editor@example.org"
    sender.save()
    sender.groups.clear()
    desk.post(url)

    assert not outbox.outbox
