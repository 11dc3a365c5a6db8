"""Which models a region is fitted with, whether their residuals are random, and which one suits it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import comb
from typing import Any

import numpy as np

from ironquant.core import MAGNITUDE_MODELS, Recommendation
from ironquant.fitting.models import MODELS
from ironquant.fitting.noise import Noise
from ironquant.fitting.pixels import RegionCurve
from ironquant.fitting.region import RegionFit
from ironquant.resources.loader import load_table

LIVE_MODELS = ("mono", "truncation", "second-moment", "offset")
"""Fitted while a region is dragged: what the findings and the recommendation rest on."""
COMPARISON_ONLY = ("loglinear", "arlo")
"""Quick to compute, biased at high iron (clinical reference, section 7.4): shown, not advised."""
REASON_FAT, REASON_FLOOR = "reason_fat_oscillation", "reason_noise_floor"
REASON_CLEAN = "reason_clean_decay"


@dataclass(frozen=True)
class Residual:
    """What a fit leaves over.

    Attributes
    ----------
    runs_p : float
        Probability of so few runs of the sign if the residuals were random.
    share : float
        Root mean square over the largest signal.
    """

    runs_p: float
    share: float


def models_to_fit(n_echoes: int, field_t: float | None, *, live: bool = False) -> tuple[str, ...]:
    """Return the magnitude models that the data allow, in the order in which they are shown.

    Parameters
    ----------
    n_echoes : int
        Echoes that may be used.
    field_t : float or None
        Actual field in tesla; without it no model with fat.
    live : bool
        Only what is quick and needed while a region is dragged.
    """
    least = {name: MODELS[name].least_echoes for name in MAGNITUDE_MODELS}
    least |= load_table("limits")["comparison"]["least_echoes"]
    return tuple(
        name
        for name in MAGNITUDE_MODELS
        if n_echoes >= least[name]
        and not (MODELS[name].needs_field and field_t is None)
        and (name in LIVE_MODELS or not live)
    )


def runs_test(residuals: Sequence[float]) -> float:
    """Return the probability of as few runs of the sign, or fewer, in a random order.

    The exact distribution of Wald and Wolfowitz (Ann Math Stat 1940;11:147), one-sided. Residuals of
    a fitted curve change sign rather more often than random ones, so the test errs towards silence.

    Parameters
    ----------
    residuals : sequence of float
        In order of echo time; exact zeros are left out.

    Returns
    -------
    float
        1 where all signs are equal or there is none.
    """
    signs = [value > 0 for value in residuals if value != 0]
    runs = sum(before != after for before, after in pairwise(signs)) + 1
    positive, negative = sum(signs), len(signs) - sum(signs)
    if not positive or not negative:
        return 1.0
    ways = sum(_arrangements(number, positive, negative) for number in range(2, runs + 1))
    return ways / comb(positive + negative, positive)


def _arrangements(runs: int, first: int, second: int) -> int:
    """Return in how many orders `first` and `second` signs make this number of runs."""
    half, odd = divmod(runs, 2)
    if not odd:
        return 2 * comb(first - 1, half - 1) * comb(second - 1, half - 1)
    return comb(first - 1, half) * comb(second - 1, half - 1) + comb(first - 1, half - 1) * comb(
        second - 1, half
    )


def residual_of(fitted: RegionFit, curve: RegionCurve) -> Residual | None:
    """Return what a fit leaves over; None where it has no number."""
    top = float(np.max(curve.mean, initial=0.0))
    if not fitted.residuals or top <= 0:
        return None
    rms = float(np.sqrt(np.mean(np.square(fitted.residuals))))
    return Residual(runs_test(fitted.residuals), rms / top)


def fat_seen(fat_amplitude: float | None) -> bool:
    """Whether the oscillation at the fat–water frequency is large enough to bias T2*."""
    limit = float(load_table("limits")["measurement"]["fat_amplitude"])
    return fat_amplitude is not None and fat_amplitude > limit


def two_components(two: RegionFit, one: RegionFit) -> bool:
    """Whether two components describe a curve far better (AICc) than a fit that leaves a trend over."""
    gain = float(load_table("limits")["comparison"]["aicc_gain"])
    return has_trend(one) and _gain(two, one) > gain


def has_trend(fitted: RegionFit) -> bool:
    """Whether the signs of the residuals are ordered."""
    return runs_test(fitted.residuals) < float(load_table("limits")["comparison"]["runs_p"])


def recommend(
    fits: Mapping[str, RegionFit],
    curve: RegionCurve,
    echoes: Sequence[int],
    *,
    noise: Noise | None,
    fat_amplitude: float | None,
) -> Recommendation:
    """Recommend one of the models that were fitted to a region.

    The first rule that holds decides (limits: ``resources/limits.toml``):

    1. The signal oscillates as fat and water do, and ``fat-water`` could tell fat and explains the
       curve better (AICc) than the same fit without: ``fat-water``, which takes the noise floor out too.
    2. Noise raises the last echo by more than a share, or truncation dropped echoes:
       ``second-moment`` where the noise is known, else ``truncation``; ``second-moment`` too where
       the noise that it estimates itself explains the curve far better (AICc) than none.
    3. ``mono``.

    Where `two_components` holds against the model above, no value of one component is right: nothing
    is then recommended (``biexp`` is for research).

    Parameters
    ----------
    fits : mapping of str to RegionFit
        By model; at least ``mono``, ``truncation`` and ``second-moment``.
    curve : RegionCurve
    echoes : sequence of int
        Echoes that could be used, numbered from 1.
    noise : Noise or None
        As measured, not as a model estimated it.
    fat_amplitude : float or None
        See `fat_oscillation`.
    """
    limits: dict[str, Any] = load_table("limits")["comparison"]
    with_fat, corrected = fits.get("fat-water"), fits["second-moment"]
    dropped = len(fits["truncation"].echoes_used) < len(echoes)
    without_fat = fits["mono"] if noise is None else corrected
    if (
        fat_seen(fat_amplitude)
        and with_fat is not None
        and with_fat.result.fat_fraction is not None
        and _gain(with_fat, without_fat) > limits["fat_aicc_gain"]
    ):
        return Recommendation("fat-water", REASON_FAT)
    if noise is not None and (dropped or _noise_share(curve, echoes, noise) > limits["noise_share"]):
        return Recommendation("second-moment", REASON_FLOOR)
    if dropped:
        return Recommendation("truncation", REASON_FLOOR)
    if noise is None and _gain(corrected, fits["mono"]) > limits["aicc_gain"]:
        return Recommendation("second-moment", REASON_FLOOR)
    return Recommendation("mono", REASON_CLEAN)


def _noise_share(curve: RegionCurve, echoes: Sequence[int], noise: Noise) -> float:
    """Return by which share noise raises the last echo: √(A² + 2Lσ²)/A − 1."""
    square = float(curve.rms[max(echoes) - 1]) ** 2
    clean = square - 2.0 * noise.n_coils * noise.sigma**2
    return float(np.sqrt(square / clean)) - 1.0 if clean > 0 else np.inf


def _gain(better: RegionFit, other: RegionFit) -> float:
    """Return by how much the AICc of a fit is lower; −∞ where they cannot be compared."""
    if better.result.aicc is None or other.result.aicc is None:
        return -np.inf
    return other.result.aicc - better.result.aicc
