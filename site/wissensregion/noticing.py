"""Notices what changes for visitors where all changes pass: in the SQL that writes a table.

Signals would miss bulk updates, moves in the page tree and what Wagtail writes by itself.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.signals import connection_created

from wissensregion.generations import Change, changed
from wissensregion.plugin import plugins
from wissensregion.renditions.specs import specs

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.base.base import BaseDatabaseWrapper

# What a write says first, and the table it names.
WRITE = re.compile(r'(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|TRUNCATE)\s+"?(\w+)')
SET = re.compile(r'"(\w+)" =')
# Apps and models no visitor sees anything of; plugins name theirs themselves.
UNSEEN = {
    "admin", "auth", "contenttypes", "django_tasks_database", "sessions", "wagtail_localize",
    "wagtailadmin", "wagtailsearch", "wagtailusers",
    *(
        f"wagtailcore.{name}"
        for name in (
            "APIToken", "Comment", "CommentReply", "GroupApprovalTask", "GroupCollectionPermission",
            "GroupPagePermission", "GroupSitePermission", "ModelLogEntry", "PageLogEntry",
            "PageSubscription", "ReferenceIndex", "Revision", "Task", "TaskState", "UploadedFile",
            "Workflow", "WorkflowContentType", "WorkflowPage", "WorkflowState", "WorkflowTask",
        )
    ),
    *(
        f"wissensregion.{name}"
        for name in (
            "Change", "Deadline", "Digest", "FourEyesTask", "Heartbeat", "PersonAct", "Readiness",
            "RetentionRun", "User",
        )
    ),
}  # fmt: skip
# What a page's row says about its drafts. An editor's draft is saved every few seconds.
OF_DRAFTS = {
    "draft_title", "has_unpublished_changes", "latest_revision_created_at", "latest_revision_id",
    "locked", "locked_at", "locked_by_id",
}  # fmt: skip
RENDITIONS = "wissensregion_siterendition"
# The one table it takes to record anything, once it was seen.
RECORDING: set[str] = set()


def watch_connections() -> None:
    """Notice what is written from now on."""
    connection_created.connect(_watch_connection, dispatch_uid="generations")
    for connection in connections.all(initialized_only=True):
        _watch_connection(None, connection)


def _watch_connection(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if connection.alias == DEFAULT_DB_ALIAS and notice not in connection.execute_wrappers:
        # The first, because whoever adds one for a while takes the last away.
        connection.execute_wrappers.insert(0, notice)


def notice(execute: Callable[..., Any], sql: Any, *arguments: Any) -> Any:
    """Run a statement, and record what it changes for visitors."""
    result = execute(sql, *arguments)
    if (
        isinstance(sql, str)
        and sql[:1] in "IUDT"
        and is_seen(sql)
        and not _is_thumbnail(sql, *arguments)
        and _can_record()
    ):
        changed()
    return result


def _is_thumbnail(sql: str, parameters: Any = None, *_more: Any) -> bool:
    """Whether a rendition is added that no visitor sees: the CMS makes some for its lists."""
    return (
        sql[0] == "I"
        and isinstance(parameters, list | tuple)
        and RENDITIONS in sql.partition("(")[0]
        and not set(specs()).intersection(each for each in parameters if isinstance(each, str))
    )


def is_seen(sql: str) -> bool:
    """Whether visitors could see what a statement writes."""
    if not (write := WRITE.match(sql)) or write[1] not in tables():
        return False
    written = set(SET.findall(sql.partition(" WHERE ")[0])) if sql[0] == "U" else set()
    return not written or not written <= OF_DRAFTS


@cache
def tables() -> frozenset[str]:
    """The tables visitors see something of: all that nobody has declared unseen."""
    unseen = UNSEEN | {f"{plugin.label}.{name}" for plugin in plugins() for name in plugin.unseen}
    return frozenset(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if not {model._meta.app_label, _owner(model)._meta.label} & unseen
    )


def _owner(model: Any) -> Any:
    """The model whose rows these are: a many-to-many relation belongs to the one that has it."""
    return model._meta.auto_created or model


def _can_record() -> bool:
    """Whether there is a table to write to; while the first migrations run, there is not."""
    if not RECORDING:
        there = connections[DEFAULT_DB_ALIAS].introspection.table_names()
        RECORDING.update({Change._meta.db_table}.intersection(there))
    return bool(RECORDING)
