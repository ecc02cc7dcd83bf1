"""How far the renditions of a picture are, and why there are none."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wissensregion.renditions.specs import recipe

if TYPE_CHECKING:
    from typing import Self

    from wissensregion.models import SiteImage

# Much longer than the largest picture takes: whoever had begun it is gone.
GONE = timedelta(minutes=15)
# A store of files that does not answer may be back by then.
AGAIN = timedelta(hours=1)
# A picture at which so many workers have died is left alone.
TRIES = 3


class State(models.TextChoices):
    """What became of a picture's renditions; the words are for the picture's editor."""

    MAKING = "making", _("Its sizes are being made, which takes a minute at most.")
    MADE = "made", _("Its sizes are all there.")
    BROKEN = (
        "broken",
        _("Its file is damaged. Save or export the picture again and choose that file here."),
    )
    LARGE = (
        "large",
        _("It has too many pixels. Make it smaller, 6,000 wide for example, and choose it anew."),
    )
    LOST = (
        "lost",
        _("Its file is not where it was stored. If it stays so, choose the file once more."),
    )
    STUCK = (
        "stuck",
        _("Its file takes too long to read. Export it again, as JPEG for example, and choose it."),
    )


# What only another file can help.
FINAL = (State.BROKEN, State.LARGE, State.STUCK)


class ReadinessQuerySet(models.QuerySet["Readiness"]):
    def settled(self) -> Self:
        """Those for which there is nothing to do at the moment."""
        now = timezone.now()
        return self.filter(recipe=recipe()).filter(
            Q(state__in=(State.MADE, *FINAL))
            | Q(state=State.MAKING, since__gte=now - GONE)
            | Q(state=State.LOST, since__gte=now - AGAIN)
        )

    def faulty(self) -> Self:
        return self.filter(state__in=(State.LOST, *FINAL))


class Readiness(models.Model):
    """How far the renditions of one picture are; without a row, nobody has begun.

    The row is also the permit: only who has written it makes them.
    """

    image = models.OneToOneField(
        "wissensregion.SiteImage",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="readiness",
    )
    # The renditions that were wanted, and the file and focal point they are made of.
    recipe = models.CharField(max_length=16)
    source = models.CharField(max_length=16)
    state = models.CharField(max_length=10, default=State.MAKING)
    tries = models.PositiveSmallIntegerField(default=1)
    since = models.DateTimeField()

    objects = ReadinessQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.image_id}: {self.state}"

    @property
    def explanation(self) -> str:
        return str(State(self.state).label)

    def end(self, state: State) -> bool:
        """Say how it ended; False where the picture has changed meanwhile."""
        permit = Readiness.objects.filter(pk=self.pk, since=self.since, state=State.MAKING)
        return bool(permit.update(state=state, since=timezone.now()))


def source(image: SiteImage) -> str:
    """Another one for another file or another focal point."""
    parts = (image.file.name, image.width, image.height, image.get_focal_point())
    return sha256(repr(parts).encode()).hexdigest()[:16]


def begin(image: SiteImage) -> Readiness | None:
    """Take the picture, or learn that there is nothing to do or somebody else is at it."""
    now = timezone.now()
    taken = {"recipe": recipe(), "source": source(image), "state": State.MAKING, "since": now}
    before = Readiness.objects.filter(pk=image.pk).first()
    if before is None:
        try:
            with transaction.atomic():
                return Readiness.objects.create(image=image, **taken)
        except IntegrityError:
            return None
    same = (before.recipe, before.source) == (taken["recipe"], taken["source"])
    if same and Readiness.objects.settled().filter(pk=image.pk).exists():
        return None
    died = same and before.state == State.MAKING
    taken |= {"tries": before.tries + 1 if died else 1}
    if died and before.tries >= TRIES:
        taken |= {"state": State.STUCK}
    ours = Readiness.objects.filter(pk=image.pk, since=before.since, state=before.state)
    if not ours.update(**taken) or taken["state"] != State.MAKING:
        return None
    return Readiness.objects.get(pk=image.pk)


def explained(image: SiteImage) -> str:
    """What an editor is told of a picture: what became of it, and what to do next."""
    row = Readiness.objects.filter(pk=image.pk).first()
    return row.explanation if row else str(State.MAKING.label)


def fault(image: SiteImage) -> str:
    """Why a picture is not shown; nothing where it is, or soon will be."""
    row = Readiness.objects.faulty().filter(pk=image.pk).first()
    return row.explanation if row else ""
