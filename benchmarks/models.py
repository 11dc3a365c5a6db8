"""The models of IronQuant under the clock: on a whole volume, in a new process, on one region."""

from __future__ import annotations

import inspect
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from timing import Row, judged, timed
from volume import Volume, build_volume

import ironquant
from ironquant.core import Fit, IronQuantError

PROBE_VOXELS = 4_000
LONGEST_CALL_S = 8.0
"""A model that would take longer for the whole volume is timed on as many voxels as fit in this."""
FIELD_T = 1.5


@dataclass(frozen=True)
class Case:
    """One model with what it is told beside signal and echo times."""

    model: str
    sigma_known: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def who(self) -> str:
        """Name in the table."""
        return self.model + (" (σ given)" if self.sigma_known else "")


CASES = (
    Case("mono"),
    Case("truncation", sigma_known=True),
    Case("truncation"),
    Case("offset"),
    Case("rician", sigma_known=True),
    Case("second-moment", sigma_known=True),
    Case("second-moment"),
    Case("loglinear"),
    Case("arlo"),
    Case("biexp"),
    Case("fat-water", options={"field_t": FIELD_T}),
)


def fit_call(case: Case, volume: Volume, threads: int) -> Callable[[NDArray[Any], NDArray[Any] | None], Fit]:
    """Return the fit of (signal, mask) as this case wants it."""
    options = dict(case.options)
    if case.sigma_known:
        options["sigma"] = volume.sigma
    if "threads" in inspect.signature(ironquant.fit).parameters:
        options["threads"] = threads

    def fit(signal: NDArray[Any], mask: NDArray[Any] | None) -> Fit:
        fitted: Fit = ironquant.fit(signal, volume.te_ms, model=case.model, mask=mask, **options)
        return fitted

    return fit


def model_row(case: Case, volume: Volume, threads: int) -> Row:
    """Time one model on the volume, after a warm call; or say why it cannot be."""
    fit = fit_call(case, volume, threads)
    decays = volume.signal[volume.mask]
    try:
        start = time.perf_counter()
        fit(decays[:PROBE_VOXELS], None)
        fit(decays[:PROBE_VOXELS], None)
        per_voxel = (time.perf_counter() - start) / (2 * min(PROBE_VOXELS, len(decays)))
    except (IronQuantError, TypeError) as error:
        reason = error.finding.code if isinstance(error, IronQuantError) else "arguments"
        return Row(case.who, f"not run: {reason}")
    if per_voxel * len(decays) > LONGEST_CALL_S:
        part = max(PROBE_VOXELS, int(LONGEST_CALL_S / per_voxel))
        seconds, fitted = timed(lambda: fit(decays[:part], None))
        row = judged(case.who, "part of the volume", seconds, fitted.t2star_ms, volume.t2star_ms[:part])
        return replace(row, output_bytes=_bytes_of(fitted) // row.voxels)
    fit(volume.signal, volume.mask)
    seconds, fitted = timed(lambda: fit(volume.signal, volume.mask))
    row = judged(case.who, "whole volume", seconds, fitted.t2star_ms[volume.mask], volume.t2star_ms)
    return replace(row, output_bytes=_bytes_of(fitted) // row.voxels)


def _bytes_of(fitted: Fit) -> int:
    """Return the bytes of every array that a fit returns (air included)."""
    arrays = [getattr(fitted, entry.name) for entry in fields(fitted)]
    return sum(array.nbytes for array in (*arrays, *fitted.extra.values()) if isinstance(array, np.ndarray))


@dataclass(frozen=True)
class FirstCall:
    """Seconds of a new process: importing, the first fit of the volume, the next one."""

    model: str
    cache: str
    import_s: float
    first_s: float
    second_s: float


def first_calls(case: Case, matrix: int, slices: int, threads: int) -> tuple[FirstCall, FirstCall]:
    """Time import and first fit in two new processes: compile cache empty, then as the first left it."""
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"NUMBA_CACHE_DIR": cache}
        request = [case.model, str(int(case.sigma_known)), str(matrix), str(slices), str(threads)]
        found = []
        for state in ("cold", "warm"):
            done = subprocess.run(
                [sys.executable, str(Path(__file__)), *request],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
            found.append(FirstCall(case.model, state, **json.loads(done.stdout)))
    return found[0], found[1]


def measure_first_call(model: str, sigma_known: bool, matrix: int, slices: int, threads: int) -> str:
    """Run inside the new process, which has imported nothing of IronQuant's rooms but the names.

    The volume is drawn before the clock starts.
    """
    from volume import EVEN_TE_MS

    volume = build_volume(EVEN_TE_MS, matrix, slices)
    case = next(c for c in CASES if c.model == model and c.sigma_known == sigma_known)
    start = time.perf_counter()
    fit = fit_call(case, volume, threads)
    imported = time.perf_counter()
    fit(volume.signal, volume.mask)
    first = time.perf_counter()
    fit(volume.signal, volume.mask)
    second = time.perf_counter()
    return json.dumps({"import_s": imported - start, "first_s": first - imported, "second_s": second - first})


def median_ms(call: Callable[[], object], repeats: int = 30) -> float:
    """Return the median duration of a quick call, after warm ones."""
    call()
    call()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return 1000.0 * statistics.median(seconds)


if __name__ == "__main__":
    name, known, *numbers = sys.argv[1:]
    print(measure_first_call(name, known == "1", *map(int, numbers)))
