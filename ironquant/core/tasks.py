"""Progress and cancelling of long work."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ironquant.core.errors import CancelledError

Progress = Callable[[float, str], None]
"""Called with the fraction done (0 to 1) and a step code (``resources/texts``, section ``steps``)."""


def no_progress(fraction: float, step: str) -> None:
    """Ignore progress."""


class CancelToken:
    """A flag that one thread sets and the working thread looks at."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next check."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether the work was asked to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise `CancelledError` if the work was asked to stop."""
        if self._event.is_set():
            raise CancelledError
