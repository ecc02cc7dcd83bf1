"""Checks the proof of every consent."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from newsletter import guards
from newsletter.models import Consent, ConsentChain
from newsletter.subscriptions import verifying


class Command(BaseCommand):
    help = "Checks the chain of consents of every person. Ends with 1 where one is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        problems = [f"The database lacks {name}; run migrate." for name in guards.missing()]
        problems += [_told(each) for each in verifying.all_breaks()]
        for problem in problems:
            self.stdout.write(problem)
        if problems:
            message = f"{len(problems)} problems with the proof of consents."
            raise CommandError(message)
        people, steps = ConsentChain.objects.count(), Consent.objects.count()
        self.stdout.write(f"Whole: {steps} steps of {people} people.")


def _told(each: verifying.Break) -> str:
    """Name the person without the address."""
    subscriber = verifying.subscriber_of(each.chain)
    known = f" (subscriber {subscriber.public_id})" if subscriber else ""
    return f"Proof {each.chain.public_id}{known}, step {each.seq}: {each.fault.value}."
