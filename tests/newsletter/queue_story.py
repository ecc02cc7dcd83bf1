"""A dispatch and a sign-up that wait for the queue, made in a process of a running site."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django_tasks import task_backends
from wagtail.models import Locale
from wagtail.rich_text import RichText

from home.models import HomePage
from newsletter.models import Dispatch, Newsletter, SignupRequest
from newsletter.sending import actions as sending
from newsletter.sending import fence
from newsletter.sending import tasks as sending_tasks
from newsletter.sending.models import EngineHost
from newsletter.subscriptions import actions as subscriptions
from newsletter.subscriptions import tasks as subscription_tasks
from tests.newsletter import issues

READERS = 12


def address(number: int) -> str:
    return f"reader{number}@example.org"


def prepare() -> None:
    """Begin a dispatch to a dozen readers; ben has asked to become one."""
    home = front_page()
    newsletter = Newsletter.objects.get_or_create(slug="post", defaults={"name": "Post"})[0]
    issue = issues.issue(
        issues.archive(home), newsletter, [("paragraph", RichText(issues.PARAGRAPH))]
    )
    for number in range(READERS):
        _sign_up(newsletter, address(number), confirmed=True)
    _sign_up(newsletter, "ben@example.org", confirmed=False)
    editor = get_user_model().objects.create_user("editor")
    sending_tasks.wake(sending.start(issue, editor).pk)


def wake_again(times: int) -> None:
    """Put every task of the newsletter into the queue so many times more."""
    for _time in range(times):
        sending_tasks.continue_dispatch.enqueue(Dispatch.objects.get().pk)
        for request in SignupRequest.objects.all():
            subscription_tasks.send_confirmation.enqueue(request.pk)


def lose_everything() -> None:
    """Empty the queue, as a server that lost its memory does."""
    if hasattr(backend := task_backends["default"], "_get_queues"):
        for queue in backend._get_queues():  # noqa: SLF001 - there is no public way
            queue.empty()
        return
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415

    DBTaskResult.objects.all().delete()


def arguments() -> list[Any]:
    """What the tasks of the newsletter's queues carry."""
    backend = task_backends["default"]
    if hasattr(backend, "_get_queues"):
        jobs = [job for queue in backend._get_queues() for job in queue.jobs]  # noqa: SLF001
        return [[list(job.args), job.kwargs] for job in jobs if job.origin != "default"]
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415

    rows = DBTaskResult.objects.exclude(queue_name="default")
    return [[row.args_kwargs["args"], row.args_kwargs["kwargs"]] for row in rows]


def first_looks(count: int) -> None:
    """Ask on so many connections at once whether this server may send, as nobody did before."""
    gate = Barrier(count)

    def look(_number: int) -> str:
        gate.wait()
        try:
            return str(fence.standing())
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        answers = set(threads.map(look, range(count)))
    print(answers, EngineHost.objects.count())  # noqa: T201 - the answer


def front_page() -> HomePage:
    from wagtail.models import Page, Site  # noqa: PLC0415

    german = Locale.objects.get_or_create(language_code="de")[0]
    root = Page.get_first_root_node()
    home = HomePage(title="Probe", slug="probe", lead="Am Rhein", locale=german)
    root.add_child(instance=home)
    Site.objects.update(root_page=home)
    return home


def _sign_up(newsletter: Newsletter, who: str, *, confirmed: bool) -> None:
    request = subscriptions.subscribe(
        address=who, newsletters=[newsletter], locale="de", source="/newsletter/"
    )
    if confirmed:
        subscriptions.confirm(request)
