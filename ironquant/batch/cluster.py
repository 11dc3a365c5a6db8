"""Work on a Dask cluster that is there already; its workers see the same folders by the same paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import islice
from typing import Any

from ironquant.batch.runner import Crash, Result, Runner, Task, crash_of
from ironquant.core import CancelToken, Finding, SettingsError

_CONNECT_S = 20
_LOOK_EVERY_S = 1.0
_AHEAD = 2
"""Tasks sent per thread of the cluster: the next is there when one ends, and no more."""


class Cluster(Runner):
    """A Dask cluster.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.1:8786``.

    Raises
    ------
    SettingsError
        ``package_missing``, ``scheduler_unreachable``.
    """

    def __init__(self, address: str, *, cancel: CancelToken | None = None) -> None:
        try:
            self._dask: Any = import_module("distributed")
        except ImportError as error:
            raise SettingsError("package_missing", name="distributed") from error
        try:
            self._client = self._dask.Client(address, timeout=_CONNECT_S, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise SettingsError("scheduler_unreachable", address=address) from error
        self._cancel = cancel

    def run(
        self, work: Callable[[Task], Result], tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, Result | Crash]]:
        """Send the tasks a few at a time, as many as the cluster has threads for."""
        pending = iter(tasks)
        running: dict[Any, Task] = {}
        while True:
            if self._cancel is not None:
                self._cancel.check()
            for task in islice(pending, max(0, self._width() - len(running))):
                running[self._client.submit(work, task, pure=False)] = task
            if not running:
                return
            for future in self._ended(list(running)):
                yield running.pop(future), _result(future)

    def close(self) -> None:
        """Leave the cluster; what it still works on is given up."""
        self._client.close()

    def _width(self) -> int:
        threads = sum(map(int, self._client.nthreads().values()))
        return _AHEAD * max(1, threads)

    def _ended(self, futures: list[Any]) -> set[Any]:
        try:
            with self._client.as_current():
                waited = self._dask.wait(futures, timeout=_LOOK_EVERY_S, return_when="FIRST_COMPLETED")
        except TimeoutError:
            return set()
        return set(waited.done)


def _result(future: Any) -> Any:
    try:
        return future.result()
    except Exception as error:  # of any kind: it comes from another process
        if type(error).__name__ == "KilledWorker":
            return Crash(Finding("batch_process_died", "error", {"code": None}))
        return crash_of(error)
