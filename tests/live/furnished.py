"""Sites with their tables and nothing else, made once and copied in milliseconds."""

from __future__ import annotations

import shutil
from itertools import count
from typing import TYPE_CHECKING

import psycopg

from tests.live.site import RunningSite, environment, sqlite_url

if TYPE_CHECKING:
    from pathlib import Path

numbers = count(1)


def furnished_in(var: Path, database_url: str = "") -> RunningSite:
    """Return the site of a folder, which has its tables already or is about to get them."""
    values = environment(var=var, database_url=database_url)
    return RunningSite("", values["DATABASE_URL"], var, values)


def furnish(var: Path, database_url: str = "") -> RunningSite:
    """Make a site with its tables and nothing else."""
    site = furnished_in(var, database_url)
    site.manage("migrate", "--verbosity", "0", "--skip-checks")
    return site


def copy_database(model: RunningSite, var: Path) -> str:
    """Give the folder a database of its own, like the model's; return its address."""
    if model.database_url.startswith("sqlite"):
        shutil.copytree(model.var, var, dirs_exist_ok=True)
        return sqlite_url(var)
    server, _, name = model.database_url.rpartition("/")
    copy = f"{name}_{next(numbers)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"'.encode())
    return f"{server}/{copy}"
