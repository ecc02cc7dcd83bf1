"""Hands planned deliveries over to the mail service, none twice.

A lane is one worker thread with a way to the service of its own. It claims a batch, gets the
permit for the next calls, makes them and writes down what came of them, until nothing is due.
"""

from __future__ import annotations

import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic, sleep
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.utils import timezone

from newsletter import mail
from newsletter.composing.models import Edition
from newsletter.sending import copies, fence, health, permits, throttle
from newsletter.sending.models import Batch, Dispatch, DispatchState
from newsletter.sending.results import Result
from newsletter.subscriptions.models import Subscription

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.sending.permits import Call
    from newsletter.subscriptions.models import Newsletter

logger = logging.getLogger(__name__)

# One mail at a time: so many permits ahead that writing them down takes a tenth of the time at
# most. What a crash leaves unknown is never more; where a mail takes long, it is one.
LEDGER_SHARE, WIDEST = 0.1, 500
WELL_SECONDS = 5.0
# So long a lane waits for its budget by itself; for longer the dispatch waits.
PATIENCE = 3.0
# Seconds after which a lane that found nothing looks again while another is at work.
LOOK_AGAIN = 0.1


@dataclass
class Lane:
    """One worker thread's way through a dispatch."""

    dispatch: Dispatch
    carrier: mail.Carrier
    until: float
    letters: dict[int, mail.Letter]
    addressing: copies.Addressing
    # The owners of this process who have work.
    at_work: set[str]
    owner: str = field(default_factory=lambda: f"{os.getpid()}.{threading.get_ident()}")
    window: int = 1
    # Seconds the last permit took.
    permitting: float = 0
    stopped: bool = False
    # Before this moment a success is no news.
    well_at: float = 0
    # Calls that were made and are not yet written down.
    results: list[Result] = field(default_factory=list)

    def run(self) -> bool:
        """Work until nothing is due or the time is over; say whether there may be more.

        What is due can change while another lane works: the first batch goes alone.
        """
        try:
            while not self.stopped:
                if monotonic() >= self.until:
                    return True
                batch = permits.claim(self.dispatch.pk, self.owner)
                if batch:
                    self.at_work.add(self.owner)
                    self._work_off(batch)
                    health.look_at(self.dispatch.pk)
                    continue
                self.at_work.discard(self.owner)
                if not self.at_work:
                    return False
                sleep(LOOK_AGAIN)
            return False
        finally:
            self.at_work.discard(self.owner)

    def _work_off(self, batch: Batch) -> None:
        letter = self.letters[batch.edition_id]
        self.results = []
        try:
            while monotonic() < self.until and not self.stopped:
                permit = self._permit(batch, letter)
                if permit.wait and self._wait(permit.wait):
                    continue
                if not permit.calls:
                    break
                self._make(permit.calls, letter)
                if self.carrier.batches or permit.last:
                    break
        except BaseException:
            # What was made is written down; what was not stays with the batch until its lease
            # is over, as if this worker had been killed.
            permits.record(batch, self.results, keep=True)
            raise
        permits.record(batch, self.results)

    def _permit(self, batch: Batch, letter: mail.Letter) -> permits.Permit:
        begun = monotonic()
        single = not self.carrier.batches
        most = self.window if single else self.carrier.limit(letter)
        permit = permits.permit(
            batch, self.carrier.service, most=most, single=single, after=self.results
        )
        self.results = []
        if permit.calls:
            fence.remember(permit.calls[-1].attempt, batch.pk)
        self.permitting = monotonic() - begun
        return permit

    def _make(self, calls: list[Call], letter: mail.Letter) -> None:
        begun = monotonic()
        addressed = [list(map(self.addressing.recipient, call.copies)) for call in calls]
        for number, call in enumerate(calls):
            following = addressed[number + 1][0] if number + 1 < len(calls) else None
            receipt = self._receipt(call, letter, addressed[number], following)
            self.results.append(Result(call, receipt))
            self._weigh(receipt, len(call.copies))
        each = (monotonic() - begun) / len(calls)
        self.window = max(1, min(WIDEST, round(self.permitting / LEDGER_SHARE / max(each, 1e-6))))

    def _receipt(
        self,
        call: Call,
        letter: mail.Letter,
        recipients: list[mail.Recipient],
        following: mail.Recipient | None,
    ) -> mail.Receipt:
        if self.stopped or call.overdue:
            return mail.Receipt(
                verdict=mail.Verdict.NOT_ACCEPTED, reason="Held back: the call was never made."
            )
        return self.carrier.carry(
            letter, recipients, idempotency_key=f"a{call.attempt}", following=following
        )

    def _weigh(self, receipt: mail.Receipt, size: int) -> None:
        """See what the answer says about the service, beyond these recipients."""
        service = self.carrier.service
        if receipt.verdict == mail.Verdict.ACCEPTED and monotonic() >= self.well_at:
            self.well_at = monotonic() + WELL_SECONDS
            throttle.all_well(service)
        if receipt.verdict != mail.Verdict.NOT_ACCEPTED:
            return
        self.well_at = 0
        match receipt.cause:
            case mail.Cause.ACCOUNT:
                self.stopped = True
                health.pause(self.dispatch.pk, receipt.reason)
            case mail.Cause.THROTTLED:
                throttle.slow_down(service)
                throttle.failed(service, receipt.reason, retry_after=receipt.retry_after or 5)
            case mail.Cause.UNREACHABLE:
                throttle.failed(service, receipt.reason)
            case mail.Cause.TOO_LARGE if size > 1:
                throttle.smaller_calls(service, size)
                self.stopped = True
        if receipt.reason and not self.stopped:
            Dispatch.objects.filter(pk=self.dispatch.pk).update(last_error=receipt.reason)

    def _wait(self, seconds: float) -> bool:
        """Wait for the budget; say whether it came while one could wait for it."""
        if seconds > min(PATIENCE, self.until - monotonic()):
            due_at = timezone.now() + timedelta(seconds=seconds)
            Dispatch.objects.filter(pk=self.dispatch.pk, state=DispatchState.SENDING).update(
                due_at=due_at
            )
            self.stopped = True
            return False
        sleep(seconds)
        return True


