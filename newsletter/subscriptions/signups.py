"""Who has asked, and is not a subscriber yet."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.subscriptions import addresses

if TYPE_CHECKING:
    from typing import Self


class Addressed(models.Model):
    """A row with an address, spelled as mail is sent to it, and the key that stands for it.

    What is no address cannot be stored: nothing behind this line has to look again.
    """

    # Its local part as typed; address_key is what makes two spellings one person.
    address = models.EmailField(_("address"), max_length=254)
    address_key = models.CharField(max_length=64, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.address = addresses.mailable(self.address)
        self.address_key = addresses.address_key(self.address)
        super().save(*args, **kwargs)


class RequestMail(models.TextChoices):
    """Which mail a request was answered with."""

    CONFIRM = "confirm", _("please confirm")
    ALREADY = "already", _("you are already subscribed")
    MOVE = "move", _("please confirm your new address")


class SignupRequestQuerySet(models.QuerySet["SignupRequest"]):
    def open(self) -> Self:
        """Neither used nor expired."""
        return self.filter(used_at=None, expires_at__gt=timezone.now())

    def due(self) -> Self:
        """Waiting for its mail: nobody has taken it, or who took it did not come back."""
        abandoned = timezone.now() - SignupRequest.LEASE
        free = Q(claimed_at=None) | Q(claimed_at__lt=abandoned)
        return self.open().filter(free, settled_at=None, held_at=None)

    def held(self) -> Self:
        """Made to wait because too many came at once."""
        return self.open().exclude(held_at=None)


class SignupRequest(Addressed):
    """One request for newsletters that waits for its confirmation, or for its end after 72 hours.

    Nobody is a subscriber before confirming: until then the address stands here alone.
    """

    LIFE = timedelta(hours=72)
    LEASE = timedelta(minutes=10)

    locale = models.CharField(max_length=20, choices=settings.LANGUAGES)
    newsletters = models.ManyToManyField("newsletter.Newsletter", related_name="+")
    wording = models.ForeignKey(
        "newsletter.ConsentWording", null=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=255, blank=True)
    # Who changes their address: confirmed here, their subscriptions move to it.
    moves = models.ForeignKey(
        "newsletter.Subscriber", null=True, on_delete=models.CASCADE, related_name="moves"
    )
    # Only the hash: whoever reads the database cannot confirm for others.
    token_hash = models.CharField(max_length=64, blank=True, default="")
    # The address without dots and "+…": how often one mailbox may be written to.
    mailbox_key = models.CharField(max_length=64, editable=False, db_index=True)
    held_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    # A worker is about to send the mail named here; settled is what needs no more work.
    mail = models.CharField(max_length=10, choices=RequestMail.choices, blank=True, default="")
    claimed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    objects = SignupRequestQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["address_key"], name="requests_of_an_address")]
        constraints = [
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="one_request_per_token"
            )
        ]

    def __str__(self) -> str:
        return f"sign-up request {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.mailbox_key = addresses.mailbox_key(self.address)
        super().save(*args, **kwargs)


class TallyKind(models.TextChoices):
    """What is counted by the hour, so that all processes agree on a limit."""

    NETWORK = "network", _("sign-ups of a network")
    DOMAIN = "domain", _("sign-ups for addresses of a domain")
    ALL = "all", _("sign-ups in all")
    RELEASED = "released", _("mails that had to wait")
    PROOF = "proof", _("solutions already used")


class SignupTally(models.Model):
    """How often something was counted within one hour. Gone a day later, or a week."""

    kind = models.CharField(max_length=10, choices=TallyKind.choices)
    # A keyed hash of a network or domain, never an address of a visitor.
    key = models.CharField(max_length=64, blank=True)
    hour = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "hour"], name="one_tally_per_hour")
        ]

    def __str__(self) -> str:
        return f"tally {self.pk}"
