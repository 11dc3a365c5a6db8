"""What does work somewhere else: the processes of this machine, or a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ironquant.core import Finding, IronQuantError

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Crash:
    """What came of work instead of a result."""

    finding: Finding


class Runner(Protocol):
    """Where work is done; what goes wrong with one task costs no other."""

    def run(
        self, work: Callable[[Task], Result], tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, Result | Crash]]:
        """Do the work on every task; yield as they end, in any order.

        Raises
        ------
        CancelledError
        """

    def close(self) -> None:
        """End what was started; work that has not ended is given up."""


def crash_of(error: Exception) -> Crash:
    """Return the reason for which work failed; the message of a foreign error may hold patient data."""
    if isinstance(error, IronQuantError):
        return Crash(error.finding)
    return Crash(Finding("internal_error", "error", {"reason": type(error).__name__}))
