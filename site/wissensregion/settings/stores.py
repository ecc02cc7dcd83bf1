"""Where the site keeps its rows, its cache and its queues: one address each."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from wissensregion.settings.variables import split, text, wrong

SQLITE_OPTIONS = {
    # BEGIN IMMEDIATE takes the write lock at once, so a busy database waits instead of failing
    # half-way; FULL because a lost commit of "handed over" would mean a second mail;
    # secure_delete because what was erased must not be read off the file.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
        # A worker has a connection a lane: each page they keep, they keep five times.
        "PRAGMA temp_store=MEMORY;PRAGMA cache_size=-4000;PRAGMA secure_delete=ON"
    ),
}
CACHES = {
    "locmem": "django.core.cache.backends.locmem.LocMemCache",
    "file": "django.core.cache.backends.filebased.FileBasedCache",
    "db": "django.core.cache.backends.db.DatabaseCache",
    "redis": "django.core.cache.backends.redis.RedisCache",
    "rediss": "django.core.cache.backends.redis.RedisCache",
}
# Apart, so that a rebuilt search index never delays a confirmation mail.
QUEUES = ["confirmations", "webhooks", "default", "bulk"]
# Longer than any task of ours takes; a worker that is busy with one for longer is stuck.
LONGEST_TASK = 600
REDIS = {"redis", "rediss", "unix"}
REDIS_PACKAGE = "django_tasks_rq"


def database(default: str) -> dict[str, Any]:
    example = "postgres://user:password@127.0.0.1:5432/wissensregion"
    value = text("DATABASE_URL", default)
    scheme = value.split(":", 1)[0]
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        raise wrong("DATABASE_URL", "names neither sqlite nor postgres", example)
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(value, conn_max_age=600))
    except (ValueError, dj_database_url.ParseError):
        # Without its cause, which may quote a password.
        raise wrong("DATABASE_URL", "cannot be read", example) from None
    if not config["NAME"]:
        raise wrong("DATABASE_URL", "names no database", example)
    if scheme == "sqlite":
        config["OPTIONS"] = {**SQLITE_OPTIONS, **config.get("OPTIONS", {})}
        if config["NAME"] != ":memory:":
            Path(config["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    else:
        config["CONN_HEALTH_CHECKS"] = True
    return config


def cache(default: str = "locmem://") -> dict[str, Any]:
    example = "redis://127.0.0.1:6379/1"
    value = text("CACHE_URL", default)
    parts = split("CACHE_URL", value, example)
    if parts.scheme not in CACHES:
        raise wrong("CACHE_URL", f"is none of {', '.join(sorted(CACHES))}", example)
    location = value
    if parts.scheme in {"locmem", "db"}:
        location = parts.netloc or ("cache" if parts.scheme == "db" else "")
    elif parts.scheme == "file":
        location = parts.path
    if parts.scheme in {"file", "redis", "rediss"} and location in {"", "redis://", "rediss://"}:
        raise wrong("CACHE_URL", "does not say where the cache is", example)
    return {"BACKEND": CACHES[parts.scheme], "LOCATION": location}


def tasks(default: str = "db://") -> dict[str, Any]:
    """Django's settings for the queue: the site's own database, or a Redis or Valkey server."""
    example = "redis://127.0.0.1:6379/2"
    value = text("TASKS_URL", default)
    if value == "db://":
        return {"TASKS": {"default": _queue("django_tasks_db.DatabaseBackend")}}
    if value.split(":", 1)[0] not in REDIS:
        raise wrong("TASKS_URL", "is neither db:// nor a redis, rediss or unix address", example)
    _demand_redis_address(value, example)
    if not find_spec(REDIS_PACKAGE):
        message = (
            "TASKS_URL names a Redis server, for which the package django-tasks-rq is missing. "
            'Install it: pip install "wissensregion[redis]"'
        )
        raise ImproperlyConfigured(message)
    # A server that is not there must not keep an editor waiting.
    address = f"{value}{'&' if '?' in value else '?'}socket_connect_timeout=3"
    queue = {
        "URL": address,
        "DEFAULT_TIMEOUT": LONGEST_TASK,
        "QUEUE_CLASS": "wissensregion.working.redis_backend.Queue",
        # Not pickled: whoever may write to the server could otherwise run code here.
        "SERIALIZER": "rq.serializers.JSONSerializer",
    }
    return {
        "TASKS": {"default": _queue("wissensregion.working.redis_backend.RedisBackend")},
        "RQ_QUEUES": dict.fromkeys(QUEUES, queue),
        "RQ_SHOW_ADMIN_LINK": False,
    }


def tasks_apps() -> list[str]:
    """The apps the queue needs besides its own table."""
    return [] if text("TASKS_URL", "db://") == "db://" else ["django_rq", "django_tasks_rq"]


def _queue(backend: str) -> dict[str, Any]:
    return {"BACKEND": backend, "QUEUES": QUEUES}


def _demand_redis_address(value: str, example: str) -> None:
    parts = split("TASKS_URL", value, example)
    number = parts.query.removeprefix("db=") if parts.scheme == "unix" else parts.path[1:]
    there = parts.path.strip("/") if parts.scheme == "unix" else parts.hostname
    if not there or parts.fragment or (parts.query and parts.scheme != "unix"):
        raise wrong("TASKS_URL", "does not say where the server is, and nothing more", example)
    if number and not (number.isascii() and number.isdigit()):
        raise wrong("TASKS_URL", "ends in what is no number of a database", example)
