"""What is handed over together, and the permits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.composing.models import Edition
from newsletter.sending.dispatches import Dispatch
from newsletter.sending.sets import among, read
from newsletter.sending.states import UNREFUTED, AttemptOutcome, BatchState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self


class BatchQuerySet(models.QuerySet["Batch"]):
    def claimable(self) -> Self:
        """Due, and nobody's."""
        return self.filter(state=BatchState.PENDING, not_before__lte=timezone.now())

    def open(self) -> Self:
        """With work in it."""
        return self.filter(
            state__in=[BatchState.PENDING, BatchState.CLAIMED, BatchState.SUBMITTING]
        )


class Batch(models.Model):
    """Some deliveries of one edition that one worker takes together.

    A service that takes many recipients at once gets all of them in one call. One that takes
    one at a time gets them one after the other, and the batch is only the worker's share.
    """

    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="batches")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="batches")
    seq = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=BatchState.choices, default=BatchState.PENDING)
    # The fencing token: whoever took the batch under an earlier one has lost it.
    epoch = models.PositiveIntegerField(default=0)
    owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(default=timezone.now)
    tries = models.PositiveIntegerField(default=0)
    # Whom it was handed over to: nobody else can report about it. Empty before the first call.
    service = models.CharField(max_length=40, blank=True, default="")
    # The batch this one was halved from, to find the recipient it was refused for.
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="halves")

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        constraints = [
            models.UniqueConstraint(fields=["dispatch", "seq"], name="one_batch_per_number"),
            models.CheckConstraint(
                condition=~Q(state__in=["claimed", "submitting"]) | Q(lease_until__isnull=False),
                name="a_taken_batch_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=BatchState.values), name="batch_state_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["dispatch", "not_before"],
                condition=Q(state__in=["pending", "claimed", "submitting"]),
                name="batch_to_do",
            )
        ]

    def __str__(self) -> str:
        return f"batch {self.pk}"


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def open(self) -> Self:
        return self.filter(outcome=AttemptOutcome.OPEN)

    def open_each(self, batch: Batch, deliveries: Sequence[int]) -> dict[int, int]:
        """Open one attempt for each of these deliveries; return the attempts by delivery.

        In one statement and without an object a row: this is done once for every mail.
        """
        table, rows = (
            connection.ops.quote_name(model._meta.db_table)
            for model in (Attempt, self.model.delivery.field.related_model)
        )
        into = "batch_id, delivery_id, epoch, owner, outcome, recipients, started_at, cause, note"
        each = "%s, id, %s, %s, %s, 1, %s, '', ''"
        named = among(deliveries)
        values = [
            batch.pk, batch.epoch, batch.owner, AttemptOutcome.OPEN.value,
            connection.ops.adapt_datetimefield_value(timezone.now()), *named.params,
        ]  # fmt: skip
        insert = f"INSERT INTO {table} ({into}) SELECT {each} FROM {rows}"  # noqa: S608 - our own names
        with connection.cursor() as cursor:
            cursor.execute(f"{insert} WHERE id IN ({named.sql})", values)
        opened = self.open().filter(batch=batch, delivery__in=among(deliveries))
        return dict(map(tuple, read(opened.values_list("delivery", "pk"), 2)))


class Attempt(models.Model):
    """The permit for one call to the mail service, committed before the call is made."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="attempts")
    # Set where the call is for this one delivery, null where it is for the whole batch.
    delivery = models.ForeignKey(
        "newsletter.Delivery", null=True, on_delete=models.PROTECT, related_name="attempts"
    )
    epoch = models.PositiveIntegerField()
    owner = models.CharField(max_length=64)
    outcome = models.CharField(
        max_length=12, choices=AttemptOutcome.choices, default=AttemptOutcome.OPEN
    )
    recipients = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    cause = models.CharField(max_length=12, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            # While one call may have arrived, the database refuses a second one.
            models.UniqueConstraint(
                fields=["batch"],
                condition=Q(delivery=None, outcome__in=[each.value for each in UNREFUTED]),
                name="one_unrefuted_call_per_batch",
            ),
            models.UniqueConstraint(
                fields=["delivery"],
                condition=Q(outcome__in=[each.value for each in UNREFUTED]),
                name="one_unrefuted_call_per_delivery",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=AttemptOutcome.values), name="attempt_outcome_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"
