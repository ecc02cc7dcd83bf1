"""Which pages of the demonstration a second person reads before they are published."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.utils.translation import gettext, override
from wagtail.models import Page, Workflow, WorkflowPage, WorkflowTask

from home.legal import ImprintPage, PrivacyPage
from wissensregion.four_eyes.approval import FourEyesTask
from wissensregion.seeding.offices import MODERATORS


def make() -> None:
    """Put what the house answers for in court under four eyes, unless somebody already has."""
    if FourEyesTask.objects.exists():
        return
    # Names are data and have one language: the site's first.
    with override(settings.LANGUAGE_CODE):
        task = FourEyesTask.objects.create(name=gettext("A second person reads it"))
        workflow = Workflow.objects.create(name=gettext("Four eyes"))
    task.groups.add(Group.objects.get_or_create(name=MODERATORS)[0])
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    for page in Page.objects.type(ImprintPage, PrivacyPage):
        WorkflowPage.objects.get_or_create(page=page, defaults={"workflow": workflow})
