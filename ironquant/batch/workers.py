"""A pool of processes in which the death of one costs one piece of work, and memory decides how many.

Each process has a pipe of its own and at most one piece of work, so that what died with it is known. A
process ends by itself when the one that started it is gone, even if that was killed.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psutil

from ironquant.batch.runner import Crash, Result, Runner, Task, crash_of
from ironquant.core import CancelToken, Finding

FIRST_GUESS_BYTES = 700 * 2**20
"""What a process is taken to need before the first has told its peak."""
SPARE_BYTES = 256 * 2**20
"""Left to the rest of the machine."""
_CGROUP = Path("/sys/fs/cgroup")
_LOOK_EVERY_S = 0.2
_ENDING_S = 5.0
_ALONE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
"""One core is one process: none of them may take the others' cores."""


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    task: Any = None
    busy: bool = False


class Pool(Runner):
    """Processes of this machine.

    Parameters
    ----------
    most : int or None
        Number of processes; by default one per core. Fewer are started where memory is short.
    one_first : bool
        Whether the first result is waited for before others are started: it compiles for all.
    """

    def __init__(
        self, most: int | None = None, *, one_first: bool = False, cancel: CancelToken | None = None
    ) -> None:
        self._most = most or available_cores()
        self._one_first = one_first
        self._cancel = cancel
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self._need_bytes = FIRST_GUESS_BYTES

    def run(
        self, work: Callable[[Task], Result], tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, Result | Crash]]:
        """Do the work in processes, each of which has one task at a time."""
        pending = iter(tasks)
        waiting: list[Task] = list(islice(pending, 1))
        while waiting or any(worker.busy for worker in self._workers):
            if self._cancel is not None:
                self._cancel.check()
            while waiting and (worker := self._free_worker()) is not None:
                task = waiting.pop()
                self._give(worker, work, task)
                waiting += islice(pending, 1)
            busy = [worker for worker in self._workers if worker.busy]
            ready = wait([worker.pipe for worker in busy], _LOOK_EVERY_S) if busy else []
            for ended in (worker for worker in busy if worker.pipe in ready):
                task, ended.task, ended.busy = ended.task, None, False
                yield task, self._received(ended)

    def close(self) -> None:
        """End the processes: those that work at once, the others when they have heard of it."""
        for worker in self._workers:
            with contextlib.suppress(OSError):
                if worker.busy:
                    worker.process.terminate()
                else:
                    worker.pipe.send(None)
        for worker in self._workers:
            worker.process.join(_ENDING_S)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.pipe.close()
        self._workers.clear()

    def _free_worker(self) -> _Worker | None:
        free = next((worker for worker in self._workers if not worker.busy), None)
        return self._start() if free is None and self._may_start() else free

    def _may_start(self) -> bool:
        if not self._workers:
            return True
        if len(self._workers) >= self._most or self._one_first:
            return False
        return available_bytes() > self._need_bytes + SPARE_BYTES

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs,), daemon=True)
        with _environment(dict.fromkeys(_ALONE, "1")), _deaf():
            process.start()
        theirs.close()
        self._workers.append(worker := _Worker(process, ours))
        return worker

    def _give(self, worker: _Worker, work: Callable[[Any], Any], task: Any) -> None:
        worker.task, worker.busy = task, True
        with contextlib.suppress(OSError):  # it has just died, which the pipe tells
            worker.pipe.send((work, task))

    def _received(self, worker: _Worker) -> Any:
        """Return what a process sent, or that it died."""
        try:
            result, peak = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join(_ENDING_S)
            self._workers.remove(worker)
            worker.pipe.close()
            return Crash(Finding("batch_process_died", "error", {"code": worker.process.exitcode}))
        self._need_bytes, self._one_first = max(self._need_bytes, peak), False
        return result


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def available_bytes() -> int:
    """Return the memory that is free, within the limit of the container where there is one."""
    free = int(psutil.virtual_memory().available)
    with contextlib.suppress(OSError, ValueError):
        limit, used = (int((_CGROUP / name).read_text()) for name in ("memory.max", "memory.current"))
        free = min(free, limit - used)
    return free


@contextlib.contextmanager
def _environment(changes: dict[str, str]) -> Iterator[None]:
    """Change the environment for processes that are started meanwhile."""
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Start processes that do not hear Ctrl-C, not even while they begin: we say when they end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _serve(pipe: Connection) -> None:
    """Do work until there is no more, or nobody who wants it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        while (message := pipe.recv()) is not None:
            work, task = message
            pipe.send((_done(work, task), peak_bytes()))


def _done(work: Callable[[Any], Any], task: Any) -> Any:
    try:
        return work(task)
    except Exception as error:  # of any kind: the process goes on with the next task
        return crash_of(error)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def peak_bytes() -> int:
    """Return the most memory that this process has had."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
