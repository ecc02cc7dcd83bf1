"""Settings from the environment: what fits is read, what does not is answered with a sentence."""

from __future__ import annotations

import ast
import re
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from tests.live.serving import PRODUCTION, SECRET
from tests.wissensregion.processes import ROOT, Site
from wissensregion.settings import engines, env, stores

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Read = Callable[[], Any]

SETTINGS = ROOT / "site" / "wissensregion" / "settings"

PRAGMAS = """
from django.db import connection
with connection.cursor() as cursor:
    for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete"):
        print(cursor.execute(f"PRAGMA {name}").fetchone()[0])
print(connection.transaction_mode)
"""


def read(parser: str, **arguments: Any) -> Any:
    return getattr(env, parser)(**arguments)


@pytest.mark.parametrize(
    ("parser", "arguments", "name", "value"),
    [
        ("boolean", {"name": "DEBUG", "default": False}, "DEBUG", "maybe"),
        ("boolean", {"name": "DEBUG", "default": False}, "DEBUG", "2"),
        ("secret_key", {}, "SECRET_KEY", ""),
        ("secret_key", {}, "SECRET_KEY", "short"),
        ("site_url", {}, "SITE_URL", "www.example.org"),
        ("site_url", {}, "SITE_URL", "ftp://www.example.org"),
        ("site_url", {}, "SITE_URL", "https://www.example.org/path"),
        ("site_url", {}, "SITE_URL", "https://user@www.example.org"),
        ("site_url", {}, "SITE_URL", "https://www.example.org:99999"),
        ("site_url", {}, "SITE_URL", "https://[::1"),
        ("site_url", {}, "SITE_URL", "https://a\nb"),
        ("site_url", {}, "SITE_URL", "https://a b"),
        ("allowed_hosts", {"default": []}, "ALLOWED_HOSTS", "https://www.example.org"),
        ("allowed_hosts", {"default": []}, "ALLOWED_HOSTS", "www.example.org:8000"),
        ("allowed_hosts", {"default": []}, "ALLOWED_HOSTS", "a b"),
        ("database", {"default": ""}, "DATABASE_URL", "mysql://127.0.0.1/site"),
        ("database", {"default": ""}, "DATABASE_URL", "/var/site.sqlite3"),
        ("database", {"default": ""}, "DATABASE_URL", "postgres://127.0.0.1"),
        ("database", {"default": ""}, "DATABASE_URL", "postgres://127.0.0.1:port/site"),
        ("database", {"default": ""}, "DATABASE_URL", "postgres://[::1/site"),
        ("cache", {}, "CACHE_URL", "memcached://127.0.0.1"),
        ("cache", {}, "CACHE_URL", "redis://"),
        ("cache", {}, "CACHE_URL", "file://"),
        ("tasks", {}, "TASKS_URL", "amqp://127.0.0.1"),
        ("tasks", {}, "TASKS_URL", "db://table"),
        ("tasks", {}, "TASKS_URL", "redis://"),
        ("tasks", {}, "TASKS_URL", "redis:///2"),
        ("tasks", {}, "TASKS_URL", "redis://127.0.0.1:6379/two"),
        ("tasks", {}, "TASKS_URL", "redis://127.0.0.1:port/2"),
        ("tasks", {}, "TASKS_URL", "redis://127.0.0.1/2?retry=1"),
        ("tasks", {}, "TASKS_URL", "unix://"),
        ("tasks", {}, "TASKS_URL", "unix:///run/redis.sock?db=two"),
        ("mail", {}, "EMAIL_URL", "mail.example.org"),
        ("mail", {}, "EMAIL_URL", "http://mail.example.org"),
        ("mail", {}, "EMAIL_URL", "smtp://mail.example.org/inbox"),
        ("mail", {}, "EMAIL_URL", "smtp://mail.example.org:0x19"),
        ("mail", {}, "EMAIL_SERVICE", "pigeon"),
        ("mail", {}, "EMAIL_SERVICE", "brevo"),
        ("sender", {"default": ""}, "DEFAULT_FROM_EMAIL", "Wissensregion"),
        ("sender", {"default": ""}, "DEFAULT_FROM_EMAIL", "a@b"),
        ("sender", {"default": ""}, "DEFAULT_FROM_EMAIL", "a@example.org\nBcc: b@example.org"),
        ("origins", {"name": "API_ORIGINS"}, "API_ORIGINS", "app.example.org"),
        ("origins", {"name": "API_ORIGINS"}, "API_ORIGINS", "https://app.example.org/"),
        ("origins", {"name": "API_ORIGINS"}, "API_ORIGINS", "*"),
        ("token_keys", {}, "NEWSLETTER_TOKEN_KEYS", ""),
        ("token_keys", {}, "NEWSLETTER_TOKEN_KEYS", "2026:short"),
        ("token_keys", {}, "NEWSLETTER_TOKEN_KEYS", SECRET),
        ("pepper", {}, "NEWSLETTER_PEPPER", "short"),
        ("number", {"name": "WORKERS", "default": 1}, "WORKERS", "-1"),
        ("number", {"name": "WORKERS", "default": 1}, "WORKERS", "many"),
    ],
)
def test_nonsense_is_answered_with_name_and_example(
    monkeypatch: pytest.MonkeyPatch, parser: str, arguments: dict[str, Any], name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured) as error:
        read(parser, **arguments)

    sentence = str(error.value)
    assert re.search(r"(^| and )[A-Z_]+ ", sentence)
    assert re.search(r"Write for example: [A-Z_]+=\S", sentence)
    assert len(sentence.splitlines()) == 1


