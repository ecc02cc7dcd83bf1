"""How the office's approval of partners' pages comes to be, and how a translation gets there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext, override
from wagtail.coreutils import find_available_slug
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)
from wagtail_localize.models import StringTranslation, Translation

from partners.models import (
    CAMPAIGN_EDITORS,
    CampaignApprovalTask,
    CampaignPage,
    PartnerIndexPage,
)

if TYPE_CHECKING:
    from datetime import datetime

    from wagtail.models import WorkflowState

    from wissensregion.models import User

OFFICE_RIGHTS = ("access_admin", "add_partner", "change_partner", "submit_translation")
OFFICE_PAGE_RIGHTS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
OFFICE_PICTURE_RIGHTS = ("add_image", "change_image", "choose_image")


class NotSubmittableError(Exception):
    """The page is no translation, waits for approval already, or is under no workflow."""


@transaction.atomic
def ensure_workflow() -> Workflow:
    """Put every campaign and partner index under the campaign editors' approval. Repeatable.

    A page that someone put under another workflow stays there.
    """
    editors = _campaign_editors()
    workflow = _workflow(editors)
    for model in (CampaignPage, PartnerIndexPage):
        for page in Page.objects.filter(pk__in=model.objects.values("pk")):
            WorkflowPage.objects.get_or_create(page=page, defaults={"workflow": workflow})
            for permission in Permission.objects.filter(
                content_type__app_label="wagtailcore", codename__in=OFFICE_PAGE_RIGHTS
            ):
                GroupPagePermission.objects.get_or_create(
                    group=editors, page=page, permission=permission
                )
    return workflow


def synced_translation(page: Page) -> Translation | None:
    """Return the translation that wagtail-localize edits in place of the page, if it does."""
    translations = Translation.objects.filter(enabled=True, target_locale_id=page.locale_id)
    of_page = translations.filter(source__object_id=page.translation_key)
    return of_page.select_related("source").first()


def submittable_translations(pages: list[Page]) -> set[int]:
    """Return the keys of the translations whose texts are newer than the page's last draft."""
    keys = [page.translation_key for page in pages]
    synced = Translation.objects.filter(enabled=True, source__object_id__in=keys)
    targets = set(synced.values_list("source__object_id", "target_locale_id"))
    texts = StringTranslation.objects.filter(context__object_id__in=keys)
    changed = {
        (key, locale): at
        for key, locale, at in texts.values_list("context__object_id", "locale_id").annotate(
            at=Max("updated_at")
        )
    }
    return {
        page.pk
        for page in pages
        if (place := (page.translation_key, page.locale_id)) in targets
        and (not page.live or is_newer(changed.get(place), page.latest_revision_created_at))
    }


def is_newer(text: datetime | None, draft: datetime | None) -> bool:
    return text is not None and (draft is None or text > draft)


@transaction.atomic
def submit_translation(page: Page, user: User) -> WorkflowState:
    """Submit the translated texts of a page for approval; the live page stays as it is.

    Raises NotSubmittableError, and ValidationError where the texts make no valid page.
    """
    translation = synced_translation(page)
    if translation is None or not page.permissions_for_user(user).can_submit_for_moderation():
        raise NotSubmittableError
    # Saving the target would write the live row; a revision does not.
    draft = translation.source.get_ephemeral_translated_instance(page.locale, fallback=True)
    draft.slug = find_available_slug(page.get_parent(), slugify(draft.slug), ignore_page_id=page.pk)
    draft.save_revision(user=user, log_action=True)
    state: WorkflowState | None = page.current_workflow_state
    if state:
        state.resume(user=user)
    else:
        state = page.get_workflow().start(draft, user)
    return state


def _campaign_editors() -> Group:
    group, created = Group.objects.get_or_create(name=CAMPAIGN_EDITORS)
    if created:
        # Once only: what an administrator changes later stays changed.
        group.permissions.set(Permission.objects.filter(codename__in=OFFICE_RIGHTS))
        for permission in Permission.objects.filter(
            content_type__app_label="wagtailimages", codename__in=OFFICE_PICTURE_RIGHTS
        ):
            GroupCollectionPermission.objects.create(
                group=group, collection=Collection.get_first_root_node(), permission=permission
            )
    return group


def _workflow(editors: Group) -> Workflow:
    task = CampaignApprovalTask.objects.order_by("pk").first()
    # Names are data and have one language: the site's first.
    with override(settings.LANGUAGE_CODE):
        if task is None:
            task = CampaignApprovalTask.objects.create(name=gettext("Check by the campaign office"))
            task.groups.add(editors)
        workflow = Workflow.objects.filter(workflow_tasks__task=task).order_by("pk").first()
        if workflow is None:
            workflow = Workflow.objects.create(name=gettext("Approval of partners’ pages"))
            WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    return workflow
