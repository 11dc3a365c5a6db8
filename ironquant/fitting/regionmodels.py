"""All models on one region, and what they say together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ironquant.core import ModelResult, Recommendation
from ironquant.fitting.comparison import (
    Residual,
    fat_seen,
    has_trend,
    models_to_fit,
    recommend,
    residual_of,
    two_components,
)
from ironquant.fitting.fat import fat_oscillation
from ironquant.fitting.region import RegionFit, RegionProblem


@dataclass(frozen=True, eq=False)
class RegionModels:
    """Every model on the curve of one region.

    Attributes
    ----------
    fits : mapping of str to RegionFit
        By model, in the order in which they are shown.
    reported : RegionFit
        The one of `fits` that is reported.
    fat_amplitude : float or None
        Amplitude at the fat–water frequency over S0.
    residual : Residual or None
        Of the reported fit.
    recommended : Recommendation or None
    """

    fits: Mapping[str, RegionFit]
    reported: RegionFit
    fat_amplitude: float | None
    residual: Residual | None
    recommended: Recommendation | None

    @property
    def results(self) -> tuple[ModelResult, ...]:
        """The results in order."""
        return tuple(fitted.result for fitted in self.fits.values())


def fit_models(
    problem: RegionProblem, reported: str, *, live: bool = False, alone: bool = False
) -> RegionModels:
    """Fit every model that the data allow to the curve of a region, and compare them.

    Parameters
    ----------
    problem : RegionProblem
    reported : str
        Model that is fitted in any case.
    live : bool
        Only what must keep up with a region that is dragged; what the recommendation rests on is
        fitted all the same, so that it does not change when the mouse is let go.
    alone : bool
        The reported model and no other, without a recommendation: for one of many regions.

    Raises
    ------
    FitArgumentError, SettingsError
        As `fit_region`.
    """
    curve, noise, field_t = problem.curve, problem.conditions.noise, problem.conditions.field_t
    usable = problem.chosen + 1
    fat_amplitude = _fat_amplitude(problem)
    possible = models_to_fit(len(usable), field_t)
    wanted = set(models_to_fit(len(usable), field_t, live=live)) | {reported}
    if alone:
        wanted = {reported}
    elif fat_seen(fat_amplitude):
        wanted |= {"fat-water"} & set(possible)

    found = {name: problem.fit(name) for name in wanted}
    advised: Recommendation | None = None
    if curve.n and not alone:
        advised = recommend(found, curve, usable.tolist(), noise=noise, fat_amplitude=fat_amplitude)
        one = found[advised.model]
        if "biexp" in possible and has_trend(one):
            if "biexp" not in found:
                found["biexp"] = problem.fit("biexp")
            advised = None if two_components(found["biexp"], one) else advised
    fits = {name: found[name] for name in dict.fromkeys((*possible, reported)) if name in found}
    return RegionModels(
        fits=fits,
        reported=fits[reported],
        fat_amplitude=fat_amplitude,
        residual=residual_of(fits[reported], curve),
        recommended=advised,
    )


def _fat_amplitude(problem: RegionProblem) -> float | None:
    """Return the oscillation of all echoes, the noise floor taken out where it is known."""
    noise, field_t = problem.conditions.noise, problem.conditions.field_t
    if field_t is None:
        return None
    floor = 2.0 * noise.n_coils * noise.sigma**2 if noise else 0.0
    amplitude = np.sqrt(np.maximum(problem.curve.rms**2 - floor, 0.0))
    return fat_oscillation(amplitude, problem.times.tolist(), field_t)
