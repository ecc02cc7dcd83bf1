"""A new pepper: every key of an address that is still known is made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import transaction

from newsletter.subscriptions import addresses
from newsletter.subscriptions.models import ConsentChain, Suppression

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CHUNK = 500
KEY, ADDRESS, PEPPER, MAILBOX = "address_key", "address", "pepper", "mailbox_key"


@transaction.atomic
def rekey_everybody() -> dict[str, int]:
    """Make every key anew whose address still stands somewhere; return the rows per table.

    One transaction, because a person and what holds back mail to them must never have different
    keys. Safe to repeat. What belongs to the erased keeps its key, and the name of its pepper.
    """
    counts: dict[str, int] = {}
    moved: dict[str, str] = {}
    for model in _holders(with_address=True):
        counts[model.__name__] = _rekey_rows(model, moved)
    for model in _holders(with_address=False):
        counts[model.__name__] = _follow(model, moved)
    return {name: count for name, count in counts.items() if count}


def adopt(address: str) -> None:
    """Bring what is kept under a former key of an address under its present one.

    So a suppression or a proof from before a change of pepper is found when its owner comes.
    """
    present, *former = addresses.address_keys(address)
    adopt_many(dict.fromkeys(former, present))


def adopt_many(moved: Mapping[str, str]) -> None:
    """Do the same for many people: of each former key, which one it is at present."""
    if not moved:
        return
    with transaction.atomic():
        for model in (*_holders(with_address=True), *_holders(with_address=False)):
            _follow(model, moved)


def left_behind() -> dict[str, int]:
    """Return how many rows need each former pepper, because nobody knows their address."""
    return {
        name: sum(
            rows.filter(pepper=name).count() for rows in (ConsentChain.objects, Suppression.objects)
        )
        for name, _secret in settings.NEWSLETTER_PEPPERS[1:]
    }


def _holders(*, with_address: bool) -> Iterator[Any]:
    """Yield the newsletter's models that hold keys, whichever room they are in."""
    for model in apps.get_app_config("newsletter").get_models():
        names = {field.name for field in model._meta.get_fields()}
        if KEY in names and (ADDRESS in names) is with_address:
            yield model


def _rekey_rows(model: Any, moved: dict[str, str]) -> int:
    rows = model._meta.default_manager.exclude(address=None).exclude(address="").order_by("pk")
    has_mailbox = any(field.name == MAILBOX for field in model._meta.get_fields())
    changed: list[Any] = []
    for row in rows.iterator(CHUNK):
        key = addresses.address_key(row.address)
        if key == row.address_key:
            continue
        moved[row.address_key] = key
        row.address_key = key
        if has_mailbox:
            row.mailbox_key = addresses.mailbox_key(row.address)
        changed.append(row)
    fields = [KEY, MAILBOX] if has_mailbox else [KEY]
    model._meta.default_manager.bulk_update(changed, fields, batch_size=CHUNK)
    return len(changed)


def _follow(model: Any, moved: Mapping[str, str]) -> int:
    """Give rows that hold a former key the present one."""
    values = {PEPPER: addresses.pepper()} if model in {ConsentChain, Suppression} else {}
    former, count = list(moved), 0
    for start in range(0, len(former), CHUNK):
        keys = model._meta.default_manager.filter(address_key__in=former[start : start + CHUNK])
        for key in list(keys.values_list(KEY, flat=True).distinct()):
            rows = model._meta.default_manager.filter(address_key=key)
            count += rows.update(address_key=moved[key], **values)
    return count
