"""The one place that runs work off the window's thread.

Every job belongs to a channel. A new job of a channel takes the place of the former one: the former is
asked to stop and its late result is dropped. A *following* channel (a region being dragged) lets the
running job end and show, and then starts only the newest waiting one, so that numbers keep moving while
the mouse moves.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from ironquant.core import CancelToken, Finding, IronQuantError, Progress
from ironquant.core.logs import Safe, places

_LOG = logging.getLogger(__name__)
_PROGRESS_INTERVAL_S = 0.05
_MAX_THREADS = 3
_SHUTDOWN_MS = 30_000

Work = Callable[[Progress, CancelToken], Any]
Done = Callable[[Any], None]
Failed = Callable[[Finding], None]


@dataclass(eq=False)
class _Job:
    """One piece of work with frozen arguments; changed only by the window's thread."""

    channel: str
    generation: int
    work: Work
    done: Done
    failed: Failed
    visible: bool
    unwanted: Done | None
    token: CancelToken = field(default_factory=CancelToken)


class _Runnable(QRunnable):
    """Runs a job in a pool thread; touches nothing of the window, only emits."""

    def __init__(self, job: _Job, relay: TaskRunner) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self._job = job
        self._relay = relay
        self._told = 0.0

    def run(self) -> None:
        job, began = self._job, time.monotonic()
        result: Any = None
        finding: Finding | None = None
        try:
            job.token.check()
            result = job.work(self._progress, job.token)
        except IronQuantError as error:
            finding = error.finding
        except MemoryError:
            finding = Finding("out_of_memory", "error")
        except Exception as error:
            # Places only: the message of an exception may hold patient data.
            _LOG.error("failed: %s: %s", _kind(job.channel), places(error))
            finding = Finding("unexpected_error", "error", {"reason": type(error).__name__})
        _LOG.debug("ended: %s after %.3f s", _kind(job.channel), time.monotonic() - began)
        self._relay._ended.emit(job, result, finding)

    def _progress(self, fraction: float, step: str) -> None:
        now = time.monotonic()
        if now - self._told >= _PROGRESS_INTERVAL_S or fraction >= 1.0:
            self._told = now
            self._relay._told.emit(self._job, float(fraction), step)


def _kind(channel: str) -> Safe:
    """Return what a channel is about, without the examination that it may name."""
    return Safe(channel.partition(":")[0])


class TaskRunner(QObject):
    """Starts jobs, delivers their results on the window's thread.

    Signals
    -------
    progressed : str, float, str
        Channel, fraction and step code of a visible job.
    busy_changed : bool
        Whether a visible job is running.
    """

    progressed = Signal(str, float, str)
    busy_changed = Signal(bool)
    _ended = Signal(object, object, object)
    _told = Signal(object, float, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(_MAX_THREADS)
        self._generations: dict[str, int] = {}
        self._running: dict[_Job, _Runnable] = {}
        self._waiting: dict[str, _Job] = {}
        self._closed = False
        self._busy = False
        self._ended.connect(self._deliver)
        self._told.connect(self._tell)

    @property
    def busy(self) -> bool:
        """Whether a visible job is running."""
        return self._busy

    @property
    def idle(self) -> bool:
        """Whether nothing runs and nothing waits."""
        return not self._running and not self._waiting

    def start(
        self,
        channel: str,
        work: Work,
        done: Done,
        failed: Failed,
        *,
        follow: bool = False,
        visible: bool = False,
        unwanted: Done | None = None,
    ) -> None:
        """Run `work` in the background.

        Parameters
        ----------
        channel : str
            Jobs of one channel replace each other.
        work : callable
            Called with progress and cancel token in another thread; its arguments must be immutable.
        done, failed : callable
            Called in this thread with the result, or with the finding that says what went wrong.
        follow : bool
            Let a running job of the channel end and show before this one starts.
        visible : bool
            Whether progress is shown and the user may cancel.
        unwanted : callable
            Called in this thread with a result that came too late: to let go what it holds.
        """
        if self._closed:
            return
        generation = self._generations.get(channel, 0) + 1
        new = _Job(channel, generation, work, done, failed, visible, unwanted)
        if follow and any(job.channel == channel and self._current(job) for job in self._running):
            self._waiting[channel] = new
            return
        self._generations[channel] = generation
        self._waiting.pop(channel, None)
        for running in self._running:
            if running.channel == channel:
                running.token.cancel()
        self._launch(new)

    def drop(self, *channels: str) -> None:
        """Stop the jobs of these channels and ignore what they still deliver."""
        for channel in channels:
            self._generations[channel] = self._generations.get(channel, 0) + 1
            self._waiting.pop(channel, None)
            for job in self._running:
                if job.channel == channel:
                    job.token.cancel()
        self._update_busy()

    def cancel_visible(self) -> None:
        """Ask every visible job to stop; each then fails with ``cancelled``."""
        for job in self._running:
            if job.visible:
                job.token.cancel()

    def shutdown(self) -> None:
        """Stop everything, deliver nothing more, wait until the threads have ended."""
        self._closed = True
        self._waiting.clear()
        for job in self._running:
            job.token.cancel()
        self._pool.clear()
        self._pool.waitForDone(_SHUTDOWN_MS)

    def _launch(self, job: _Job) -> None:
        runnable = _Runnable(job, self)
        self._running[job] = runnable
        self._update_busy()
        self._pool.start(runnable)

    def _current(self, job: _Job) -> bool:
        return not self._closed and self._generations.get(job.channel) == job.generation

    def _tell(self, job: _Job, fraction: float, step: str) -> None:
        if job.visible and self._current(job):
            self.progressed.emit(job.channel, fraction, step)

    def _deliver(self, job: _Job, result: Any, finding: Finding | None) -> None:
        self._running.pop(job, None)
        current = self._current(job)
        following = self._waiting.pop(job.channel, None) if current else None
        self._update_busy()
        if current and finding is None:
            job.done(result)
        elif current and finding is not None:
            job.failed(finding)
        elif finding is None and job.unwanted is not None:
            job.unwanted(result)
        # `done` may itself have started something newer on this channel.
        if following is not None and self._current(job):
            self._generations[job.channel] = following.generation
            self._launch(following)

    def _update_busy(self) -> None:
        busy = any(job.visible and self._current(job) for job in self._running)
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit(busy)
