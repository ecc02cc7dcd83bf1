"""Programs out of Debian's packages: unpacked into a folder, nothing installed or started."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(tempfile.gettempdir()) / "wissensregion-debian"
# Where Debian keeps what only administrators start.
OFF_THE_PATH = "/usr/sbin"


class MissingError(Exception):
    """What this machine lacks."""


@dataclass(frozen=True, slots=True)
class Program:
    """Where a program lies, and the libraries that came with it."""

    path: str
    libraries: tuple[str, ...] = ()

    def environment(self) -> dict[str, str]:
        libraries = {"LD_LIBRARY_PATH": ":".join(self.libraries)} if self.libraries else {}
        return {**os.environ, **libraries}


def program(name: str, *packages: str) -> Program:
    """The program of this machine, or else the one in the first of these packages."""
    places = f"{os.environ.get('PATH', '')}:{OFF_THE_PATH}"
    if path := shutil.which(name, path=places):
        return Program(path)
    folder = FOLDER / packages[0]
    if not folder.exists():
        _fetch(folder, packages)
    path = shutil.which(name, path=f"{folder}/usr/bin:{folder}/usr/sbin")
    if path is None:
        message = f"there is no {name} in the package {packages[0]}"
        raise MissingError(message)
    found = Program(path, tuple({str(file.parent) for file in folder.glob("usr/lib/*/*.so*")}))
    _check(found)
    return found


def _fetch(folder: Path, packages: tuple[str, ...]) -> None:
    apt_get, dpkg = shutil.which("apt-get"), shutil.which("dpkg")
    if not apt_get or not dpkg:
        message = f"{folder.name} is not installed, and without apt-get it cannot be fetched"
        raise MissingError(message)
    FOLDER.mkdir(exist_ok=True)
    # Whole or not at all: what is half unpacked must not be taken for the program.
    with tempfile.TemporaryDirectory(dir=FOLDER) as place:
        unpacked = Path(place) / "unpacked"
        try:
            _run([apt_get, "download", *packages], Path(place))
            for package in Path(place).glob("*.deb"):
                _run([dpkg, "-x", str(package), str(unpacked)], Path(place))
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode().strip()
            message = f"the package {folder.name} cannot be fetched: {said}"
            raise MissingError(message) from error
        unpacked.rename(folder)


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def _check(found: Program) -> None:
    """Name the libraries of other packages that are not here."""
    listed = subprocess.run(
        [shutil.which("ldd") or "ldd", found.path],
        env=found.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if lacking := [line.split()[0] for line in listed.stdout.splitlines() if "not found" in line]:
        message = f"{Path(found.path).name} lacks {', '.join(sorted(set(lacking)))}"
        raise MissingError(message)
