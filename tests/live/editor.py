"""What an editor does on a small site in two languages, and what readers are to see then."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from time import sleep
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from home.models import HomePage, SiteProfile
from news.models import NewsIndexPage, NewsPage, Topic
from tests import factories
from tests.live.serving import HOST
from wissensregion import keeping
from wissensregion.models import SiteImage, User

# Far enough ahead for Wagtail to take it for scheduled when it has saved it.
SOON = timedelta(seconds=2)
# The two lists a story may hang in.
INDEXES = ("aktuelles", "archiv")


def work() -> None:
    """Do what each line of the input says, until there is none."""
    for line in sys.stdin:
        order = json.loads(line)
        answer = ACTS[order.pop("act")](**order)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def begin() -> dict[str, Any]:
    """An empty site with two lists, and somebody of the office who is signed in."""
    with transaction.atomic():
        root = Page.get_first_root_node()
        Site.objects.all().delete()
        for page in root.get_children():
            page.specific.delete()
        Topic.objects.all().delete()
        german, english = (
            Locale.objects.get_or_create(language_code=code)[0] for code in ("de", "en")
        )
        home = HomePage(title="Wissensregion", slug="de", lead="Wissen am Rhein", locale=german)
        Page.objects.get(pk=root.pk).add_child(instance=home)
        Site.objects.create(hostname=HOST, root_page=home, is_default_site=True)
        indexes = [
            factories.NewsIndexPageFactory(parent=home, locale=german, slug=slug, title=slug)
            for slug in INDEXES
        ]
        pages: list[Page] = [home, *indexes]
        for page in pages:
            page.copy_for_translation(english).save_revision().publish()
        SiteProfile.objects.all().delete()
        SiteProfile.objects.create(organisation="Wissensregion", locale=german)
        photo = factories.SiteImageFactory(file__width=60, file__height=40)
        topic = factories.TopicFactory(locale=german)
    someone, _new = User.objects.get_or_create(username="office", is_superuser=True, is_staff=True)
    client = Client()
    client.force_login(someone)
    return {
        "indexes": [index.pk for index in indexes],
        "photo": photo.pk,
        "topic": topic.pk,
        "session": client.cookies["sessionid"].value,
    }


def publish(index: int, slug: str, title: str, photo: int, topic: int) -> int:
    story = factories.NewsPageFactory(
        parent=NewsIndexPage.objects.get(pk=index),
        slug=slug,
        title=title,
        photo=SiteImage.objects.get(pk=photo),
        topic_id=topic,
    )
    story.save_revision().publish()
    return int(story.pk)


def retitle(story: int, title: str) -> None:
    _publish(story, title=title)


def rename(story: int, slug: str) -> None:
    _publish(story, slug=slug)


def unpublish(story: int) -> None:
    NewsPage.objects.get(pk=story).unpublish()


def republish(story: int) -> None:
    _publish(story)


def move(story: int, index: int) -> None:
    NewsPage.objects.get(pk=story).move(NewsIndexPage.objects.get(pk=index), pos="last-child")


def delete(story: int) -> None:
    NewsPage.objects.get(pk=story).delete()


def expire(story: int) -> None:
    """Its time is over, and the clock comes by."""
    _publish(story, expire_at=timezone.now() + timedelta(hours=1))
    NewsPage.objects.filter(pk=story).update(expire_at=timezone.now())
    call_command("publish_scheduled")


def schedule(story: int, title: str) -> None:
    """What was to be published later is due, and the clock comes by."""
    due = timezone.now() + SOON
    _publish(story, title=title, go_live_at=due)
    while timezone.now() <= due:
        sleep(0.05)
    call_command("publish_scheduled")


def translate(story: int, title: str) -> None:
    page, english = NewsPage.objects.get(pk=story), Locale.objects.get(language_code="en")
    translation = page.get_translation_or_none(english) or page.copy_for_translation(english)
    translation.title, translation.topic = title, None
    translation.save_revision().publish()


def sign(organisation: str) -> None:
    """Change the settings of the site."""
    profile = SiteProfile.objects.get()
    profile.organisation = organisation
    profile.save()


def credit(photo: int, name: str) -> None:
    image = SiteImage.objects.get(pk=photo)
    image.credit = name
    image.save()


def look(addresses: list[str]) -> dict[str, tuple[int, str]]:
    """What is to be seen at each address, made of nothing that was kept."""
    keeping.forget()
    client = Client(SERVER_NAME=HOST)
    answers = {address: client.get(address) for address in addresses}
    return {
        address: (answer.status_code, answer.content.decode())
        for address, answer in answers.items()
    }


def _publish(story: int, **changes: Any) -> None:
    page = NewsPage.objects.get(pk=story)
    # What was scheduled before is over with this.
    for name, value in {"expire_at": None, "go_live_at": None, **changes}.items():
        setattr(page, name, value)
    page.save_revision().publish()


ACTS = {
    act.__name__: act
    for act in (
        begin, credit, delete, expire, look, move, publish, rename, republish, retitle, schedule,
        sign, translate, unpublish,
    )
}  # fmt: skip
