"""What the office did with people's data: whom it looked at, and which files it took in."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.validators import FileExtensionValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime
    from typing import NoReturn, Self


class LookKind(models.TextChoices):
    """Where addresses were shown, or handed out."""

    LIST = "list", _("list")
    PERSON = "person", _("page of a person")
    PROOF = "proof", _("proof of consent")
    PERSON_EXPORT = "person_export", _("everything about a person")
    ERASURE = "erasure", _("erasure")
    EXPORT = "export", _("export of everything")


class AddressLookQuerySet(models.QuerySet["AddressLook"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise AddressLook.UnchangeableError


class AddressLook(models.Model):
    """One time somebody of the office was shown addresses. Only ever added to; gone after a year.

    It says whom by number alone: what guards addresses must not become a place to read them.
    """

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The account may go; who it was stays as long as the row.
    username = models.CharField(_("who"), max_length=150)
    kind = models.CharField(_("what"), max_length=16, choices=LookKind.choices)
    # No foreign key: the row outlives the person's.
    subscriber = models.BigIntegerField(_("subscriber"), null=True)
    count = models.PositiveIntegerField(_("addresses"), default=1)
    reason = models.CharField(_("why"), max_length=200)

    objects = AddressLookQuerySet.as_manager()

    class UnchangeableError(TypeError):
        """Somebody tried to rewrite who looked at what."""

    class Meta:
        verbose_name = _("look at addresses")
        verbose_name_plural = _("looks at addresses")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"look {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise self.UnchangeableError
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise self.UnchangeableError


class ProofKind(models.TextChoices):
    """What the importing person has to show for the addresses of a file."""

    DOUBLE_OPT_IN = "double_opt_in", _("confirmed by a link in a mail, and recorded elsewhere")
    WRITTEN = "written", _("signed on paper")
    NONE = "none", _("none: ask everybody by a confirmation mail")


class ImportState(models.TextChoices):
    """Where an import stands."""

    UPLOADED = "uploaded", _("columns to be chosen")
    CHECKING = "checking", _("being looked through")
    CHECKED = "checked", _("looked through, nothing imported yet")
    RUNNING = "running", _("being imported")
    DONE = "done", _("imported")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")
    REFUSED = "refused", _("not readable")


WORKING = [ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING]


class PrivateStorage(FileSystemStorage):
    """A folder that no web server serves, wherever ``VAR_DIR`` is by now."""

    @property
    def location(self) -> str:
        return str(settings.VAR_DIR / "imports")


def private_files() -> FileSystemStorage:
    return PrivateStorage(file_permissions_mode=0o600, directory_permissions_mode=0o700)


def unguessable_name(instance: Import, filename: str) -> str:
    return f"{secrets.token_hex(16)}{instance.ending(filename)}"


class ImportQuerySet(models.QuerySet["Import"]):
    def working(self) -> Self:
        return self.filter(state__in=WORKING)

    def left_alone(self) -> Self:
        """Under way, and no worker has said for a while that it is at it."""
        silent = timezone.now() - Import.LEASE
        return self.working().filter(models.Q(touched_at=None) | models.Q(touched_at__lt=silent))

    def with_old_files(self, before: datetime) -> Self:
        """Uploaded before then, and not being taken in at this moment."""
        waiting = self.exclude(file="").exclude(state=ImportState.RUNNING)
        return waiting.filter(created_at__lt=before)


class Import(models.Model):
    """One file of addresses on its way in, from its upload to its end or its undoing."""

    LEASE = timedelta(minutes=2)
    ENDINGS = ("csv", "xlsx")

    file = models.FileField(
        _("file"),
        storage=private_files,
        upload_to=unguessable_name,
        blank=True,
        validators=[FileExtensionValidator(ENDINGS)],
    )
    file_name = models.CharField(_("file"), max_length=200)
    newsletter = models.ForeignKey(
        "newsletter.Newsletter",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("newsletter"),
    )
    locale = models.CharField(
        _("language"),
        max_length=20,
        choices=settings.LANGUAGES,
        help_text=_("Of everybody whose row does not say."),
    )
    source = models.CharField(
        _("source"),
        max_length=200,
        help_text=_("Where these addresses come from, for example: list at the Welcome Day 2025."),
    )
    consented_on = models.DateField(
        _("date of consent"), help_text=_("Of everybody whose row does not say.")
    )
    proof = models.CharField(_("proof"), max_length=16, choices=ProofKind.choices)
    # The names of the columns, as the first row of the file has them.
    address_column = models.CharField(max_length=200, blank=True, default="")
    locale_column = models.CharField(max_length=200, blank=True, default="")
    date_column = models.CharField(max_length=200, blank=True, default="")

    state = models.CharField(
        _("state"), max_length=12, choices=ImportState.choices, default=ImportState.UPLOADED
    )
    # The last row worked off in this state; work goes on behind it.
    cursor = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    touched_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True, default="")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"import {self.pk}"

    @staticmethod
    def ending(filename: str) -> str:
        return f".{filename.rpartition('.')[2].lower()}"

    @property
    def works(self) -> bool:
        return self.state in WORKING

    @property
    def is_proved(self) -> bool:
        return self.proof != ProofKind.NONE

    @property
    def can_be_undone(self) -> bool:
        broken_off = self.state == ImportState.REFUSED and self.started_at is not None
        return self.state == ImportState.DONE or broken_off


class RowResult(models.TextChoices):
    """What became of one row of a file, or would."""

    SUBSCRIBED = "subscribed", _("subscribed")
    ASKED = "asked", _("asked to confirm")
    KNOWN = "known", _("subscribed already")
    WAITING = "waiting", _("asked already, not confirmed yet")
    LEFT = "left", _("has left or was erased, and is not brought back")
    SUPPRESSED = "suppressed", _("suppressed, and is not written to")
    DUPLICATE = "duplicate", _("stands in the file before")
    NO_ADDRESS = "no_address", _("no address")
    BAD_ADDRESS = "bad_address", _("not an address")
    FORMULA = "formula", _("a formula instead of a value")
    BAD_LOCALE = "bad_locale", _("a language this site does not have")
    BAD_DATE = "bad_date", _("a date that cannot be read")
    FUTURE_DATE = "future_date", _("a date in the future")


class ImportRow(models.Model):
    """What became of one row of a file: enough to tell it and to undo it, and no address."""

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    result = models.CharField(max_length=12, choices=RowResult.choices)
    # What this row made. No foreign keys: the person may leave or be erased before the row goes.
    subscriber = models.BigIntegerField(null=True)
    subscription = models.BigIntegerField(null=True)
    request = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            # Two workers on the same slice: the database lets one of them through.
            models.UniqueConstraint(fields=["run", "number"], name="one_result_per_row")
        ]

    def __str__(self) -> str:
        return f"row {self.pk}"
