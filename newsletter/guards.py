"""What the database itself refuses, whoever asks: our code, another program, a person with a shell.

A guard is a trigger. Migrations cannot keep one: on SQLite a changed table is built anew and
loses its triggers, so all of them are taken off before a migration and put back after it, by
receivers of ``pre_migrate`` and ``post_migrate``. Installing is repeatable.

Whoever owns the database can take a guard off; that is why the proof is a chain as well, and why
``verify_consents`` names guards that are missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """One thing that must not happen to the rows of a table.

    ``when`` is a condition over OLD and NEW both databases understand; empty means always.
    Where they differ in a word, ``sqlite`` or ``postgresql`` holds the condition of that one.
    """

    name: str
    table: str
    # UPDATE, DELETE or INSERT.
    event: str
    # What whoever tries it is told.
    says: str
    when: str = ""
    sqlite: str = ""
    postgresql: str = ""

    def statements(self, vendor: str) -> list[str]:
        """Return the SQL that puts the guard up, once more where it stands already."""
        condition = getattr(self, vendor) or self.when or "1 = 1"
        says = self.says.replace("'", "''")
        if vendor == "sqlite":
            return [
                *self.removal(vendor),
                f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} "
                f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{says}'); END",
            ]
        row = "OLD" if self.event == "DELETE" else "NEW"
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF {condition} THEN RAISE EXCEPTION '{says}' "
            f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $$",
            f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}",
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.name}()",
        ]

    def removal(self, vendor: str) -> list[str]:
        if vendor == "sqlite":
            return [f"DROP TRIGGER IF EXISTS {self.name}"]
        return [f"DROP FUNCTION IF EXISTS {self.name}() CASCADE"]


def changed(*columns: str) -> dict[str, str]:
    """Return the condition "one of these columns gets another value", for a guard of updates."""
    return {
        vendor: " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns)
        for vendor, differs in (("sqlite", "IS NOT"), ("postgresql", "IS DISTINCT FROM"))
    }


def _all_of(conditions: dict[str, str], also: str) -> dict[str, str]:
    return {vendor: f"{condition} OR {also}" for vendor, condition in conditions.items()}


ADDED_ONLY = "A consent is only ever added to, never changed."
# As long as it is kept; the last day of it is left to whoever deletes in slices.
LOOKS_KEPT = timedelta(days=365)
KEPT = "A consent goes only with the whole of a closed chain."
GUARDS: list[Guard] = [
    Guard(
        name="guard_consent_changes",
        table="newsletter_consent",
        event="UPDATE",
        says=ADDED_ONLY,
        # Only the network may go, with its salt; it cannot become another one.
        **_all_of(
            changed(
                "id", "chain_id", "seq", "newsletter_id", "kind", "at", "wording_id", "locale",
                "source", "note", "network_seal", "prev_hash", "hash",
            ),
            "NEW.network <> '' OR NEW.network_salt <> ''",
        ),
    ),
    Guard(
        name="guard_consent_deletions",
        table="newsletter_consent",
        event="DELETE",
        says=KEPT,
        when=(
            "EXISTS (SELECT 1 FROM newsletter_consentchain c "
            "WHERE c.id = OLD.chain_id AND c.closed_at IS NULL)"
        ),
    ),
    Guard(
        name="guard_chain_changes",
        table="newsletter_consentchain",
        event="UPDATE",
        says="A chain of consents keeps its name, grows, and stays closed once it is.",
        **_all_of(
            changed("id", "public_id"), "NEW.length < OLD.length OR OLD.closed_at IS NOT NULL"
        ),
    ),
    Guard(
        name="guard_chain_deletions",
        table="newsletter_consentchain",
        event="DELETE",
        says=KEPT,
        when="OLD.closed_at IS NULL",
    ),
    Guard(
        name="guard_wording_changes",
        table="newsletter_consentwording",
        event="UPDATE",
        says="A wording is proof and never changed; write a new version.",
    ),
    Guard(
        name="guard_wording_deletions",
        table="newsletter_consentwording",
        event="DELETE",
        says="A wording is proof and never deleted.",
    ),
    Guard(
        name="guard_look_changes",
        table="newsletter_addresslook",
        event="UPDATE",
        says="Who looked at addresses is written down once and never changed.",
        # The account may go; its name stays in the row.
        **_all_of(
            changed("id", "at", "username", "kind", "subscriber", "count", "reason"),
            "NEW.user_id IS NOT NULL",
        ),
    ),
    Guard(
        name="guard_look_deletions",
        table="newsletter_addresslook",
        event="DELETE",
        says="Who looked at addresses is kept for a year.",
        sqlite=f"OLD.at > datetime('now', '-{LOOKS_KEPT.days - 1} days')",
        postgresql=f"OLD.at > now() - interval '{LOOKS_KEPT.days - 1} days'",
    ),
]  # fmt: skip


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Put up every guard whose table is there."""
    connection = connections[using]
    _run(connection, (guard.statements(connection.vendor) for guard in _standing(connection)))


def remove(using: str = DEFAULT_DB_ALIAS) -> None:
    """Take every guard off: before a table is built anew, and when a test database is emptied."""
    connection = connections[using]
    _run(connection, (guard.removal(connection.vendor) for guard in GUARDS))


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Return the names of guards the database does not have."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(NAMES[connection.vendor])
        there = {name for (name,) in cursor.fetchall()}
    return [guard.name for guard in GUARDS if guard.name not in there]


def before_migrations(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    # Only SQLite builds tables anew; elsewhere a guard stays up while the site runs on.
    if connections[using].vendor == "sqlite":
        remove(using)


def after_migrations(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    install(using)


def _standing(connection: BaseDatabaseWrapper) -> list[Guard]:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    return [guard for guard in GUARDS if guard.table in tables]


def _run(connection: BaseDatabaseWrapper, statements: Iterable[list[str]]) -> None:
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        for each in statements:
            for statement in each:
                cursor.execute(statement)
