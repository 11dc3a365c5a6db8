"""Where everything of a batch lies in its output folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ironquant.case.processes import held_file
from ironquant.core import OutputError


@dataclass(frozen=True)
class BatchFolder:
    """The output folder of a batch."""

    root: Path

    @property
    def studies(self) -> Path:
        """One folder per examination, as `ironquant analyze` writes it."""
        return self.root / "studies"

    @property
    def bids(self) -> Path:
        """The derivative."""
        return self.root / "bids"

    @property
    def state(self) -> Path:
        """What a later run needs to go on."""
        return self.root / "state"

    @property
    def run_file(self) -> Path:
        """The recipe of the run."""
        return self.root / "batch.json"

    @property
    def units_file(self) -> Path:
        """What the folders and archives of the input hold, a line each."""
        return self.state / "units.jsonl"

    @property
    def key(self) -> Path:
        """Who is behind the pseudonyms."""
        return self.root / "key.json"

    def plan(self, job: str) -> Path:
        """How one examination is read."""
        return self.state / "plan" / f"{job}.json"

    def record(self, job: str) -> Path:
        """What became of one examination."""
        return self.state / "records" / f"{job}.json"

    def study(self, job: str) -> Path:
        """Results of one examination."""
        return self.studies / job

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other runs out, until this process ends in any way.

        Raises
        ------
        OutputError
            ``batch_running``; ``output_not_written``.
        """
        try:
            self.state.mkdir(parents=True, exist_ok=True)
            handle = held_file(self.state / "lock")
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise OutputError("output_not_written", file=str(self.state), reason=reason) from error
        if handle is None:
            raise OutputError("batch_running", folder=str(self.root))
        with handle:
            yield