@pytest.mark.parametrize(
    ("parser", "name", "value"),
    [
        ("database", "DATABASE_URL", "postgres://ada:geheim@127.0.0.1:port/site"),
        ("database", "DATABASE_URL", "mysql://ada:geheim@127.0.0.1/site"),
        ("cache", "CACHE_URL", "memcached://:geheim@127.0.0.1"),
        ("tasks", "TASKS_URL", "amqp://:geheim@127.0.0.1"),
        ("tasks", "TASKS_URL", "redis://:geheim@127.0.0.1:x/2"),
        ("tasks", "TASKS_URL", "redis://:geheim@127.0.0.1/two"),
        ("search", "SEARCH_URL", "https://ada:geheim@127.0.0.1:9200/site"),
        ("search", "SEARCH_URL", "opensearch3+https://ada:geheim@127.0.0.1:9200"),
        ("search", "SEARCH_URL", "opensearch3+https://ada:geheim@127.0.0.1:x/site"),
        ("mail", "EMAIL_URL", "http://ada:geheim@mail.example.org"),
        ("mail", "EMAIL_URL", "smtp://ada:geheim@mail.example.org/x"),
        ("mail", "EMAIL_URL", "smtp://ada:geheim@mail.example.org:x"),
        ("secret_key", "SECRET_KEY", "geheim"),
        ("pepper", "NEWSLETTER_PEPPER", "geheim"),
        ("token_keys", "NEWSLETTER_TOKEN_KEYS", "geheim"),
        ("token_keys", "NEWSLETTER_TOKEN_KEYS", "2026:geheim"),
    ],
)
def test_a_secret_is_never_repeated(
    monkeypatch: pytest.MonkeyPatch, parser: str, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    arguments = {"default": ""} if parser == "database" else {}

    with pytest.raises(ImproperlyConfigured) as error:
        read(parser, **arguments)

    assert "geheim" not in str(error.value)
    # Nor in the errors behind it, which a traceback would print.
    assert error.value.__suppress_context__ or "geheim" not in str(error.value.__cause__)


@pytest.mark.parametrize(
    ("read", "given", "expected"),
    [
        (partial(env.boolean, "DEBUG", default=False), ("DEBUG", "Yes"), True),
        (partial(env.boolean, "DEBUG", default=True), ("DEBUG", "off"), False),
        (partial(env.boolean, "DEBUG", default=True), ("DEBUG", ""), True),
        (env.site_url, ("SITE_URL", "https://www.example.org/"), "https://www.example.org"),
        (env.site_url, ("SITE_URL", "http://[::1]:8000"), "http://[::1]:8000"),
        (partial(env.allowed_hosts, []), ("ALLOWED_HOSTS", "a.org, .b.org"), ["a.org", ".b.org"]),
        (partial(env.origins, "API_ORIGINS"), ("API_ORIGINS", ""), []),
        (
            partial(env.origins, "API_ORIGINS"),
            ("API_ORIGINS", "https://a.org, http://127.0.0.1:3000"),
            ["https://a.org", "http://127.0.0.1:3000"],
        ),
        (partial(env.sender, ""), ("DEFAULT_FROM_EMAIL", "A <a@b.org>"), "A <a@b.org>"),
        (env.secret_key, ("SECRET_KEY", SECRET), SECRET),
    ],
)
def test_what_fits_is_read(
    monkeypatch: pytest.MonkeyPatch, read: Read, given: tuple[str, str], expected: Any
) -> None:
    monkeypatch.setenv(*given)

    assert read() == expected


def test_postgres_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://ada:ge%40heim@db.example.org:5433/site")

    database = env.database(default="")

    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["HOST"], database["PORT"], database["NAME"]) == (
        "db.example.org",
        5433,
        "site",
    )
    assert (database["USER"], database["PASSWORD"]) == ("ada", "ge@heim")
    assert database["CONN_HEALTH_CHECKS"]
    assert database["CONN_MAX_AGE"] == 600


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://127.0.0.1:1025", ("127.0.0.1", 1025, False, False)),
        ("smtp+tls://mail.example.org", ("mail.example.org", 587, True, False)),
        ("smtps://mail.example.org", ("mail.example.org", 465, False, True)),
    ],
)
def test_smtp_is_an_address(
    monkeypatch: pytest.MonkeyPatch, url: str, expected: tuple[str, int, bool, bool]
) -> None:
    monkeypatch.setenv("EMAIL_URL", url)

    mail = env.mail()

    keys = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_USE_SSL")
    assert tuple(mail[key] for key in keys) == expected


