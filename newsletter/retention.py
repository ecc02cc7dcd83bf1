"""What the newsletter keeps of people, how long and why: its part of the site's table."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.erasing import let_go
from newsletter.feedback.models import FeedbackEvent
from newsletter.guards import LOOKS_KEPT
from newsletter.people.importing import delete_files
from newsletter.people.models import AddressLook, Import
from newsletter.retained import (
    ABUSE,
    OFFICE,
    PROOF,
    REPORTS,
    SENDING,
    SUPPRESSING,
)
from newsletter.sending.models import Delivery, DeliveryState
from newsletter.subscriptions.actions import delete_chains
from newsletter.subscriptions.models import (
    AccessLink,
    Consent,
    ConsentChain,
    ConsentKind,
    MoveNotice,
    SignupRequest,
    SignupTally,
    Subscriber,
    Subscription,
    TallyKind,
)
from wissensregion.retention.rules import CLAIMS, DAILY, CalendarYears, Rule

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

MINUTES = timedelta(minutes=5)


def _departed(before: datetime) -> QuerySet[Subscriber]:
    """Nobody's reader since then, and not asking to become one again."""
    theirs = Subscription.objects.filter(subscriber=OuterRef("pk"))
    still = theirs.filter(Q(ended_at=None) | Q(ended_at__gte=before))
    asking = SignupRequest.objects.open().filter(address_key=OuterRef("address_key"))
    gone = Subscriber.objects.filter(created_at__lt=before)
    return gone.exclude(Exists(still)).exclude(Exists(asking))


def _old_addresses(before: datetime) -> QuerySet[Delivery]:
    over = Delivery.objects.exclude(state__in=[DeliveryState.PLANNED, DeliveryState.SUBMITTING])
    return over.filter(dispatch__created_at__lt=before, address__isnull=False)


def _proof(before: datetime) -> QuerySet[ConsentChain]:
    reading = Subscription.objects.confirmed().filter(
        subscriber__address_key=OuterRef("address_key")
    )
    return ConsentChain.objects.filter(last_at__lt=before).exclude(Exists(reading))


def _proof_of_nothing(before: datetime) -> QuerySet[ConsentChain]:
    agreed = Consent.objects.filter(chain=OuterRef("pk"), kind__in=ConsentKind.of_agreement())
    return ConsentChain.objects.filter(last_at__lt=before).exclude(Exists(agreed))


def _unconfirmed(_before: datetime) -> QuerySet[Any]:
    # Each row carries its own end: what was promised in its mail holds.
    return SignupRequest.objects.filter(expires_at__lte=timezone.now())


