"""One figure of a bench: what it took, in times of a limit of the same run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times longer something takes than the least it could, and how many it may."""

    what: str
    seconds: float
    limit: str
    limit_seconds: float
    allowed: float
    unit: str = "s"

    @property
    def value(self) -> float:
        return self.seconds / self.limit_seconds

    @property
    def kept(self) -> bool:
        return self.value <= self.allowed

    def __str__(self) -> str:
        verdict = "ok" if self.kept else "TOO SLOW"
        return (
            f"{self.what:<44} {self.seconds:7.2f} {self.unit} = {self.value:6.2f} x {self.limit} "
            f"({self.limit_seconds:.2f} {self.unit}), allowed {self.allowed:g} x: {verdict}"
        )
