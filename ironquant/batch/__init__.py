"""Whole cohorts: found, measured by all cores or a cluster, resumed, and laid out in tables.

The names are handed on when they are first used, so that a worker does not load the tables.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ironquant.batch.loading import Batch, load
    from ironquant.batch.measure import Outcome
    from ironquant.batch.options import BATCH_OBJECTS, BatchOptions
    from ironquant.batch.progress import Tally
    from ironquant.batch.running import run

__all__ = ["BATCH_OBJECTS", "Batch", "BatchOptions", "Outcome", "Tally", "load", "run"]

_HOMES = {
    "Batch": "loading",
    "load": "loading",
    "Outcome": "measure",
    "BATCH_OBJECTS": "options",
    "BatchOptions": "options",
    "Tally": "progress",
    "run": "running",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
