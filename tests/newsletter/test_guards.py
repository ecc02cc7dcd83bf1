"""What the database refuses to whoever has a connection, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import psycopg
import pytest

from tests.live.rows import fingerprint, read
from tests.live.site import RunningSite

PEOPLE = """
from newsletter.models import Newsletter
from newsletter.subscriptions import actions
paper = Newsletter.objects.create(name="Wissensregion", slug="wissensregion")
for name in ("ada", "cleo"):
    visit = actions.Visit(network="198.51.100.0/24")
    request = actions.subscribe(address=f"{name}@example.org", newsletters=[paper], locale="de",
        source="/newsletter/", visit=visit)
    assert actions.confirm(request)
"""
REFUSED = [
    "UPDATE newsletter_consent SET source = 'x'",
    "UPDATE newsletter_consent SET hash = 'x' WHERE seq = 1",
    "UPDATE newsletter_consent SET newsletter_id = NULL",
    "UPDATE newsletter_consent SET network = '203.0.113.0/24'",
    "UPDATE newsletter_consent SET network = '', network_salt = '', note = 'x'",
    "DELETE FROM newsletter_consent WHERE seq = 2",
    "DELETE FROM newsletter_consentchain",
    "UPDATE newsletter_consentchain SET length = 1",
    "UPDATE newsletter_consentchain SET public_id = 'x'",
    "UPDATE newsletter_consentwording SET text = 'x'",
    "DELETE FROM newsletter_consentwording",
]
CLOSED = "(SELECT id FROM newsletter_consentchain WHERE closed_at IS NOT NULL)"


@pytest.fixture(scope="module")
def site(migrated: RunningSite) -> RunningSite:
    """A database of our own with the proof of two people in it."""
    migrated.manage("shell", "-c", PEOPLE)
    return migrated


def run(site: RunningSite, *statements: str) -> None:
    """Run statements in one transaction, past the programme."""
    if site.database_url.startswith("sqlite"):
        with closing(sqlite3.connect(site.var / "wissensregion.sqlite3")) as file, file:
            for statement in statements:
                file.execute(statement)
    else:
        with psycopg.connect(site.database_url) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@pytest.mark.parametrize("statement", REFUSED)
def test_proof_cannot_be_touched_by_anybody(statement: str, site: RunningSite) -> None:
    before = fingerprint(site.database_url)

    with pytest.raises((sqlite3.IntegrityError, psycopg.errors.IntegrityConstraintViolation)):
        run(site, statement)

    assert fingerprint(site.database_url) == before


def test_networks_may_go_and_a_closed_chain_as_a_whole(site: RunningSite) -> None:
    site.manage("migrate", "--verbosity", "0")
    assert "Whole: " in site.manage("verify_consents")
    run(site, "UPDATE newsletter_consent SET network = '', network_salt = '' WHERE network <> ''")
    assert "Whole: " in site.manage("verify_consents")
    people = len(read(site.database_url, "SELECT id FROM newsletter_consentchain"))

    run(
        site,
        "UPDATE newsletter_consentchain SET closed_at = CURRENT_TIMESTAMP WHERE id = 1",
        f"DELETE FROM newsletter_consent WHERE chain_id IN {CLOSED}",  # noqa: S608
        "DELETE FROM newsletter_consentchain WHERE closed_at IS NOT NULL",
    )

    assert len(read(site.database_url, "SELECT id FROM newsletter_consentchain")) == people - 1
    assert "Whole: " in site.manage("verify_consents")
