"""One region under the clock: what has to be done again while a reader drags it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle

import numpy as np
from models import FIELD_T
from timing import median_ms
from volume import GUANGXI_TE_MS, Volume, build_volume

from ironquant.analysis import analyze_organ
from ironquant.core import (
    Acquisition,
    EchoSeries,
    Examination,
    Organ,
    OrganReading,
    Patient,
    Region,
    Study,
)
from ironquant.fitting import MAGNITUDE_MODELS, Noise, RegionProblem, region_curve, using_kernels
from ironquant.iron import load_settings

MATRIX = 192
HEART_TE_MS = tuple(round(2.0 + 2.2 * echo, 1) for echo in range(8))


@dataclass(frozen=True)
class RegionCase:
    """A rectangular region on homogeneous tissue."""

    name: str
    organ: Organ
    te_ms: tuple[float, ...]
    t2star_ms: float
    rows: int
    columns: int

    @property
    def pixels(self) -> int:
        """How many pixels the region has."""
        return self.rows * self.columns


CASES = (
    RegionCase("septum", Organ.HEART, HEART_TE_MS, 12.0, 10, 10),
    RegionCase("liver", Organ.LIVER, GUANGXI_TE_MS, 3.0, 32, 73),
)


@dataclass(frozen=True)
class RegionTime:
    """Milliseconds per change of one region (median).

    Attributes
    ----------
    fits_ms : float
        Mean curve of the pixels and every model on it.
    analysis_ms : float
        `ironquant.analysis.analyze_organ` without pixel fits: what the window runs while a region is
        dragged (mask, the compared models, checks, iron, grade).
    models : tuple of str
        The models in `fits_ms`.
    """

    name: str
    pixels: int
    echoes: int
    fits_ms: float
    analysis_ms: float
    models: tuple[str, ...]


def region_time(case: RegionCase) -> RegionTime:
    """Measure one case."""
    volume = build_volume(case.te_ms, MATRIX, 1, t2star_range_ms=(case.t2star_ms, case.t2star_ms))
    top, left = MATRIX // 2 - case.rows // 2, MATRIX // 2 - case.columns // 2
    pixels = volume.signal[0, top : top + case.rows, left : left + case.columns].reshape(
        case.pixels, len(case.te_ms)
    )
    noise = Noise(volume.sigma, 1)

    def fits() -> None:
        curve = region_curve(pixels)
        with using_kernels():  # as while dragging
            problem = RegionProblem.of(curve, case.te_ms, noise=noise, field_t=FIELD_T)
            for name in MAGNITUDE_MODELS:
                problem.fit(name)

    return RegionTime(
        name=case.name,
        pixels=case.pixels,
        echoes=len(case.te_ms),
        fits_ms=median_ms(fits),
        analysis_ms=median_ms(_analysis(case, volume, top, left)),
        models=MAGNITUDE_MODELS,
    )


def _analysis(case: RegionCase, volume: Volume, top: int, left: int) -> Callable[[], object]:
    """Return the analysis of the organ; each call finds the region one pixel further on."""
    series = EchoSeries(
        key="s",
        instance_uid="1.2.3.4",
        description="",
        signal=volume.signal,
        te_ms=case.te_ms,
        affine=np.diag([2.0, 2.0, 8.0, 1.0]),
        acquisition=Acquisition(field_t=FIELD_T, nominal_field_t=FIELD_T),
        organ_guess=case.organ,
    )
    examination = Examination(Patient(), Study(field_t=FIELD_T, nominal_field_t=FIELD_T), (series,))
    settings = load_settings()
    steps = cycle(
        OrganReading(case.organ, "s", (_rectangle(case, top + step, left),)) for step in range(-4, 5)
    )
    return lambda: analyze_organ(examination, next(steps), settings, pixels=False)


def _rectangle(case: RegionCase, top: int, left: int) -> Region:
    corners = np.array([[0, 0], [case.columns, 0], [case.columns, case.rows], [0, case.rows]])
    column_row = corners + np.array([left - 0.5, top - 0.5])
    contour = np.column_stack([2.0 * column_row, np.zeros(4)])
    return Region(case.organ, case.name, (contour,))
