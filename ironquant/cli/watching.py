"""How far a batch is, on the terminal: a bar, plain lines in a pipe, or JSON lines."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import typer

from ironquant.batch.progress import Tally
from ironquant.cli.say import finding_line, terminal_language
from ironquant.resources import text

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_PLAIN_EVERY_S = 10.0


class _Shown(Protocol):
    def show(self, tally: Tally) -> None: ...


class View:
    """Shows how far a batch is, and remembers what came out.

    Attributes
    ----------
    total, n_failed : int
        Examinations, and those among them without a number, in this run or before.
    """

    def __init__(self, shown: _Shown) -> None:
        self._shown = shown
        self._last = Tally("plan")
        self.total = self.n_failed = 0

    def show(self, tally: Tally) -> None:
        """Show a tally."""
        if tally.phase == "measure":
            self._last = tally
        elif tally.phase == "end":
            self.total, self.n_failed = tally.total, tally.failed
        self._shown.show(tally)

    def conclude(self, out: Path) -> None:
        """Say what came out and where it lies."""
        lang, last = terminal_language(), self._last
        counts = {"n": last.total, "n_done": last.done, "n_kept": last.kept, "n_failed": last.failed}
        typer.echo(text("batch", "concluded", lang, **counts), err=True)
        typer.echo(f"  {out / 'results_wide.tsv'}", err=True)
        typer.echo(f"  {out / 'contact.html'}", err=True)


@contextmanager
def watching(as_json: bool) -> Iterator[View]:
    """Show progress while the batch runs."""
    if as_json:
        yield View(_JsonLines())
    elif sys.stderr.isatty():
        with _bar() as bar:
            yield View(_Bar(bar))
    else:
        yield View(_PlainLines())


class _JsonLines:
    def show(self, tally: Tally) -> None:
        reason = None if tally.reason is None else tally.reason.code
        document: dict[str, Any] = {
            "phase": tally.phase,
            "total": tally.total,
            "done": tally.done,
            "failed": tally.failed,
            "kept": tally.kept,
            "job": tally.job or None,
            "reason": reason,
            "seconds": round(tally.seconds, 3),
            "per_hour": None if tally.per_hour is None else round(tally.per_hour, 1),
            "left_s": None if tally.left_s is None else round(tally.left_s, 1),
        }
        typer.echo(json.dumps(document))


class _PlainLines:
    def __init__(self) -> None:
        self._told_at = -_PLAIN_EVERY_S
        self._phase = ""

    def show(self, tally: Tally) -> None:
        if tally.reason is not None:
            typer.echo(failure_line(tally), err=True)
        now, ended = time.monotonic(), tally.total > 0 and tally.ended == tally.total
        if tally.phase == self._phase and not ended and now - self._told_at < _PLAIN_EVERY_S:
            return
        self._phase, self._told_at = tally.phase, now
        if tally.phase in ("plan", "measure"):
            typer.echo(progress_line(tally, terminal_language()), err=True)


class _Bar:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def show(self, tally: Tally) -> None:
        lang = terminal_language()
        if tally.phase == "end":
            return
        if tally.phase not in self._tasks:
            words = text("batch", f"phase_{tally.phase}", lang)
            self._tasks[tally.phase] = self._progress.add_task(words, total=None, rate="", failed="")
        if tally.reason is not None:
            self._progress.console.print(failure_line(tally), markup=False, highlight=False)
        told = text("batch", "n_failed", lang, n=tally.failed) if tally.failed else ""
        self._progress.update(
            self._tasks[tally.phase],
            total=tally.total or None,
            completed=tally.ended,
            rate=rate_words(tally, lang),
            failed=told,
        )


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("[red]{task.fields[failed]}"),
        console=Console(stderr=True),
    )


def failure_line(tally: Tally) -> str:
    """Return which examination failed, and why, in one line."""
    assert tally.reason is not None
    return f"{tally.job}: {finding_line(tally.reason)}"


def rate_words(tally: Tally, lang: str) -> str:
    """Return examinations per hour in words; empty where nothing is known."""
    rate = tally.per_hour
    return "" if rate is None or tally.phase != "measure" else text("batch", "rate", lang, rate=rate)


def progress_line(tally: Tally, lang: str) -> str:
    """Return how far a batch is, in one line."""
    words = text("batch", f"phase_{tally.phase}", lang)
    parts = [f"{words}: {tally.ended}/{tally.total}", rate_words(tally, lang)]
    if tally.left_s and tally.phase == "measure":
        parts.append(text("batch", "left", lang, minutes=tally.left_s / 60))
    if tally.failed:
        parts.append(text("batch", "n_failed", lang, n=tally.failed))
    return ", ".join(part for part in parts if part)
