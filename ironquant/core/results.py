"""What was measured: values with bounds, fits, and the analysis of a whole examination."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ironquant.core.examination import EchoSeries, Organ, Patient, Study
from ironquant.core.findings import Finding
from ironquant.core.reading import Region
from ironquant.core.scannermap import ScannerMap
from ironquant.core.segmental import SegmentalT2star
from ironquant.core.student import student_975

Bound = Literal["none", "lower", "upper"]
FloatArray = NDArray[np.floating]


@dataclass(frozen=True)
class Value:
    """A number, or the limit beyond which it is only known to lie, or nothing.

    Attributes
    ----------
    value : float or None
        None: could not be measured; a finding says why.
    bound : {"none", "lower", "upper"}
        ``upper``: the truth is at most `value`; ``lower``: at least.
    ci95 : tuple of float or None
        Precision of the fit only, not of the method.
    """

    value: float | None = None
    bound: Bound = "none"
    ci95: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.value is not None and not math.isfinite(self.value):
            raise ValueError("a Value is finite or None")

    def reciprocal(self, numerator: float) -> Value:
        """Return `numerator` / value, with bound and interval turned round (T2* ↔ R2*)."""
        if not self.value:
            return Value()
        turned: Mapping[Bound, Bound] = {"none": "none", "lower": "upper", "upper": "lower"}
        ci95 = None
        if self.ci95 is not None and self.ci95[0] > 0:
            ci95 = (numerator / self.ci95[1], numerator / self.ci95[0])
        return Value(numerator / self.value, turned[self.bound], ci95)


class FitStatus(IntEnum):
    """Why a fit has, or has not, a number."""

    OK = 0
    BELOW_FIRST_ECHO = 1
    NOISE_FLOOR = 2
    NO_DECAY = 3
    AT_BOUND = 4
    NOT_FINITE = 5
    TOO_FEW_ECHOES = 6
    MASKED = 7


@dataclass(frozen=True, eq=False)
class Fit:
    """Parameter maps of one fit, shaped like the input without its echo axis.

    What follows from other maps (T2* from R2*, the intervals) is made when first asked for: a fit of
    a whole volume is not slower, nor larger, than what is used of it. NaN where `status` is not OK.

    Attributes
    ----------
    r2star_per_s, r2star_se_per_s : ndarray
        Estimate and standard error.
    s0, r_squared : ndarray
    dof : ndarray of int
        Degrees of freedom of the standard error; 0 where the noise was known (normal quantile).
    n_echoes_used : ndarray of int
    status : ndarray of int8
        `FitStatus` values.
    estimated : mapping of str to ndarray
        ``offset`` and ``sigma`` where the model fitted them.
    sigma_given : float or None
    extra : mapping of str to ndarray
        ``t2star_bound_ms`` (a limit where only that is known; which: see `ironquant.fit`) and
        model-specific parameters.
    """

    model: str
    te_ms: tuple[float, ...]
    r2star_per_s: FloatArray
    r2star_se_per_s: FloatArray
    s0: FloatArray
    r_squared: FloatArray
    dof: NDArray[np.integer]
    n_echoes_used: NDArray[np.integer]
    status: NDArray[np.int8]
    estimated: Mapping[str, FloatArray] = field(default_factory=dict)
    sigma_given: float | None = None
    extra: Mapping[str, FloatArray] = field(default_factory=dict)

    @cached_property
    def t2star_ms(self) -> FloatArray:
        """T2* in ms."""
        return np.asarray(1000.0 / self.r2star_per_s)

    @cached_property
    def t2star_se_ms(self) -> FloatArray:
        """Standard error of T2* in ms."""
        return np.asarray(self.r2star_se_per_s * self.t2star_ms / self.r2star_per_s)

    @cached_property
    def ci95(self) -> FloatArray:
        """95 % interval of T2* in ms (symmetric in R2*, Student t), shape (..., 2)."""
        spread = student_975(self.dof) * self.r2star_se_per_s
        ends = (1000.0 / (self.r2star_per_s + spread), 1000.0 / (self.r2star_per_s - spread))
        return np.stack(ends, axis=-1)

    @property
    def relative_error(self) -> FloatArray:
        """Standard error of R2* over its value, which is that of T2* too."""
        return np.asarray(self.r2star_se_per_s / self.r2star_per_s)

    @cached_property
    def offset(self) -> FloatArray:
        """Constant beneath the decay; 0 for models without."""
        return self._estimated("offset", 0.0)

    @cached_property
    def sigma(self) -> FloatArray:
        """Noise SD per channel, given or estimated; NaN where neither."""
        return self._estimated("sigma", np.nan if self.sigma_given is None else self.sigma_given)

    def _estimated(self, name: str, otherwise: float) -> FloatArray:
        if name in self.estimated:
            return self.estimated[name]
        return np.where(self.status == FitStatus.OK, otherwise, np.nan)


@dataclass(frozen=True, eq=False)
class Curve:
    """Mean signal of a region against echo time, and which echoes the fit used.

    Attributes
    ----------
    signal, signal_sd, snr : tuple of float
        Per echo; `snr` is None where no noise level is known.
    sigma : float or None
        Noise SD per channel.
    echoes_used : tuple of int
        Numbered from 1.
    """

    te_ms: tuple[float, ...]
    signal: tuple[float, ...]
    signal_sd: tuple[float, ...]
    n: int
    sigma: float | None
    n_coils: int
    snr: tuple[float, ...] | None
    echoes_used: tuple[int, ...]
    echoes_chosen_by: Literal["auto", "reader"]


@dataclass(frozen=True)
class ModelResult:
    """One model fitted to the mean signal of a region."""

    model: str
    t2star_ms: Value
    r2star_per_s: Value
    s0: float | None
    offset: float | None
    fat_fraction: float | None
    r_squared: float | None
    aicc: float | None
    sigma: float | None = None
    """Noise SD that the model used or estimated; the expected signal is drawn with it."""
    field_t: float | None = None
    """Actual field that a model with fat was given."""
    fraction_second: float | None = None
    """Share of S0 in the second of two components."""
    t2star_second_ms: float | None = None
    relative_se: float | None = None
    """Standard error of R2* over R2*."""
    n_echoes: int | None = None
    """Number of echoes that the fit used."""


@dataclass(frozen=True)
class PixelStatistics:
    """The pixel-wise fit within a region, beside the mean-signal fit; statistics are of R2*.

    Attributes
    ----------
    n_excluded : int
        Pixels without a value, and outliers.
    t2star_ms_median_ci95 : tuple of float or None
        95 % interval of the median.
    t2star_ms_mean : float or None
        1000 over the mean R2*.
    """

    t2star_ms_median: float | None
    t2star_ms_iqr: tuple[float, float] | None
    n_excluded: int
    t2star_ms_median_ci95: tuple[float, float] | None = None
    t2star_ms_mean: float | None = None


@dataclass(frozen=True)
class Recommendation:
    """The model that suits the curve of a region best, and why.

    Attributes
    ----------
    reason : str
        Code of the reason; its words stand in ``resources/texts``, section ``terms``.
    """

    model: str
    reason: str


@dataclass(frozen=True, eq=False)
class RegionAnalysis:
    """One region measured.

    Attributes
    ----------
    models : tuple of ModelResult
        In a fixed order.
    recommended : Recommendation or None
        None where no model of one component describes the curve.
    live : bool
        Whether only those models were fitted that keep up with a region that is dragged.
    """

    region: Region
    mask: NDArray[np.bool_]
    slice_indices: tuple[int, ...]
    n_pixels: int
    area_mm2: float
    curve: Curve
    models: tuple[ModelResult, ...]
    pixels: PixelStatistics
    recommended: Recommendation | None = None
    live: bool = False

    def model(self, name: str) -> ModelResult | None:
        """Return the fit by this model, if there is one."""
        return next((fitted for fitted in self.models if fitted.model == name), None)


@dataclass(frozen=True)
class IronValue:
    """Iron concentration by one calibration (mg Fe per g dry weight)."""

    calibration: str
    iron_mg_per_g: Value
    in_valid_range: bool


@dataclass(frozen=True)
class Grade:
    """A grade by one scheme; code None where the value (or its bound) does not decide."""

    scheme: str
    code: str | None
    indicative: bool


Method = Literal["roi-mean", "pixel-median"]
"""What is reported of a region: the fit of its mean signal, or the median of the fits of its pixels."""


@dataclass(frozen=True)
class OrganResult:
    """The one result of an organ that page 1 shows.

    Attributes
    ----------
    r_squared : float or None
        Of the fit of the mean signal, whatever the method.
    r_squared_target : float or None
        What truncation was told to reach, instead of its own rule.
    """

    site: str
    model: str
    method: Method
    t2star_ms: Value
    r2star_per_s: Value
    r_squared: float | None
    iron: IronValue | None
    grade: Grade | None
    repeatability_percent: float | None = None
    """Published repeatability of the number that page 1 shows (heart T2*, LIC)."""
    r_squared_target: float | None = None


@dataclass(frozen=True, eq=False)
class OrganMaps:
    """Pixel maps of the series on which the organ was measured, NaN outside the body."""

    model: str
    t2star_ms: NDArray[np.float32]
    r2star_per_s: NDArray[np.float32]
    s0: NDArray[np.float32]
    r_squared: NDArray[np.float32]


class MapKey(NamedTuple):
    """What the maps of an organ depend on.

    Attributes
    ----------
    series : str
        Key of the series.
    model : str
    echoes : tuple of int or None
        That the reader chose; None: automatic.
    r_squared_target : float or None
        What truncation was told to reach.
    """

    series: str
    model: str
    echoes: tuple[int, ...] | None = None
    r_squared_target: float | None = None


@dataclass(frozen=True, eq=False)
class OrganAnalysis:
    """Everything about one organ; `result` is None where nothing could be measured.

    Attributes
    ----------
    series : EchoSeries or None
        None where nothing was measured, or where it was in a map of the scanner.
    scanner_map : ScannerMap or None
        The map that was measured without a fit, instead of `series`.
    """

    organ: Organ
    series: EchoSeries | None
    regions: tuple[RegionAnalysis, ...] = ()
    result: OrganResult | None = None
    alternatives: tuple[IronValue, ...] = ()
    maps: OrganMaps | None = None
    findings: tuple[Finding, ...] = ()
    scanner_map: ScannerMap | None = None
    segmental: SegmentalT2star | None = None

    @property
    def volume(self) -> EchoSeries | ScannerMap | None:
        """What was measured, echo train or map."""
        return self.series or self.scanner_map

    @property
    def reported(self) -> RegionAnalysis | None:
        """The region that the result is of; None where none is reported."""
        return next((entry for entry in self.regions if entry.region.reported), None)

    @property
    def map_key(self) -> MapKey | None:
        """Which maps belong to the result; None where there is none."""
        if self.series is None or self.result is None or self.reported is None:
            return None
        curve = self.reported.curve
        echoes = curve.echoes_used if curve.echoes_chosen_by == "reader" else None
        return MapKey(self.series.key, self.result.model, echoes, self.result.r_squared_target)


@dataclass(frozen=True, eq=False)
class Analysis:
    """The answer for one examination."""

    patient: Patient
    study: Study
    profile: str
    settings_sha256: str
    organs: tuple[OrganAnalysis, ...]
    findings: tuple[Finding, ...] = ()
    reader: str = ""
    reviewer: str = ""
    impression: str | None = None

    @property
    def measured(self) -> bool:
        """Whether at least one organ has a number or a bound."""
        return any(organ.result is not None for organ in self.organs)
