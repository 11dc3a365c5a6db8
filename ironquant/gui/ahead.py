"""Reads and proposes the next examinations while the reader is busy with this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from ironquant.core import ExaminationRef, Finding, Reading, Settings
from ironquant.gui import work
from ironquant.gui.tasks import TaskRunner

AHEAD = 3
"""So many examinations are held ready: what a workstation's memory bears."""
_CHANNEL = "ahead"


class Ahead:
    """Examinations that are ready to be shown."""

    def __init__(self, tasks: TaskRunner) -> None:
        self._tasks = tasks
        self._ready: dict[int, tuple[Settings, work.Opened]] = {}
        self._failed: set[int] = set()

    def clear(self) -> None:
        """Forget everything: other examinations are listed now."""
        self._tasks.drop(_CHANNEL)
        self._ready.clear()
        self._failed.clear()

    def take(self, index: int, settings: Settings) -> work.Opened | None:
        """Return an examination if it is ready, measured by these settings."""
        found = self._ready.pop(index, None)
        return found[1] if found is not None and found[0] is settings else None

    def prepare(
        self,
        refs: Sequence[ExaminationRef],
        current: int,
        settings: Settings,
        kept: Mapping[str, Reading],
    ) -> None:
        """Make the next examinations ready, one after the other; what lies behind is let go."""
        wanted = [index for index in range(current + 1, len(refs)) if refs[index].measurable][:AHEAD]
        self._ready = {
            index: item for index, item in self._ready.items() if index in wanted and item[0] is settings
        }
        missing = [index for index in wanted if index not in self._ready and index not in self._failed]
        if not missing:
            return
        first = missing[0]

        def done(opened: work.Opened) -> None:
            self._ready[first] = (settings, opened)
            self.prepare(refs, current, settings, kept)

        def failed(finding: Finding) -> None:
            self._failed.add(first)  # the reader is told when he opens it
            self.prepare(refs, current, settings, kept)

        self._tasks.start(_CHANNEL, partial(work.read, refs[first], settings, kept), done, failed)
