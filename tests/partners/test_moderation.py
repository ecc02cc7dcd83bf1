"""A member submits, a campaign editor decides, and the member hears of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Group
from wagtail.models import GroupPagePermission, Locale, TaskState, Workflow, WorkflowPage
from wagtail.users.models import UserProfile

from partners import moderation
from partners.models import (
    CAMPAIGN_EDITORS,
    CampaignApprovalTask,
    CampaignPage,
    ContributionIndexPage,
    ContributionPage,
    Membership,
    Partner,
    PartnerIndexPage,
)
from tests.partners.cms import contribution_form, decide, denied, edit_url, submit
from tests.partners.conftest import at_work
from wissensregion.models import User

if TYPE_CHECKING:
    from django.core.mail import EmailMessage
    from django.test import Client


def test_campaign_and_partner_index_stand_under_approval_in_both_languages(
    campaign: CampaignPage,
    english_campaign: CampaignPage,
    partner_index: PartnerIndexPage,
    english_partner_index: PartnerIndexPage,
) -> None:
    pages = {campaign.pk, english_campaign.pk, partner_index.pk, english_partner_index.pk}

    assert set(WorkflowPage.objects.filter(page__in=pages).values_list("page", flat=True)) == pages
    editors = Group.objects.get(name=CAMPAIGN_EDITORS)
    rights = GroupPagePermission.objects.filter(group=editors)
    assert set(rights.values_list("page", flat=True)) == pages


def test_ensuring_the_workflow_again_changes_nothing(campaign: CampaignPage) -> None:
    other = Workflow.objects.create(name="Eigener Ablauf")
    WorkflowPage.objects.filter(page=campaign).update(workflow=other)
    editors = Group.objects.get(name=CAMPAIGN_EDITORS)
    editors.permissions.clear()

    moderation.ensure_workflow()

    assert CampaignApprovalTask.objects.count() == 1
    assert Workflow.objects.filter(workflow_tasks__task__isnull=False).distinct().count() <= 2
    assert WorkflowPage.objects.get(page=campaign).workflow == other
    assert not editors.permissions.exists()


def test_what_mia_submits_waits_for_carla_and_goes_live_when_she_approves(
    partner_member: Client, room: ContributionIndexPage, carla: User
) -> None:
    page = submit(partner_member, room)
    assert page.workflow_in_progress
    assert not page.live
    assert "Neuer Beitrag" in at_work(carla).get("/admin/").content.decode()

    decide(carla, page, "approve")

    page.refresh_from_db()
    assert page.live
    assert partner_member.get(page.url).status_code == 200


def test_carla_approves_nothing_that_is_wrong_but_sends_it_back(
    partner_member: Client, room: ContributionIndexPage, carla: User
) -> None:
    page = submit(partner_member, room)
    draft = page.get_latest_revision_as_object()
    draft.body = [("paragraph", '<p><a linktype="page" id="99999">Angebote</a></p>')]
    draft.save_revision()

    refused = decide(carla, page, "approve")
    told = at_work(carla).get(edit_url(page)).content.decode()
    page.refresh_from_db()
    still_waits = page.workflow_in_progress
    decide(carla, page, "reject", "Der Link ist tot.")

    assert refused.url == edit_url(page)
    assert "Dieser Link führt zu einer gelöschten Seite." in told
    assert not page.live
    assert still_waits
    page.refresh_from_db()
    assert not page.workflow_in_progress


def test_mia_changes_nothing_while_carla_decides(
    partner_member: Client, room: ContributionIndexPage
) -> None:
    page = submit(partner_member, room)
    revision = page.latest_revision_id

    partner_member.post(edit_url(page), contribution_form(title="Doch anders", slug="neu"))

    page.refresh_from_db()
    assert page.latest_revision_id == revision


def test_what_carla_sends_back_stays_a_draft_and_can_be_submitted_again(
    partner_member: Client, room: ContributionIndexPage, carla: User
) -> None:
    page = submit(partner_member, room)
    decide(carla, page, "reject", "Bitte mit Quelle.")
    page.refresh_from_db()
    assert not page.live
    assert not page.workflow_in_progress

    again = {**contribution_form(title="Mit Quelle", slug="neu"), "action-submit": "1"}
    partner_member.post(edit_url(page), again)

    assert ContributionPage.objects.get(pk=page.pk).workflow_in_progress


def test_mia_does_not_approve(
    partner_member: Client, mia: User, room: ContributionIndexPage, carla: User
) -> None:
    page = submit(partner_member, room)

    answer = decide(mia, page, "approve")

    page.refresh_from_db()
    assert denied(answer) or answer.status_code == 302
    assert not page.live
    assert page.workflow_in_progress


def test_who_writes_for_a_partner_never_approves_even_among_the_campaign_editors(
    partner_member: Client,
    room: ContributionIndexPage,
    carla: User,
    chamber: Partner,
    german: Locale,
) -> None:
    page = submit(partner_member, room)
    Membership.objects.create(partner=chamber, user=carla, locale=german)
    carla = User.objects.get(pk=carla.pk)
    task = CampaignApprovalTask.objects.get()

    decide(carla, page, "approve")

    page.refresh_from_db()
    assert not page.live
    assert task.get_actions(page, carla) == []
    assert not TaskState.objects.reviewable_by(carla).exists()


def mails_to(user: User, outbox: list[EmailMessage]) -> list[EmailMessage]:
    return [mail for mail in outbox if mail.to == [user.email]]


def words(text: object) -> str:
    return re.sub(r"\s+", " ", str(text))


DECISIONS = {
    "de": ("freigegeben", "abgelehnt", "Folgender Kommentar wurde hinterlassen"),
    "en": ("approved", "rejected", "The following comment was left"),
}


@pytest.mark.parametrize("language", DECISIONS)
def test_mia_reads_the_decision_in_her_language(
    language: str,
    mia: User,
    carla: User,
    room: ContributionIndexPage,
    mailoutbox: list[EmailMessage],
) -> None:
    approved, rejected, left = DECISIONS[language]
    UserProfile.objects.filter(user=mia).update(preferred_language=language)
    client = at_work(mia)
    first, second = submit(client, room, "eins"), submit(client, room, "zwei")

    decide(carla, first, "approve")
    decide(carla, second, "reject", "Bitte mit Quelle.")

    yes, no = mails_to(mia, mailoutbox)
    assert approved in yes.subject
    assert first.full_url in str(yes.body)
    assert rejected in no.subject
    assert left in words(no.body)
    assert "Bitte mit Quelle." in no.body
    assert edit_url(second) in no.body


@pytest.mark.usefixtures("otto", "admin")
def test_only_the_campaign_editors_hear_of_what_is_submitted(
    partner_member: Client,
    room: ContributionIndexPage,
    carla: User,
    mailoutbox: list[EmailMessage],
) -> None:
    page = submit(partner_member, room)

    assert [mail.to for mail in mailoutbox] == [[carla.email]]
    assert page.title in mailoutbox[0].subject