def test_a_mail_service_is_a_name_and_its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_SERVICE", "Postmark")
    monkeypatch.setenv("POSTMARK_SERVER_TOKEN", SECRET)

    mail = env.mail()

    assert mail["EMAIL_BACKEND"] == "anymail.backends.postmark.EmailBackend"
    assert mail["ANYMAIL"]["POSTMARK_SERVER_TOKEN"] == SECRET


def test_service_and_smtp_exclude_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_SERVICE", "brevo")
    monkeypatch.setenv("EMAIL_URL", "smtp://127.0.0.1")

    with pytest.raises(ImproperlyConfigured, match="both set; keep one of them"):
        env.mail()


@pytest.mark.parametrize("service", sorted(env.MAIL_SERVICES.keys() - env.MAIL_PACKAGES.keys()))
def test_every_service_named_exists(service: str) -> None:
    assert import_string(f"anymail.backends.{service}.EmailBackend")


def test_a_service_without_its_package_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_SERVICE", "amazon_ses")
    monkeypatch.setitem(env.MAIL_PACKAGES, "amazon_ses", "a_package_nobody_has")

    with pytest.raises(ImproperlyConfigured, match="needs the package a_package_nobody_has"):
        env.mail()


@pytest.mark.parametrize(
    "address",
    [
        "redis://127.0.0.1",
        "redis://:geheim@127.0.0.1:6379/2",
        "rediss://user:geheim@queue.example.org/0",
        "unix:///run/redis/redis.sock?db=1",
    ],
)
def test_the_queue_may_lie_on_a_server(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("TASKS_URL", address)

    settings = env.tasks()

    assert set(settings["RQ_QUEUES"]) == set(settings["TASKS"]["default"]["QUEUES"])
    assert {row["URL"].startswith(address) for row in settings["RQ_QUEUES"].values()} == {True}
    assert "django_rq" in env.tasks_apps()


def test_by_default_the_queue_lies_in_the_database() -> None:
    assert env.tasks()["TASKS"]["default"]["BACKEND"] == "django_tasks_db.DatabaseBackend"
    assert env.tasks_apps() == []


def test_a_server_for_the_queue_needs_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASKS_URL", "redis://127.0.0.1:6379/2")
    monkeypatch.setattr(stores, "REDIS_PACKAGE", "a_package_nobody_has")

    with pytest.raises(ImproperlyConfigured, match=r'pip install "wissensregion\[redis\]"'):
        env.tasks()


@pytest.mark.parametrize("server", engines.SERVERS)
def test_pages_may_be_found_by_a_server_that_wagtail_knows(
    monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    monkeypatch.setitem(engines.SERVERS, server, ("json", "json"))
    monkeypatch.setenv("SEARCH_URL", f"{server}+https://ada:geheim@search.example.org:9200/site")

    found = env.search()

    # What its base takes out of the configuration; more would be for the server's own client.
    assert set(found) == {"BACKEND", "URLS", "INDEX_PREFIX", "TIMEOUT"}
    assert find_spec(found["BACKEND"])
    assert found["URLS"] == ["https://ada:geheim@search.example.org:9200"]
    assert found["INDEX_PREFIX"] == "site_"


def test_by_default_pages_are_found_by_the_site_itself() -> None:
    found = env.search()

    assert import_string(f"{found['BACKEND']}.SearchBackend")({}).finds_pages


def test_a_server_for_the_search_needs_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engines.SERVERS, "opensearch3", ("a_package_nobody_has", "it>=3"))
    monkeypatch.setenv("SEARCH_URL", "opensearch3+https://ada:geheim@127.0.0.1:9200/site")

    with pytest.raises(ImproperlyConfigured, match="pip install 'it>=3'") as error:
        env.search()
    assert "geheim" not in str(error.value)


def test_sqlite_is_tuned_on_a_live_connection(tmp_path: Path) -> None:
    done = Site(tmp_path).manage("shell", "--no-imports", "-c", PRAGMAS)

    assert done.stdout.split() == ["wal", "2", "1", "20000", "1", "IMMEDIATE"]


def test_production_settings_leave_no_warning(tmp_path: Path) -> None:
    ours = PRODUCTION | {"NEWSLETTER_OWN_MAIL_SERVER": "true"}

    done = Site(tmp_path, ours).manage("check", "--deploy", "--fail-level", "WARNING")

    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout + done.stderr


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "SITE_URL", "DEFAULT_FROM_EMAIL", "NEWSLETTER_TOKEN_KEYS"]
)
def test_production_starts_with_no_secret_missing(tmp_path: Path, name: str) -> None:
    kept = {key: value for key, value in PRODUCTION.items() if key != name}

    done = Site(tmp_path, kept).manage("check")

    assert done.returncode != 0
    assert f"{name} is missing. Write for example: {name}=" in done.stderr


def test_nonsense_stops_the_start_with_the_sentence_alone(tmp_path: Path) -> None:
    done = Site(tmp_path).manage("migrate", SITE_URL="nonsense")

    assert done.returncode != 0
    assert "SITE_URL is 'nonsense', not an http or https address" in done.stderr


def names_read() -> set[str]:
    """Find the name of every variable the settings read: each is told to ``wrong`` or a reader."""
    readers = {"text", "required", "boolean", "number", "origins", "wrong", "_mailbox"}
    names = {key for needed, also in env.MAIL_SERVICES.values() for key in (*needed, *also)}
    for path in SETTINGS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            first = node.args[0]
            if called in readers and isinstance(first, ast.Constant):
                names.add(str(first.value))
    return names


def test_every_variable_is_documented_and_none_is_invented() -> None:
    documented = (ROOT / "docs" / "configuration.md").read_text()
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", documented, re.MULTILINE))

    assert named == names_read() | {"NEWSLETTER_TOKEN_KEYS", "NEWSLETTER_PEPPER"}