def hand_over(dispatch_id: int, *, until: float) -> bool:
    """Hand over what is due until the clock says ``until``; say whether to go on at once."""
    dispatch = Dispatch.objects.select_related("newsletter").get(pk=dispatch_id)
    if dispatch.state != DispatchState.SENDING:
        return False
    health.look_at(dispatch_id)
    # Loaded once: the text of an edition is far bigger than all rows of a batch.
    letters = {edition.pk: copies.letter(edition) for edition in dispatch.editions.all()}
    addressing = copies.Addressing(dispatch.newsletter)
    at_work: set[str] = set()

    def run() -> bool:
        with closing(carrier()) as way:
            return Lane(dispatch, way, until, letters, addressing, at_work).run()

    if settings.NEWSLETTER_LANES == 1:
        return run()
    with ThreadPoolExecutor(settings.NEWSLETTER_LANES) as pool:
        lanes = [pool.submit(_in_thread, run) for _number in range(settings.NEWSLETTER_LANES)]
        # Every lane is waited for: an error in one must not hide that another has more to do.
        more = [lane.result() for lane in lanes]
    return any(more)


def _in_thread(run: Callable[[], bool]) -> bool:
    try:
        return run()
    finally:
        connection.close()


def carrier() -> mail.Carrier:
    """Open the way to the mail service in use, with what we know of its limits."""
    way = mail.carrier()
    if limit := throttle.account(way.service).max_batch:
        way.close()
        way = mail.carrier(max_batch=limit)
    return way


def service_in_use() -> str:
    """The name of the mail service that the settings name."""
    with closing(mail.carrier()) as way:
        return way.service


def shares(dispatch: Dispatch) -> dict[int, int]:
    """Say how many recipients one call carries, for each edition of a dispatch."""
    with closing(carrier()) as way:
        if not way.batches:
            return {}
        return {
            edition.pk: way.limit(copies.letter(edition)) for edition in dispatch.editions.all()
        }


def nobody(to: str, newsletter: Newsletter) -> mail.Recipient:
    """Somebody outside any dispatch, whose links belong to nobody."""
    copy = permits.Copy(0, "", to, Subscription().public_id, 0)
    return copies.Addressing(newsletter).recipient(copy)


def hand_over_one(recipient: mail.Recipient, edition: Edition) -> mail.Answer:
    """Hand over a copy outside any dispatch: a test mail, a probe."""
    with closing(mail.carrier()) as way:
        receipt = way.carry(copies.letter(edition), [recipient])
    if receipt.verdict != mail.Verdict.ACCEPTED:
        return mail.Answer(mail.Failure(receipt.verdict), receipt.reason)
    return receipt.answers.get(recipient.key, mail.Answer(mail.Failure.UNKNOWN))
