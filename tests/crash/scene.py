"""What every crash happens in: an issue in two languages, its readers, and a dispatch just begun.

Made once for a database and copied for each case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from wagtail.models import Locale, Page

from newsletter.composing.models import Edition, IssueIndexPage, IssuePage
from newsletter.sending import fence
from newsletter.sending.models import Dispatch, Probe, SenderAccount
from newsletter.subscriptions import actions as subscriptions
from newsletter.subscriptions.models import EndReason, Newsletter, Subscriber

if TYPE_CHECKING:
    from collections.abc import Iterable

HTML = '<p>Neues {}</p><a href="@@unsubscribe@@">Abmelden</a><a href="@@preferences@@">Wahl</a>'
TEXT = "Neues {}\nAbmelden: @@unsubscribe@@\nWahl: @@preferences@@\n"
SUBJECTS = {"de": "Neues vom Rhein", "en": "News from the Rhine"}
# They were readers and are none when the dispatch begins.
LEFT, SUPPRESSED = "cleo@example.org", "dora@example.org"
WATCHED = [("dispatch", "state"), ("batch", "state"), ("delivery", "state"),
           ("delivery", "outcome"), ("attempt", "outcome")]  # fmt: skip


def address(number: int) -> str:
    return f"reader{number:04}@example.org"


def locale(number: int) -> str:
    """Every third reads English."""
    return "en" if number % 3 == 2 else "de"


def prepare(readers: int, most: int) -> int:
    """Write the rows; return the dispatch. One call carries so many at most."""
    newsletter = Newsletter.objects.create(name="Wissensregion", slug="wissensregion")
    _readers(newsletter, ((address(number), locale(number)) for number in range(readers)))
    _readers(newsletter, [(LEFT, "de"), (SUPPRESSED, "de")])
    gone = Subscriber.objects.get(address=LEFT).subscriptions.get()
    subscriptions.unsubscribe(gone)
    key = Subscriber.objects.get(address=SUPPRESSED).address_key
    subscriptions.suppress(key, EndReason.COMPLAINED)
    SenderAccount.objects.create(service="brevo", max_batch=most)
    _watch()
    fence.adopt()
    return _dispatch(newsletter).pk


def _readers(newsletter: Newsletter, people: Iterable[tuple[str, str]]) -> None:
    """Each as everybody becomes one: asked, and confirmed."""
    for mail, language in people:
        request = subscriptions.subscribe(
            address=mail, newsletters=[newsletter], locale=language, source="/newsletter/"
        )
        if not subscriptions.confirm(request):
            message = "nobody was confirmed"
            raise RuntimeError(message)


def _dispatch(newsletter: Newsletter) -> Dispatch:
    german = Locale.objects.get_or_create(language_code="de")[0]
    root = Page.get_first_root_node()
    if root is None:
        root = Page.add_root(instance=Page(title="Root", slug="root", locale=german))
    archive = IssueIndexPage(title="Archiv", slug="archiv", locale=german)
    root.add_child(instance=archive)
    issue = IssuePage(
        title="Herbst", slug="herbst", subject="Herbst", newsletter=newsletter, locale=german
    )
    archive.add_child(instance=issue)
    dispatch: Dispatch = Dispatch.objects.create(
        newsletter=newsletter, issue_key=issue.translation_key
    )
    dispatch.editions.set(
        Edition.objects.create(
            page=issue,
            issue_key=issue.translation_key,
            locale=code,
            subject=subject,
            html=HTML.format(code),
            text=TEXT.format(code),
            sha256=code * 32,
        )
        for code, subject in SUBJECTS.items()
    )
    for edition in dispatch.editions.all():
        # Brevo is given nothing that was not proven.
        Probe.objects.create(
            issue_key=edition.issue_key, locale=edition.locale, digest=edition.sha256,
            way="brevo", code=edition.locale, composed={}, state="passed",
            judged_at=dispatch.created_at, arrived_sha256="0" * 64,
        )  # fmt: skip
    return dispatch


def _watch() -> None:
    """Let the database itself write down every way from one state to another."""
    with connection.cursor() as cursor:
        serial = "INTEGER" if connection.vendor == "sqlite" else "SERIAL"
        cursor.execute(
            f"CREATE TABLE crash_move (id {serial} PRIMARY KEY, tbl TEXT, col TEXT, "
            "row_id INTEGER, was TEXT, became TEXT)"
        )
        for table, column in WATCHED:
            for statement in _trigger(table, column):
                cursor.execute(statement)


def _trigger(table: str, column: str) -> list[str]:
    name = f"crash_{table}_{column}"
    values = f"('{table}', '{column}', OLD.id, OLD.{column}, NEW.{column})"
    insert = f"INSERT INTO crash_move (tbl, col, row_id, was, became) VALUES {values};"  # noqa: S608 - our own words
    head = f"CREATE TRIGGER {name} AFTER UPDATE OF {column} ON newsletter_{table}"
    when = f"WHEN (OLD.{column} <> NEW.{column})"
    if connection.vendor == "sqlite":
        return [f"{head} FOR EACH ROW {when} BEGIN {insert} END"]
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {insert} RETURN NULL; END $$",
        f"{head} FOR EACH ROW {when} EXECUTE FUNCTION {name}()",
    ]
