"""What a test needs of the machine: where it is missing the test is left out, in CI never."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CI = os.environ.get("CI", "").lower() in {"1", "true"}
CHECKERS = ROOT / "node_modules"
POSTGRES = Path("/usr/lib/postgresql")


def program(name: str) -> str:
    if found := shutil.which(name):
        return found
    return pytest.skip(f"{name} is not installed")


def postgres_program(name: str) -> str:
    """Find a server program; Debian keeps them off the PATH, the newest version last."""
    installed = sorted(POSTGRES.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    if installed:
        return str(installed[-1])
    return program(name)


def checker(path: str) -> Path:
    """Find a file of the checkers that package.json names."""
    if (found := CHECKERS / path).exists():
        return found
    return pytest.skip(f"{path} is missing; `npm ci --ignore-scripts` fetches it")
