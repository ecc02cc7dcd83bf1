"""Runs what is too long for every test run: ``python -m tests.crash soak 11 12`` or ``mutants``."""

from __future__ import annotations

import os
import sys

import django


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.crash.settings"
    django.setup()
    # Only now can the models be imported.
    from tests.crash import mutants, soak  # noqa: PLC0415

    match sys.argv[1:]:
        case ["soak", *seeds]:
            return soak.main([int(seed) for seed in seeds] or [11, 12])
        case ["mutants", *names]:
            return mutants.main(names)
    sys.exit("Say soak, with seeds, or mutants.")


if __name__ == "__main__":
    sys.exit(main())
