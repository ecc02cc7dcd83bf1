"""The people of the newsletter: ada has confirmed, ben has not yet, cleo has left."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission
from django.core import mail as outbox

from newsletter.models import Newsletter, SignupRequest, Subscriber, Subscription
from newsletter.sending import actions as sending
from newsletter.sending import audience
from newsletter.subscriptions import actions, tokens
from tests.live.furnished import copy_database, furnished_in
from tests.live.site import RunningSite
from tests.newsletter import issues
from tests.newsletter.importing import Importer
from tests.newsletter.reading import Visitor, link_in, press, session_on
from tests.newsletter.reporting import handed_over
from tests.newsletter.service import Service, anymail_settings, open_service
from tests.newsletter.smtp import PickyMailbox, open_picky_mailbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from django.core.mail import EmailMessage
    from django.test import Client
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

    from home.models import HomePage
    from news.models import NewsPage
    from newsletter.models import Delivery, Dispatch, IssueIndexPage, IssuePage
    from wissensregion.models import SiteImage, User


@pytest.fixture(scope="session", params=["sqlite", pytest.param("pg", marks=pytest.mark.postgres)])
def migrated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> RunningSite:
    """An empty database outside of Django's tests, for commands, threads and other programs."""
    model = "furnished" if request.param == "sqlite" else "furnished_on_postgres"
    var = tmp_path_factory.mktemp("migrated")
    return furnished_in(var, copy_database(request.getfixturevalue(model), var))


@pytest.fixture
def clock(time_machine: TimeMachineFixture) -> TimeMachineFixture:
    """A noon that only moves when a test moves it."""
    time_machine.move_to(datetime(2026, 11, 23, 12, 0, tzinfo=UTC), tick=False)
    return time_machine


@pytest.fixture
def visitor(
    client: Client,
    home: HomePage,
    newsletter: Newsletter,
    clock: TimeMachineFixture,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> Visitor:
    return Visitor(client, clock, django_capture_on_commit_callbacks)


@pytest.fixture
def newsletter(db: None) -> Newsletter:
    return Newsletter.objects.get_or_create(
        slug="wissensregion", defaults={"name": "Wissensregion Düsseldorf"}
    )[0]


@pytest.fixture
def events(newsletter: Newsletter) -> Newsletter:
    """A second newsletter beside the first."""
    return Newsletter.objects.create(name="Veranstaltungen", slug="veranstaltungen")


@pytest.fixture
def subscribed(newsletter: Newsletter) -> Callable[..., Subscription]:
    """Make somebody a subscriber the way everybody becomes one."""

    def subscribed(address: str, locale: str = "de") -> Subscription:
        request = actions.subscribe(
            address=address, newsletters=[newsletter], locale=locale, source="/newsletter/"
        )
        assert actions.confirm(request)
        return Subscription.objects.get(subscriber__address_key=request.address_key)

    return subscribed


@pytest.fixture
def ada(subscribed: Callable[..., Subscription]) -> Subscriber:
    """She has confirmed, and reads German."""
    return subscribed("Ada@example.org").subscriber


@pytest.fixture
def grace(subscribed: Callable[..., Subscription]) -> Subscriber:
    """She has confirmed, and reads English."""
    return subscribed("grace@example.org", "en").subscriber


@pytest.fixture
def ben(newsletter: Newsletter) -> SignupRequest:
    """He has asked and not confirmed: there is no subscriber of his name."""
    return actions.subscribe(
        address="ben@example.org", newsletters=[newsletter], locale="de", source="/newsletter/"
    )


@pytest.fixture
def cleo(subscribed: Callable[..., Subscription]) -> Subscriber:
    """She was a reader and has left."""
    subscription = subscribed("cleo@example.org")
    actions.unsubscribe(subscription)
    return subscription.subscriber


@pytest.fixture
def link(ada: Subscriber) -> str:
    """The link that stands in every issue ada gets, and in those she passes on."""
    url = tokens.preferences_url(ada.subscriptions.get())
    return url.removeprefix("http://testserver")


@pytest.fixture
def fresh(visitor: Visitor, link: str, mailoutbox: list[EmailMessage]) -> str:
    """The link ada was mailed because she asked for it."""
    press(visitor, link, mail="settings")
    return link_in(mailoutbox.pop())


@pytest.fixture
def session(visitor: Visitor, fresh: str) -> str:
    """What the forms of her opened page carry."""
    return session_on(visitor.client.post(fresh))


@pytest.fixture
def story(home: HomePage, photo: SiteImage) -> NewsPage:
    return issues.story(home, photo, title="Der beste Service Desk")


@pytest.fixture
def archive(home: HomePage) -> IssueIndexPage:
    return issues.archive(home)


@pytest.fixture
def issue(
    archive: IssueIndexPage, newsletter: Newsletter, photo: SiteImage, story: NewsPage
) -> IssuePage:
    """A published German issue with every kind of block."""
    return issues.issue(archive, newsletter, issues.blocks(photo, story))


@pytest.fixture
def english_issue(issue: IssuePage, english_home: HomePage) -> IssuePage:
    return issues.translated(
        issue, english_home.locale, title="Autumn 2026", subject="News from the Rhine"
    )


@pytest.fixture
def sender(editor: User) -> User:
    """An editor who may also send."""
    editor.user_permissions.add(Permission.objects.get(codename="send_issue"))
    return editor


@pytest.fixture
def desk(client: Client, sender: User) -> Client:
    client.force_login(sender)
    return client


@pytest.fixture
def dispatch(issue: IssuePage, sender: User, ada: Subscriber, grace: Subscriber) -> Dispatch:
    """Frozen for ada and grace, not yet sent."""
    dispatch = sending.start(issue, sender)
    while audience.freeze_chunk(dispatch.pk):
        pass
    sending.release_due(dispatch.pk)
    dispatch.refresh_from_db()
    outbox.outbox.clear()
    return dispatch


@pytest.fixture
def smtp(settings: Settings) -> Iterator[PickyMailbox]:
    """A real mail server that can be told to refuse, to be busy and to hang up."""
    with open_picky_mailbox() as mailbox:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
        yield mailbox


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    """A mail service on this machine, whichever the settings name."""
    with open_service() as service:
        settings.ANYMAIL = anymail_settings(service.url)
        yield service


@pytest.fixture(params=["brevo", "mailgun", "mailjet", "postmark"])
def name(request: pytest.FixtureRequest, settings: Settings) -> str:
    """One of the services that take many mails in a call."""
    settings.EMAIL_BACKEND = f"anymail.backends.{request.param}.EmailBackend"
    return str(request.param)


@pytest.fixture
def private_files(settings: Settings, tmp_path: Path) -> Path:
    """Where files wait that are imported; of this test alone."""
    settings.VAR_DIR = tmp_path
    return tmp_path / "imports"


@pytest.fixture
def delivery(issue: IssuePage, editor: User, ada: Subscriber) -> Delivery:
    """Ada's copy, handed over to Brevo."""
    return handed_over(issue, editor)[0]


@pytest.fixture
def import_desk(client: Client, editor: User, home: HomePage, private_files: Path) -> Client:
    """Somebody who may import."""
    editor.user_permissions.add(Permission.objects.get(codename="import_people"))
    client.force_login(editor)
    return client


@pytest.fixture
def importer(
    import_desk: Client,
    newsletter: Newsletter,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> Importer:
    return Importer(import_desk, newsletter, django_capture_on_commit_callbacks)
