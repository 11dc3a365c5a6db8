"""How far a batch is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from ironquant.core import Finding

Phase = Literal["plan", "measure", "tables", "end"]


@dataclass(frozen=True)
class Tally:
    """How far a batch is at one moment.

    Attributes
    ----------
    phase : {"plan", "measure", "tables", "end"}
    total : int
        Of this phase: places to look into, or examinations.
    done, failed : int
        Of them, in this run (at the end: in all); what failed is not among what is done.
    kept : int
        Finished by an earlier run.
    job : str
        Examination that ended last.
    reason : Finding or None
        Why it failed.
    seconds : float
        Since this phase began.
    """

    phase: Phase
    total: int = 0
    done: int = 0
    failed: int = 0
    kept: int = 0
    job: str = ""
    reason: Finding | None = None
    seconds: float = 0.0

    @property
    def ended(self) -> int:
        """Done, failed or finished before."""
        return self.done + self.failed + self.kept

    @property
    def per_hour(self) -> float | None:
        """Examinations per hour in this run."""
        worked = self.done + self.failed
        return 3600.0 * worked / self.seconds if worked and self.seconds > 0 else None

    @property
    def left_s(self) -> float | None:
        """Seconds until the end of this phase at this rate."""
        rate = self.per_hour
        return None if rate is None else 3600.0 * (self.total - self.ended) / rate


Watch = Callable[[Tally], None]


def unwatched(tally: Tally) -> None:
    """Ignore how far it is."""


@dataclass
class Counter:
    """Counts one phase and tells a watcher."""

    phase: Phase
    watch: Watch
    total: int
    kept: int = 0
    done: int = 0
    failed: int = 0
    _begun: float = field(default_factory=time.monotonic)

    def tell(self, job: str = "", reason: Finding | None = None) -> None:
        """Tell where we are."""
        seconds = time.monotonic() - self._begun
        self.watch(Tally(self.phase, self.total, self.done, self.failed, self.kept, job, reason, seconds))

    def count(self, job: str, reason: Finding | None = None, *, failed: bool = False) -> None:
        """Count one that ended, and tell."""
        self.failed += failed
        self.done += not failed
        self.tell(job, reason)
