"""Loads items once: what the journal names is left as its editors want it."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import slugify
from wagtail.contrib.redirects.models import Redirect
from wagtail.log_actions import log
from wagtail.models import Locale, ModelLogEntry, Page, PageLogEntry, TranslatableMixin

from wissensregion.seeding.items import SOURCE, TARGET, Item, in_language, translation_key
from wissensregion.seeding.translating import translate
from wissensregion.seeding.values import Gone, Values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db import models

    from wissensregion.models import SiteImage

JOURNAL = "content"
NOON = time(11, 0, tzinfo=UTC)


def journal() -> set[str]:
    """The keys of everything that was ever loaded here, even if it is deleted by now."""
    entries = (
        entries.filter(action="wagtail.create", data__has_key=JOURNAL)
        for entries in (PageLogEntry.objects.all(), ModelLogEntry.objects.all())
    )
    return {entry.data[JOURNAL] for rows in entries for entry in rows}


class Seeder:
    """Makes pages and records in both languages, each once."""

    def __init__(self, picture: Callable[[str], SiteImage] | None = None) -> None:
        self.locales = {
            code: Locale.objects.get_or_create(language_code=code)[0] for code in (SOURCE, TARGET)
        }
        self.done = journal()
        self.language = SOURCE
        self.models: dict[str, Item] = {}
        self._picture = picture

    def load(self, items: Iterable[Item]) -> list[str]:
        """Load what is not in the journal; return the keys of what was."""
        new = []
        for item in items:
            if not item.update:
                self.models[item.key] = item
            if item.runs and item.journal_key not in self.done and self.load_one(item):
                new.append(item.key)
        return new

    @transaction.atomic
    def load_one(self, item: Item) -> bool:
        """Make one item; False where it exists already or has no place to be."""
        try:
            instance = self.update(item) if item.update else self.make(item)
        except Gone:
            return False
        if instance is None:
            return False
        log(instance=instance, action="wagtail.create", data={JOURNAL: item.journal_key})
        self.done.add(item.journal_key)
        return True

    def make(self, item: Item) -> Any:
        if self.find(item, SOURCE) is not None:
            return None
        instance = self.unsaved(item, SOURCE)
        if isinstance(instance, Page):
            self.parent(item).add_child(instance=instance)
            self.publish(instance, item)
        else:
            instance.full_clean()
            instance.save()
        self.give_translation(instance, item)
        return instance

    def update(self, item: Item) -> Any:
        self.language = SOURCE
        page = self.page(item.key)
        # More than its first revision: someone has worked on it, so it stays as it is.
        if page.revisions.count() > 1:
            return None
        for name, value in self.values(item, type(page), SOURCE).items():
            setattr(page, name, value)
        self.publish(page, item)
        self.give_translation(page, item)
        return page

    def give_translation(self, instance: models.Model, item: Item) -> None:
        if not isinstance(instance, TranslatableMixin):
            return
        twin = self.twin(instance, item)
        translated = translate(instance, twin, self.locales[TARGET])
        if isinstance(translated, Page):
            self.publish(translated, item)
            # Its first address was a copy of the original's and never public. Wagtail makes the
            # redirects on commit, so they go right after that.
            transaction.on_commit(Redirect.objects.filter(redirect_page=translated).delete)

    def twin(self, instance: Any, item: Item) -> Any:
        """The same page in the other language, unsaved."""
        if not item.update:
            return self.unsaved(item, TARGET)
        # What the item does not speak of stays as the translation has it.
        twin = instance.get_translation(self.locales[TARGET])
        for name, value in self.values(item, type(instance), TARGET).items():
            setattr(twin, name, value)
        return twin

    def unsaved(self, item: Item, language: str) -> Any:
        model = item.model_class()
        values = self.values(item, model, language)
        if issubclass(model, TranslatableMixin):
            values["locale"] = self.locales[language]
            values["translation_key"] = translation_key(item.key)
        if issubclass(model, Page):
            values.setdefault("slug", slugify(values["title"]))
            values["draft_title"] = values["title"]
            values["live"] = False
        return model(**values)

    def values(self, item: Item, model: type[models.Model], language: str) -> dict[str, Any]:
        self.language = language
        return Values(self, item.key).of(model, in_language(item.fields, language))

    def publish(self, page: Page, item: Item) -> None:
        """Save the page as a revision; publish it on the day it stands for."""
        translated = page.locale.language_code == TARGET
        revision = page.get_latest_revision() if translated else page.save_revision()
        if item.draft:
            return
        revision.publish()
        if item.published:
            at = datetime.combine(item.published, NOON)
            Page.objects.filter(pk=page.pk).update(first_published_at=at, last_published_at=at)

    # What content files refer to, in the language that is being made.

    def parent(self, item: Item) -> Page:
        if not item.parent:
            return Page.get_first_root_node()
        self.language = SOURCE
        return self.page(item.parent)

    def page(self, key: str) -> Any:
        return self.record(key)

    def picture(self, key: str) -> SiteImage:
        if self._picture is None:
            raise Gone(key)
        return self._picture(key)

    def record(self, key: str) -> Any:
        if (found := self.find(self.known(key), self.language)) is None:
            raise Gone(key)
        return found

    def known(self, key: str) -> Item:
        item = self.models.get(key)
        if item is None:
            message = f"No content file has the key {key!r} before this one."
            raise ValueError(message)
        if not item.runs:
            raise Gone(key)
        return item

    def find(self, item: Item, language: str) -> Any | None:
        """The item in one language, if it is there."""
        model = item.model_class()
        if not issubclass(model, TranslatableMixin):
            return model.objects.filter(slug=item.key).first()
        here = model.objects.filter(locale=self.locales[language])
        if (found := here.filter(translation_key=translation_key(item.key)).first()) is not None:
            return found
        if item.only is None:
            return None
        for name in item.only:
            here = here.filter(**{name: item.fields[name]})
        return here.first()
