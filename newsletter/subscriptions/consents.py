"""The proof that people asked for mail: what they read, what they did, when and where."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.subscriptions import addresses
from newsletter.subscriptions.seals import BEGINNING

if TYPE_CHECKING:
    from typing import Self


def public_id() -> str:
    """An identifier that says nothing and cannot be guessed (128 bit)."""
    return secrets.token_urlsafe(16)


class ConsentWording(models.Model):
    """One version of the sentence people agree to, in one locale. Never changed, only followed."""

    locale = models.CharField(_("language"), max_length=20, choices=settings.LANGUAGES)
    version = models.PositiveIntegerField(_("version"), editable=False)
    text = models.TextField(
        _("text"),
        help_text=_(
            "Says who writes, about what and how often, and how to leave. "
            "It is shown with every form from now on; the versions before it stay as proof."
        ),
    )
    # Names the text in a form, so that what is recorded is what was read.
    sha256 = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("consent wording")
        verbose_name_plural = _("consent wordings")
        constraints = [
            models.UniqueConstraint(
                fields=["locale", "version"], name="one_wording_per_locale_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.locale} {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add a version. One that exists is proof and stays as it is."""
        if self.pk:
            return
        latest = ConsentWording.objects.filter(locale=self.locale).aggregate(Max("version"))
        self.version = (latest["version__max"] or 0) + 1
        self.sha256 = hashlib.sha256(self.text.encode()).hexdigest()
        super().save(*args, **kwargs)


class ConsentKind(models.TextChoices):
    """What happened to a consent."""

    REQUESTED = "requested", _("requested")
    MAIL_SENT = "mail_sent", _("confirmation mail sent")
    CONFIRMED = "confirmed", _("confirmed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    BOUNCED_OUT = "bounced_out", _("ended: the address does not exist")
    COMPLAINED = "complained", _("ended: reported as unwanted")
    ERASED = "erased", _("erased")
    IMPORTED = "imported", _("imported")


class ConsentChain(models.Model):
    """The proof of one person as a whole: who it belongs to, how long it is, where it ends.

    Its length and head show when the last steps were cut off, which the steps cannot show.
    """

    # Names the person where neither address nor key may stand. Part of every hash.
    public_id = models.CharField(max_length=32, unique=True, default=public_id, editable=False)
    # The keyed hash of the address: the proof begins before there is a subscriber.
    address_key = models.CharField(max_length=64, unique=True)
    pepper = models.CharField(max_length=20, default=addresses.pepper, editable=False)
    length = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, default=BEGINNING)
    last_at = models.DateTimeField(default=timezone.now, db_index=True)
    # The one door for deleting: a chain past its time is closed, then goes as a whole.
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"proof {self.public_id}"


class ConsentQuerySet(models.QuerySet["Consent"]):
    def of(self, address_key: str) -> Self:
        """The steps of one person."""
        return self.filter(chain__address_key=address_key)

    def in_order(self) -> Self:
        """Chain by chain, from the first step to the last."""
        return self.order_by("chain_id", "seq")


class Consent(models.Model):
    """One step in the proof that a person asked for mail. Only ever added to.

    The database itself refuses to change or delete one (``newsletter.guards``); what may go is
    the network it came from, after some days, and a closed chain as a whole.
    """

    chain = models.ForeignKey(ConsentChain, on_delete=models.CASCADE, related_name="steps")
    seq = models.PositiveIntegerField()
    # None: the step is about the person and every newsletter.
    newsletter = models.ForeignKey(
        "newsletter.Newsletter", null=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=ConsentKind.choices)
    at = models.DateTimeField(default=timezone.now)
    wording = models.ForeignKey(
        ConsentWording, null=True, on_delete=models.PROTECT, related_name="+"
    )
    locale = models.CharField(max_length=20)
    # The page whose form was used, "api", or where an import came from.
    source = models.CharField(max_length=255, blank=True)
    # What else proves it, for example the kind of proof and the date of an import.
    note = models.CharField(max_length=500, blank=True)
    # The visitor's network (never a whole address), and the salt of its seal.
    network = models.CharField(max_length=49, blank=True, default="")
    network_salt = models.CharField(max_length=32, blank=True, default="")
    network_seal = models.CharField(max_length=64, blank=True, default="")
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="one_step_per_place_in_a_chain")
        ]
        indexes = [
            # For the tick that empties the networks, and for counts over time.
            models.Index(fields=["at"], condition=~Q(network=""), name="consents_with_a_network"),
            models.Index(fields=["kind", "at"], name="consents_by_kind_and_time"),
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"

    def content(self) -> dict[str, Any]:
        """Return what the hash of this step covers, in names that mean the same anywhere."""
        wording, newsletter = self.wording, self.newsletter
        return {
            "format": 1,
            "chain": self.chain.public_id,
            "seq": self.seq,
            "previous": self.prev_hash,
            "kind": str(self.kind),
            "newsletter": newsletter.list_id if newsletter else "",
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "wording": wording
            and {"locale": wording.locale, "version": wording.version, "sha256": wording.sha256},
            "locale": self.locale,
            "source": self.source,
            "note": self.note,
            "network": self.network_seal,
        }
