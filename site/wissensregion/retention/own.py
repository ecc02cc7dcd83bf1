"""What the site itself keeps: of those who work with it, and of those who asked it something."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult
from wagtail.admin.models import EditingSession
from wagtail.models import ModelLogEntry, PageLogEntry

from wissensregion.expiring.deadlines import Digest
from wissensregion.retention.rules import (
    CLAIMS,
    DAILY,
    Activity,
    Basis,
    CalendarYears,
    Recipient,
    Rule,
)
from wissensregion.retention.runs import PersonAct

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

ACCOUNTABILITY = _("Who did what has to be told as long as it can matter (GDPR Art. 5(2), 32).")
WORK = Activity(
    title=_("Work with the website"),
    purpose=_("Letting colleagues and partners edit, and knowing who changed what."),
    whose=_("people with an account"),
    basis=Basis.CONTRACT,
    because=_("The account is part of working or writing for the publisher."),
    public=False,
)
PICTURES = Activity(
    title=_("Pictures and names of people in stories"),
    purpose=_("Reporting with pictures."),
    whose=_("people shown or named"),
    basis=Basis.INTEREST,
    because=_("Reporting; or the consent of the people shown."),
    recipients=(Recipient.HOST, Recipient.PUBLIC),
)
REQUESTS = Activity(
    title=_("Requests about one's own data"),
    purpose=_("Answering requests for access and erasure, and proving that it was done."),
    whose=_("colleagues who answer such requests"),
    basis=Basis.INTEREST,
    because=_("The law asks for proof that its duties were met (GDPR Art. 5(2))."),
    public=False,
)


def _ended_sessions(_before: datetime) -> QuerySet[Any]:
    return Session.objects.filter(expire_date__lt=timezone.now())


RULES = [
    Rule(
        name="wissensregion.accounts",
        activity=WORK,
        models=("User",),
        data=_("name, mail address, user name, groups, last login"),
        until=_("until an administrator deletes the account"),
        reason=_("Access ends with the work it is for (GDPR Art. 5(1)(e))."),
    ),
    Rule(
        name="wissensregion.sessions",
        activity=WORK,
        models=("sessions.Session",),
        data=_("sessions of people who are logged in"),
        kept=timedelta(seconds=settings.SESSION_COOKIE_AGE),
        since=_("the last login"),
        reason=_("An ended session has no use."),
        expired=_ended_sessions,
    ),
    Rule(
        name="wissensregion.editing",
        activity=WORK,
        models=("wagtailadmin.EditingSession",),
        data=_("who has which page open"),
        kept=DAILY,
        since=_("the last sign of life"),
        reason=_("It only keeps two people from editing the same page unawares."),
        expired=lambda before: EditingSession.objects.filter(last_seen_at__lt=before),
    ),
    Rule(
        name="wissensregion.page_log",
        activity=WORK,
        models=("wagtailcore.PageLogEntry",),
        data=_("who changed, published or deleted which page, and when"),
        setting="LOG_DAYS",
        since=_("the change"),
        reason=ACCOUNTABILITY,
        expired=lambda before: PageLogEntry.objects.filter(timestamp__lt=before),
        every=DAILY,
    ),
    Rule(
        name="wissensregion.object_log",
        activity=WORK,
        models=("wagtailcore.ModelLogEntry",),
        data=_("who changed pictures, settings and other things, and when"),
        setting="LOG_DAYS",
        since=_("the change"),
        reason=ACCOUNTABILITY,
        expired=lambda before: ModelLogEntry.objects.filter(timestamp__lt=before),
        every=DAILY,
    ),
    Rule(
        name="wissensregion.versions",
        activity=WORK,
        models=("wagtailcore.Revision", "wagtailcore.Comment"),
        data=_("earlier versions of pages, comments on them, and who wrote them"),
        until=_("until the page is deleted, or an operator deletes old versions"),
        reason=_("A publisher has to show what was published when, and by whom it was approved."),
    ),
    Rule(
        name="wissensregion.tasks",
        activity=WORK,
        models=("django_tasks_database.DBTaskResult",),
        data=_("tasks done in the background, with numbers of rows and no addresses"),
        setting="TASK_DAYS",
        since=_("the end of the task"),
        reason=_("Whoever looks for a failure looks within two weeks."),
        expired=lambda before: DBTaskResult.objects.finished().filter(finished_at__lt=before),
    ),
    Rule(
        name="wissensregion.digests",
        activity=WORK,
        models=("Digest",),
        data=_("which colleague got the weekly mail about rights and figures, and when"),
        kept=timedelta(days=30),
        since=_("the mail"),
        reason=_("It only keeps the mail of a week from being sent twice."),
        expired=lambda before: Digest.objects.filter(asked_at__lt=before),
        every=DAILY,
    ),
    Rule(
        name="wissensregion.pictures",
        activity=PICTURES,
        models=("SiteImage",),
        data=_("pictures, and names, roles and days of consent of the people shown"),
        until=_("until the picture is deleted: when nothing shows it, or at the person's wish"),
        reason=_("What is published is kept as long as it is (GDPR Art. 17(3)(a), 21(1))."),
    ),
    Rule(
        name="wissensregion.requests",
        activity=REQUESTS,
        models=("PersonAct",),
        data=_("who looked for, handed out or erased a person's data, when and why"),
        kept=CalendarYears(),
        since=_("the answer"),
        reason=CLAIMS,
        expired=lambda before: PersonAct.objects.filter(at__lt=before),
        every=DAILY,
    ),
]
