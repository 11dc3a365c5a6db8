"""Whole cohorts: found, measured by all cores or a cluster, resumed, and laid out in tables.

The names are handed on when they are first used, so that a worker does not load the tables.
"""

from typing import TYPE_CHECKING

from ironquant.core.lazily import lazily

if TYPE_CHECKING:
    from ironquant.batch.loading import Batch, load
    from ironquant.batch.measure import Outcome
    from ironquant.batch.options import BatchOptions
    from ironquant.batch.progress import Tally
    from ironquant.batch.running import run

__all__ = ["Batch", "BatchOptions", "Outcome", "Tally", "load", "run"]

__getattr__ = lazily(
    __name__,
    {
        "loading": ("Batch", "load"),
        "measure": ("Outcome",),
        "options": ("BatchOptions",),
        "progress": ("Tally",),
        "running": ("run",),
    },
)
