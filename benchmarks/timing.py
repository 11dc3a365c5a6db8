"""What a fit costs and how far it lies from the truth: the same yardstick for everyone."""

from __future__ import annotations

import platform
import re
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from volume import Sample

BANDS_MS = ((1.0, 2.0), (2.0, 5.0), (5.0, 10.0), (10.0, 20.0), (20.0, 40.0))
REPEATS = 3
COPY_BYTES = 256 * 2**20
"""Of the array that measures the copy bandwidth: far beyond every cache."""

T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    note : str
        How it was called; or why there is no number.
    voxels : int
        How many voxels were fitted in `seconds` (median of three).
    errors : tuple of (median, 95th percentile) or None
        Of \\|T2* − truth\\| in % of the truth, by band of the truth; over the voxels answered.
    answered : float
        Share of the voxels that got a number.
    output_bytes : int
        Of the arrays that came back, per voxel of the mask; 0 where nobody asked.
    """

    who: str
    note: str
    voxels: int = 0
    seconds: float = float("nan")
    errors: tuple[tuple[float, float] | None, ...] = (None,) * len(BANDS_MS)
    answered: float = float("nan")
    output_bytes: int = 0

    @property
    def rate(self) -> float:
        """Voxels per second; NaN where nothing was fitted."""
        return self.voxels / self.seconds


def timed(call: Callable[[], T], repeats: int = REPEATS) -> tuple[float, T]:
    """Return the median of the seconds that calls take, and what the last one returned."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = call()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), result


def errors_by_band(
    t2star_ms: NDArray[np.floating], truth_ms: NDArray[np.float64]
) -> tuple[tuple[float, float] | None, ...]:
    """Return median and 95th percentile of the relative error (%) in each band of the truth.

    None where a band holds no answered voxel.
    """
    error = 100.0 * np.abs(t2star_ms / truth_ms - 1.0)
    found: list[tuple[float, float] | None] = []
    for low, high in BANDS_MS:
        inside = error[(truth_ms >= low) & (truth_ms < high) & np.isfinite(error)]
        found.append((float(np.median(inside)), float(np.percentile(inside, 95))) if len(inside) else None)
    return tuple(found)


def judged(who: str, note: str, seconds: float, t2star_ms: NDArray[np.floating], truth_ms: NDArray) -> Row:
    """Return the row of a fit that took this long and gave this."""
    return Row(
        who=who,
        note=note,
        voxels=len(truth_ms),
        seconds=seconds,
        errors=errors_by_band(t2star_ms, truth_ms),
        answered=float(np.mean(np.isfinite(t2star_ms))),
    )


def curve_fit_row(sample: Sample) -> Row:
    """Time the yardstick: `scipy.optimize.curve_fit` voxel by voxel.

    Start values from the straight line through ln S of all voxels at once (voxel by voxel it would be
    a quarter slower: the yardstick is held to be quick), the analytic function S0·exp(−R2*·TE),
    default method (Levenberg–Marquardt, numerical derivatives), one thread.
    """
    from scipy.optimize import OptimizeWarning, curve_fit

    te = np.asarray(sample.te_ms)
    signal = sample.signal.astype(np.float64)

    def decay(te_ms: NDArray[np.float64], s0: float, rate: float) -> NDArray[np.float64]:
        return s0 * np.exp(-rate * te_ms)

    def fit() -> NDArray[np.float64]:
        slope, intercept = np.polyfit(te, np.log(np.maximum(signal, 1.0)).T, 1)
        start = np.column_stack([np.exp(intercept), -slope])
        t2star = np.full(len(signal), np.nan)
        for index, curve in enumerate(signal):
            try:
                rate = curve_fit(decay, te, curve, p0=start[index])[0][1]
            except (RuntimeError, OptimizeWarning):
                continue
            t2star[index] = 1.0 / rate if rate > 0 else np.nan
        return t2star

    seconds, t2star = timed(fit)
    note = "per voxel, start from log-linear, numerical derivatives, 1 thread"
    return judged("scipy curve_fit", note, seconds, t2star, sample.t2star_ms)


def median_ms(call: Callable[[], object], repeats: int = 30) -> float:
    """Return the median duration of a quick call in ms, after warm ones."""
    call()
    call()
    return 1000.0 * timed(call, repeats)[0]


def copy_bandwidth(threads: int, size: int = COPY_BYTES) -> float:
    """Return the bytes per second (read + written) that copying large arrays moves, at best."""
    source = np.ones(size, dtype=np.uint8)
    target = np.zeros_like(source)
    pieces = list(zip(np.array_split(target, threads), np.array_split(source, threads), strict=True))
    with ThreadPoolExecutor(threads) as pool:
        once = [timed(lambda: list(pool.map(lambda pair: np.copyto(*pair), pieces)), 1)[0] for _ in range(9)]
    return 2.0 * size / min(once)


def cpu_name() -> str:
    """Return the name of the processor and nothing else of the machine."""
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found.group(1).strip() if found else platform.processor() or platform.machine()
