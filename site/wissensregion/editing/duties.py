"""What the site itself knows to do this week: reviews, versions that wait, translations."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from wagtail.models import (
    Locale,
    Page,
    Revision,
    TaskState,
    WorkflowState,
    get_default_page_content_type,
)
from wagtail.permissions import policy_registry
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from wissensregion.expiring import ends
from wissensregion.expiring.deadlines import Kind
from wissensregion.plugin import Duty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wissensregion.models import User

# More is not counted: whoever has so much to do needs no exact number.
MOST = 100
NAMED = 3
# What was to go live and has not by then could not be published.
LATE = timedelta(minutes=1)
WEEK = timedelta(days=7)
TRANSLATE = "wagtail_localize.submit_translation"


def due(user: User) -> Iterator[Duty]:
    yield from reviews(user)
    yield from returned(user)
    yield from stuck(user)
    if user.has_perm(ends.SEE):
        yield from expiring(user)
    if user.has_perm(TRANSLATE):
        original, *others = _locales()
        for locale in others:
            yield from untranslated(user, original, locale)
            yield from outdated(user, original, locale)


def reviews(user: User) -> Iterator[Duty]:
    """The pages that wait for this person's approval."""
    states = TaskState.objects.reviewable_by(user)
    waiting = states.order_by("started_at").values_list("workflow_state__object_id", flat=True)
    if numbers := list(waiting[:MOST]):
        url = f"{reverse('wagtailadmin_reports:workflow_tasks')}?reviewable=true"
        yield Duty(_("Approve pages"), url, count=len(numbers), examples=_drafts(numbers))


def returned(user: User) -> Iterator[Duty]:
    """What this person has handed in and somebody sent back."""
    states = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_NEEDS_CHANGES,
        requested_by=user,
        base_content_type=get_default_page_content_type(),
    )
    if numbers := list(states.order_by("created_at").values_list("object_id", flat=True)[:MOST]):
        query = urlencode({"status": WorkflowState.STATUS_NEEDS_CHANGES, "requested_by": user.pk})
        url = f"{reverse('wagtailadmin_reports:workflow')}?{query}"
        yield Duty(_("Make the changes asked for"), url, len(numbers), examples=_drafts(numbers))


def stuck(user: User) -> Iterator[Duty]:
    """What should be live already and could not be published."""
    late = Revision.objects.filter(approved_go_live_at__lt=timezone.now() - LATE)
    late = late.filter(base_content_type=get_default_page_content_type())
    rows = list(
        late.order_by("approved_go_live_at").values_list("object_id", "approved_go_live_at")[:MOST]
    )
    if rows and policy_registry.get_by_type(Page).user_has_permission(user, "publish"):
        examples = _drafts([number for number, _at in rows])
        yield Duty(
            _("See why what was scheduled has not gone live"),
            examples[0][1] if examples else reverse("wagtailadmin_explore_root"),
            count=len(rows),
            due=timezone.localdate(rows[0][1]),
            examples=examples,
        )


def expiring(user: User) -> Iterator[Duty]:
    """Rights that end this week or have ended, and figures to be looked at again."""
    found = ends.ending(timezone.localdate() + WEEK, user)
    figures = [ending for ending in found if ending.kind == Kind.FIGURE]
    rights = [ending for ending in found if ending.kind != Kind.FIGURE]
    for what, endings in (
        (_("Renew rights in pictures, or replace them"), rights),
        (_("Look at key figures again"), figures),
    ):
        if endings:
            examples = tuple((ending.title, ending.edit_url) for ending in endings[:NAMED])
            url = reverse("expiring_report")
            yield Duty(what, url, count=len(endings), due=endings[0].day, examples=examples)


def untranslated(user: User, original: Locale, locale: Locale) -> Iterator[Duty]:
    """Live pages that readers of another language do not get in it."""
    version = Page.objects.filter(
        translation_key=OuterRef("translation_key"), locale=locale, alias_of=None
    )
    pages = _own(user).filter(locale=original, live=True, alias_of=None, depth__gt=1)
    pages = pages.exclude(Exists(version.filter(live=True)))
    pages = pages.annotate(draft=Subquery(version.values("pk")[:1]))
    rows = list(
        pages.order_by(F("last_published_at").desc(nulls_last=True)).values_list(
            "pk", "title", "draft"
        )[:MOST]
    )
    if rows:
        links = tuple((title, _translate_url(pk, draft)) for pk, title, draft in rows)
        what = _("Translate into %(language)s") % {"language": _name(locale)}
        yield Duty(what, links[0][1], count=len(rows), examples=links[:NAMED])


def outdated(user: User, original: Locale, locale: Locale) -> Iterator[Duty]:
    """Translations of what has been changed since, or that lack some words."""
    published = Page.objects.filter(
        translation_key=OuterRef("source__object_id"),
        locale=original,
        last_published_at__gt=OuterRef("source__last_updated_at"),
    )
    words = StringTranslation.objects.filter(
        translation_of=OuterRef("string"), context=OuterRef("context"), locale=locale,
        has_error=False,
    )  # fmt: skip
    lacks = StringSegment.objects.filter(~Exists(words), source=OuterRef("source"))
    stale = Translation.objects.filter(
        Q(Exists(published)) | Q(Exists(lacks)),
        enabled=True,
        target_locale=locale,
        source__object_id=OuterRef("translation_key"),
    )
    pages = _own(user).filter(Exists(stale), locale=locale, live=True, alias_of=None)
    rows = list(pages.order_by("-last_published_at").values_list("pk", "title")[:MOST])
    if rows:
        links = tuple((title, _edit_url(pk)) for pk, title in rows[:NAMED])
        what = _("Renew translations into %(language)s") % {"language": _name(locale)}
        url = links[0][1]
        yield Duty(what, url, count=len(rows), examples=links)


def _own(user: User) -> Any:
    policy = policy_registry.get_by_type(Page)
    return policy.instances_user_has_any_permission_for(user, {"change", "publish"})


def _locales() -> list[Locale]:
    """The site's languages, the one it is written in first."""
    codes = [code for code, _name in settings.LANGUAGES]
    known = Locale.objects.filter(language_code__in=codes)
    return sorted(known, key=lambda locale: codes.index(locale.language_code))


def _name(locale: Locale) -> str:
    return str(get_language_info(locale.language_code)["name_translated"])


def _drafts(numbers: list[str]) -> tuple[tuple[str, str], ...]:
    titles = dict(Page.objects.filter(pk__in=numbers[:NAMED]).values_list("pk", "draft_title"))
    pages = [int(number) for number in numbers[:NAMED] if int(number) in titles]
    return tuple((titles[page], _edit_url(page)) for page in pages)


def _edit_url(page: int) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page])


def _translate_url(page: int, draft: int | None) -> str:
    if draft:
        return _edit_url(draft)
    return reverse("wagtail_localize:submit_page_translation", args=[page])