RULES = [
    Rule(
        name="newsletter.requests",
        activity=SENDING,
        models=("SignupRequest",),
        data=_("a sign-up nobody has confirmed yet: mail address, language, newsletters, page"),
        kept=SignupRequest.LIFE,
        since=_("the sign-up"),
        reason=_("Without a confirmation there is no consent (GDPR Art. 17(1)(b))."),
        expired=_unconfirmed,
        every=MINUTES,
    ),
    Rule(
        name="newsletter.readers",
        activity=SENDING,
        models=("Subscriber", "Subscription"),
        data=_("mail address, language, newsletters, pauses"),
        setting="NEWSLETTER_LEFT_DAYS",
        since=_("leaving the last newsletter"),
        reason=_(
            "Withdrawing the consent ends the purpose (GDPR Art. 17(1)(b)); these days let one "
            "undo a mistaken click."
        ),
        expired=_departed,
        end=let_go,
        at_once=100,
    ),
    Rule(
        name="newsletter.links",
        activity=SENDING,
        models=("AccessLink",),
        data=_("links to one's own settings, as hashes"),
        kept=timedelta(days=1),
        since=_("asking for the link"),
        reason=_("A link opens for half an hour; the rest of the day limits the mails."),
        expired=lambda before: AccessLink.objects.filter(created_at__lt=before),
    ),
    Rule(
        name="newsletter.notices",
        activity=SENDING,
        models=("MoveNotice",),
        data=_("the address somebody has moved away from, until it has been told"),
        kept=timedelta(days=3),
        since=_("the change of address"),
        reason=_("Sent at once as a rule; what cannot be sent within days has no use."),
        expired=lambda before: MoveNotice.objects.filter(created_at__lt=before),
    ),
    Rule(
        name="newsletter.deliveries",
        activity=SENDING,
        models=("Delivery",),
        data=_("which issue went to which mail address; a keyed hash stays while one is a reader"),
        setting="NEWSLETTER_DELIVERY_DAYS",
        since=_("the issue"),
        reason=_(
            "Questions and complaints about the issues of the past year; afterwards the hash keeps "
            "an issue from being sent twice (GDPR Art. 5(1)(e))."
        ),
        expired=_old_addresses,
        end=lambda rows: rows.update(address=None, message_id=""),
        every=DAILY,
        at_once=5000,
    ),
    Rule(
        name="newsletter.proof",
        activity=PROOF,
        models=("Consent", "ConsentChain"),
        data=_("under a keyed hash: what was agreed to, when, on which page, and its withdrawal"),
        kept=CalendarYears(),
        since=_("the last step, once one no longer reads"),
        reason=CLAIMS,
        expired=_proof,
        end=delete_chains,
        every=DAILY,
        at_once=200,
    ),
    Rule(
        name="newsletter.unconfirmed",
        activity=PROOF,
        models=("ConsentChain", "Consent"),
        data=_("under a keyed hash: that somebody asked and never confirmed"),
        kept=timedelta(days=30),
        since=_("the last sign-up"),
        reason=_("It holds back further mails to an address that never answers."),
        expired=_proof_of_nothing,
        end=delete_chains,
        at_once=200,
    ),
    Rule(
        name="newsletter.networks",
        activity=PROOF,
        models=("Consent",),
        data=_("the network a consent came from, never a whole IP address"),
        setting="NEWSLETTER_NETWORK_DAYS",
        since=_("the step"),
        reason=_("Abuse shows within days; afterwards the network proves nothing (GDPR Art. 25)."),
        expired=lambda before: Consent.objects.filter(at__lt=before).exclude(network=""),
        end=lambda rows: rows.update(network="", network_salt=""),
    ),
    Rule(
        name="newsletter.suppressions",
        activity=SUPPRESSING,
        models=("Suppression",),
        data=_("a keyed hash of the address, and why"),
        until=_("until one signs up and confirms again"),
        reason=_("An objection to being written to holds for good (GDPR Art. 21(3))."),
    ),
    Rule(
        name="newsletter.tallies",
        activity=ABUSE,
        models=("SignupTally",),
        data=_("sign-ups an hour under keyed hashes of the network and of the address's domain"),
        kept=timedelta(days=1),
        since=_("the sign-up"),
        reason=_("The longest limit counts a day."),
        expired=lambda before: SignupTally.objects.filter(hour__lt=before).exclude(
            kind=TallyKind.ALL
        ),
    ),
    Rule(
        name="newsletter.sums",
        activity=ABUSE,
        models=("SignupTally",),
        data=_("sign-ups of all an hour: a number that says nothing of anybody"),
        kept=timedelta(days=8),
        since=_("the hour"),
        reason=_("An unusual hour is told by the hours of the past week."),
        expired=lambda before: SignupTally.objects.filter(hour__lt=before),
    ),
    Rule(
        name="newsletter.orphans",
        activity=REPORTS,
        models=("FeedbackEvent",),
        data=_("reports about no mail of ours"),
        kept=timedelta(days=30),
        since=_("their arrival"),
        reason=_("A mistake in the set-up shows by them within a month."),
        expired=lambda before: FeedbackEvent.objects.orphaned().filter(received_at__lt=before),
        at_once=5000,
    ),
    Rule(
        name="newsletter.reports",
        activity=REPORTS,
        models=("FeedbackEvent",),
        data=_("delivered, bounced or reported as unwanted: of which mail, when, and the answer"),
        setting="NEWSLETTER_REPORT_DAYS",
        since=_("their arrival"),
        reason=_("A repeated report has to be known as one, and a bounce comes up in four issues."),
        expired=lambda before: FeedbackEvent.objects.exclude(applied_at=None).filter(
            received_at__lt=before
        ),
        at_once=5000,
    ),
    Rule(
        name="newsletter.files",
        activity=OFFICE,
        models=("Import",),
        data=_("uploaded files of addresses nobody went on with; others go when they are imported"),
        setting="NEWSLETTER_IMPORT_DAYS",
        since=_("the upload"),
        reason=_("What was not imported by then is not needed (GDPR Art. 5(1)(c))."),
        expired=Import.objects.with_old_files,
        end=delete_files,
        at_once=20,
    ),
    Rule(
        name="newsletter.imports",
        activity=OFFICE,
        models=("Import", "ImportRow"),
        data=_("who imported when and from where, and what became of each row: no addresses"),
        kept=CalendarYears(),
        since=_("the upload"),
        reason=CLAIMS,
        expired=lambda before: Import.objects.filter(created_at__lt=before, file=""),
        every=DAILY,
        at_once=1,
    ),
    Rule(
        name="newsletter.looks",
        activity=OFFICE,
        models=("AddressLook",),
        data=_("which colleague was shown addresses, when and why"),
        kept=LOOKS_KEPT,
        since=_("the look"),
        reason=_("Misuse has to be found (GDPR Art. 5(2), 32)."),
        expired=lambda before: AddressLook.objects.filter(at__lt=before),
        every=DAILY,
    ),
    Rule(
        name="newsletter.acts",
        activity=OFFICE,
        models=("OperatorAct", "Dispatch"),
        data=_("which colleague sent, stopped or exported an issue, and why"),
        until=_("as long as the archive; the colleague's name goes with the account"),
        reason=_("Who released a mailing has to be told as long as the issue is shown."),
    ),
]
