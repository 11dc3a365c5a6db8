"""The tables of a batch for a notebook."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from ironquant.core import InputError, SettingsError


@dataclass(frozen=True)
class Batch:
    """Output of a batch; tables are read when they are first asked for, as pandas data frames."""

    folder: Path

    @cached_property
    def wide(self) -> Any:
        """A row per examination."""
        return self._table("results_wide")

    @cached_property
    def long(self) -> Any:
        """A row per region, model and calibration."""
        return self._table("results")

    @cached_property
    def dictionary(self) -> dict[str, dict[str, Any]]:
        """What the columns mean, by table."""
        found: dict[str, dict[str, Any]] = json.loads(
            (self.folder / "results_dictionary.json").read_text(encoding="utf-8")
        )
        return found

    def _table(self, name: str) -> Any:
        try:
            pandas = import_module("pandas")
        except ImportError as error:
            raise SettingsError("package_missing", name="pandas") from error
        return pandas.read_parquet(self.folder / f"{name}.parquet", dtype_backend="numpy_nullable")


def load(folder: str | Path) -> Batch:
    """Return the output of a batch.

    Raises
    ------
    InputError
        ``path_missing`` where there are no tables.
    """
    root = Path(folder)
    if not (root / "results.parquet").is_file():
        raise InputError("path_missing", file=str(root / "results.parquet"))
    return Batch(root)
