"""Index of the room's models."""

from newsletter.sending.accounts import EngineHost, SenderAccount
from newsletter.sending.batches import Attempt, Batch
from newsletter.sending.deliveries import Delivery, delivery_key
from newsletter.sending.dispatches import Dispatch, DispatchKind, OperatorAct, OperatorVerb
from newsletter.sending.probes import Probe
from newsletter.sending.states import (
    AttemptOutcome,
    BatchState,
    DeliveryState,
    DispatchState,
    HoldReason,
    Outcome,
    ProbeState,
    SkipReason,
)

__all__ = [
    "Attempt",
    "AttemptOutcome",
    "Batch",
    "BatchState",
    "Delivery",
    "DeliveryState",
    "Dispatch",
    "DispatchKind",
    "DispatchState",
    "EngineHost",
    "HoldReason",
    "OperatorAct",
    "OperatorVerb",
    "Outcome",
    "Probe",
    "ProbeState",
    "SenderAccount",
    "SkipReason",
    "delivery_key",
]
