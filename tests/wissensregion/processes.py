"""Processes of their own, for what only a start can show: settings, plugins, commands."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
KEPT = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}


@dataclass(frozen=True)
class Site:
    """A site with a database and an environment of its own, and nothing else around it."""

    var: Path
    environment: dict[str, str] = field(default_factory=dict)
    modules: tuple[Path, ...] = ()

    def run(
        self, *arguments: str, answer: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run Python with these arguments in the site's environment."""
        self.var.mkdir(parents=True, exist_ok=True)
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={
                **KEPT,
                "DJANGO_SETTINGS_MODULE": "wissensregion.settings.test",
                "VAR_DIR": str(self.var),
                "DATABASE_URL": f"sqlite:///{self.var / 'site.sqlite3'}",
                "PYTHONPATH": os.pathsep.join(map(str, [*self.modules, ROOT / "site", ROOT])),
                **self.environment,
                **environment,
            },
            input=answer,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def manage(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run("manage.py", *arguments, **environment)
