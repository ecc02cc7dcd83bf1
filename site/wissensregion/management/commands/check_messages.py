"""Say whether every text on screen is translated."""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polib
from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import makemessages

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

# Whatever holds no text of ours; the catalogues themselves are copied, never written.
IGNORED = [".venv/*", "node_modules/*", "build/*", "tests/*", "var/*", "site/wissensregion/locale*"]


class Command(makemessages.Command):
    """Collect all texts into a copy of the catalogues and name what is missing there."""

    help = "Fail if a text on screen has no translation. Needs GNU gettext."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take none: the answer depends on the source alone."""

    def handle(self, *_args: Any, **options: Any) -> None:
        if shutil.which("xgettext") is None:
            message = "GNU gettext is missing. On Debian: apt-get install gettext"
            raise CommandError(message)
        own = Path(settings.LOCALE_PATHS[0])
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "locale"
            shutil.copytree(own, copy)
            problems = [
                f"{code}: {problem}"
                for code in sorted(path.name for path in own.iterdir() if path.is_dir())
                for problem in self.problems(copy, code, options)
            ]
        if problems:
            message = "\n".join([*problems, f"{len(problems)} texts have no translation."])
            raise CommandError(message)
        self.stdout.write("Every text has its translation.")

    def problems(self, copy: Path, code: str, options: dict[str, Any]) -> list[str]:
        """The texts of the source that one catalogue does not translate."""
        silent = io.StringIO()
        defaults = {
            "locale": [code], "exclude": [], "domain": "django", "all": False, "extensions": None,
            "symlinks": False, "ignore_patterns": IGNORED, "use_default_ignore_patterns": True,
            "no_wrap": True, "no_location": False, "add_location": None, "no_obsolete": True,
            "keep_pot": False,
        }  # fmt: skip
        before, settings.LOCALE_PATHS = settings.LOCALE_PATHS, [str(copy)]
        stdout, self.stdout = self.stdout, type(self.stdout)(silent)
        try:
            super().handle(**{**options, **defaults, "verbosity": 0})
        finally:
            settings.LOCALE_PATHS, self.stdout = before, stdout
        catalogue = polib.pofile(str(copy / code / "LC_MESSAGES" / "django.po"))
        return [_described(entry) for entry in catalogue if not entry.translated()]


def _described(entry: polib.POEntry) -> str:
    place = ":".join(entry.occurrences[0]) if entry.occurrences else "?"
    return f"{place}  {'unsure' if entry.fuzzy else 'missing'}  {entry.msgid!r}"
