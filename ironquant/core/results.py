"""What was measured: values with bounds, regions, and the analysis of a whole examination."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ironquant.core.clinical import ClinicalData
from ironquant.core.examination import EchoSeries, Organ, Patient, Study
from ironquant.core.findings import Finding
from ironquant.core.reading import Region
from ironquant.core.scannermap import ScannerMap
from ironquant.core.segmental import SegmentalT2star

if TYPE_CHECKING:
    from ironquant.core.slices import SliceStatistics
    from ironquant.core.trend import Trend

Bound = Literal["none", "lower", "upper"]


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


class PixelExclusion(IntEnum):
    """Why a pixel of a region does not count."""

    KEPT = 0
    NO_VALUE = 1
    """The fit of this pixel has no number."""
    LOW_R_SQUARED = 2
    """Its fit is far worse than that of the other pixels."""
    OUTLIER = 3
    """Its R2* lies far from that of the others."""


@dataclass(frozen=True)
class PixelStatistics:
    """The pixel-wise fit within a region, beside the mean-signal fit; statistics are of R2*.

    Attributes
    ----------
    n_excluded : int
        Pixels without a value, badly fitted ones, and outliers.
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
    exclusion : ndarray of int8, shape (pixel,), or None
        `PixelExclusion` of every pixel of `mask`, in its order; None where the pixels were not fitted.
    excluded_left_out : bool
        Whether the mean signal is that of the other pixels only.
    slices : tuple of SliceStatistics
        Slice by slice, the whole last; empty where it lies in one slice, or while it is dragged.
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
    exclusion: NDArray[np.int8] | None = None
    excluded_left_out: bool = False
    slices: tuple[SliceStatistics, ...] = ()

    def n_excluded_for(self, why: PixelExclusion) -> int:
        """Return how many pixels do not count for this reason."""
        return 0 if self.exclusion is None else int(np.sum(self.exclusion == why))

    @property
    def excluded(self) -> NDArray[np.bool_]:
        """Which pixels of the series are in the region but do not count, shaped like `mask`."""
        found = np.zeros_like(self.mask)
        if self.exclusion is not None:
            found[self.mask] = self.exclusion != PixelExclusion.KEPT
        return found

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


ProposalOutcome = Literal["unreviewed", "accepted", "edited", "replaced", "refused"]
"""What became of a proposal: nobody looked, taken as it was, changed, drawn anew, no region kept."""


@dataclass(frozen=True)
class ProposalUse:
    """What the reader made of a proposed region: the measure of what proposals are worth.

    Attributes
    ----------
    dice, hausdorff_mm : float or None
        Of the proposal and the region that is reported; None where there is none.
    t2star_ms : Value
        In the proposed region, by the model and the echoes that are reported.
    difference_ms, difference_percent : float or None
        Reported T2* minus that of the proposal, and in percent of the mean of both; None where one is
        missing or a bound.
    seconds : float or None
        How long the reader worked on the region (`working_seconds`).
    """

    proposer: str
    confidence: float | None
    outcome: ProposalOutcome
    dice: float | None
    hausdorff_mm: float | None
    t2star_ms: Value
    difference_ms: float | None
    difference_percent: float | None
    seconds: float | None


@dataclass(frozen=True, eq=False)
class OrganAnalysis:
    """Everything about one organ; `result` is None where nothing could be measured.

    Attributes
    ----------
    series : EchoSeries or None
        None where nothing was measured, or where it was in a map of the scanner.
    scanner_map : ScannerMap or None
        The map that was measured without a fit, instead of `series`.
    proposal : ProposalUse or None
        What became of the proposal; None where there was none, or while a region is dragged.
    trend : Trend or None
        With the earlier examinations; None where none is known.
    """

    organ: Organ
    series: EchoSeries | None
    regions: tuple[RegionAnalysis, ...] = ()
    result: OrganResult | None = None
    alternatives: tuple[IronValue, ...] = ()
    maps: OrganMaps | None = None
    findings: tuple[Finding, ...] = ()
    scanner_map: ScannerMap | None = None
    proposal: ProposalUse | None = None
    segmental: SegmentalT2star | None = None
    trend: Trend | None = None

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
    clinical: ClinicalData = field(default_factory=ClinicalData)

    @property
    def measured(self) -> bool:
        """Whether at least one organ has a number or a bound."""
        return any(organ.result is not None for organ in self.organs)
