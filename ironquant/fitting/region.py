"""Fit the mean signal of a region: value, or the limit beyond which it is only known to lie."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ironquant.core import (
    MIN_ECHOES,
    FitArgumentError,
    FitStatus,
    ModelResult,
    Value,
    require_magnitude_name,
)
from ironquant.fitting.arguments import chosen_echoes
from ironquant.fitting.chi import chi_mean, chi_table
from ironquant.fitting.engine import MEASURABLE_FIRST_TE_FRACTION
from ironquant.fitting.limits import region_limits
from ironquant.fitting.modelfit import Array, Conditions, ModelFit
from ironquant.fitting.models import MODELS, Model
from ironquant.fitting.noise import Noise
from ironquant.fitting.pixels import RegionCurve
from ironquant.fitting.profile import profile_interval
from ironquant.fitting.spectrum import fat_modulation
from ironquant.fitting.truncation import (
    echoes_above_floor,
    goodness_of_fit,
    leading_fits,
    own_floor,
    variation_of,
)

SIGMA_RELATIVE_SE = 0.05
"""How well the noise level is known; it limits what late echoes can tell."""
SIGNAL_RELATIVE_SE = 0.02
"""Texture, partial volume and ghosts move the mean of real tissue by this much between echoes."""
LIKELY_RATIO = 1.4
"""A noise-corrected value is given where the limits of its rate lie no further apart than this."""


@dataclass(frozen=True)
class RegionFit:
    """One model on a region's curve, with the echoes it used and why there is a bound or nothing.

    Attributes
    ----------
    residuals : tuple of float
        Measured minus expected magnitude of the echoes used.
    """

    result: ModelResult
    echoes_used: tuple[int, ...]
    status: FitStatus
    residuals: tuple[float, ...] = ()


def fit_region(
    curve: RegionCurve,
    te_ms: Sequence[float],
    model: str,
    *,
    noise: Noise | None = None,
    echoes: Sequence[int] | None = None,
    s0_at_least: float | None = None,
    field_t: float | None = None,
    r_squared_target: float | None = None,
) -> RegionFit:
    """Fit one model to the curve of a region; for several, see `RegionProblem`.

    Parameters
    ----------
    model : str
        One of `MAGNITUDE_MODELS`.
    curve, te_ms, noise, echoes, s0_at_least, field_t, r_squared_target
        As for `RegionProblem.of`.

    Returns
    -------
    RegionFit
        `result.t2star_ms` is a value, a bound, or None.

    Raises
    ------
    FitArgumentError, SettingsError
        As `ironquant.fit`.
    """
    require_magnitude_model(model)
    problem = RegionProblem.of(
        curve,
        te_ms,
        noise=noise,
        echoes=echoes,
        s0_at_least=s0_at_least,
        field_t=field_t,
        r_squared_target=r_squared_target,
    )
    return problem.fit(model)


@dataclass(frozen=True, eq=False)
class RegionProblem:
    """The curve of one region, and what every model on it shares.

    Attributes
    ----------
    curve : RegionCurve
        All echoes.
    times : ndarray, shape (echo,)
        Of all echoes, in ms.
    chosen : ndarray of int, shape (chosen,)
        Echoes to use, numbered from 0.
    by_hand : bool
        Whether the reader chose the echoes, which truncation then takes as they are.
    conditions : Conditions
    s0_at_least : float or None
    """

    curve: RegionCurve
    times: Array
    chosen: NDArray[np.intp]
    by_hand: bool
    conditions: Conditions
    s0_at_least: float | None

    @classmethod
    def of(
        cls,
        curve: RegionCurve,
        te_ms: Sequence[float],
        *,
        noise: Noise | None = None,
        echoes: Sequence[int] | None = None,
        s0_at_least: float | None = None,
        field_t: float | None = None,
        r_squared_target: float | None = None,
    ) -> RegionProblem:
        """Return the problem of a curve.

        Parameters
        ----------
        curve : RegionCurve
        te_ms : sequence of float
        noise : Noise, optional
            Of one pixel; the mean of many pixels has the same floor and less scatter.
        echoes : sequence of int, optional
            Numbered from 1.
        s0_at_least : float, optional
            Signal at TE 0 that tissue here has at least. It gives a limit where even the first echo is
            noise and the curve alone says nothing.
        field_t : float, optional
            Actual field in tesla, for models with fat.
        r_squared_target : float, optional
            For ``truncation``: keep the most leading echoes whose fit reaches it.
        """
        chosen = chosen_echoes(echoes, len(te_ms))
        conditions = Conditions(
            noise=noise,
            n_coils=noise.n_coils if noise else 1,
            field_t=field_t,
            r_squared_target=r_squared_target,
        )
        times = np.asarray(te_ms, dtype=np.float64)
        return cls(curve, times, chosen, echoes is not None, conditions, s0_at_least)

    @cached_property
    def te(self) -> Array:
        """Times of the echoes to use in ms, shape (chosen,)."""
        return self.times[self.chosen]

    @cached_property
    def signals(self) -> Mapping[str, tuple[Array, Array]]:
        """What models are fitted to (`Model.region_signal`), shape (chosen,), and its sum about the mean."""
        chosen = {"mean": self.curve.mean[self.chosen], "rms": self.curve.rms[self.chosen]}
        return {name: (signal, variation_of(signal[:, None])) for name, signal in chosen.items()}

    @cached_property
    def knowing(self) -> Conditions:
        """The conditions for models that fit decays alone, with these decays."""
        return replace(
            self.conditions, fits_by_length=leading_fits(self.curve.mean[self.chosen, None], self.te)
        )

    @cached_property
    def judged(self) -> Noise | None:
        """The noise by which values and bounds are judged: known, or shown by the floor of the curve.

        A curve of which only the first echoes stand above the floor must not be read as a slow decay.
        """
        if self.conditions.noise is not None:
            return self.conditions.noise
        with np.errstate(all="ignore"):
            floor = float(own_floor(self.curve.rms[self.chosen, None], self.te, 1)[0])
        return Noise(floor / chi_mean(1), 1) if floor > 0 else None

    @cached_property
    def enough(self) -> bool:
        """Whether three echoes stand above twice the noise mean (clinical reference, section 1.3)."""
        if self.judged is None:
            return True
        mean = self.curve.mean[self.chosen, None]
        return bool(echoes_above_floor(mean, self.judged.floor)[0] >= MIN_ECHOES)

    @cached_property
    def limits(self) -> tuple[float | None, float | None]:
        """One-sided 95 % limits of the rate from the likelihood of the mean square signal, in 1/ms.

        The mean of S² over n pixels has variance 4σ²(A² + Lσ²)/n, to which come what tissue adds (2 % of
        the signal) and how well the noise level is known (5 %). None where the likelihood sets no limit,
        or the noise is not known.
        """
        noise, curve = self.judged, self.curve
        if noise is None:
            return None, None
        noise_square = 2.0 * noise.n_coils * noise.sigma**2

        def variance(expected: Array) -> Array:
            by_noise = 4.0 * noise.sigma**2 * (expected + 0.5 * noise_square) / curve.n
            by_floor, by_tissue = 2.0 * SIGMA_RELATIVE_SE * noise_square, 2.0 * SIGNAL_RELATIVE_SE * expected
            return np.asarray(by_noise + by_floor**2 + by_tissue**2)

        square = curve.rms[self.chosen] ** 2
        limits = region_limits(square, self.te, noise, variance, s0_at_least=self.s0_at_least)
        low, high = (limit if np.isfinite(limit) else None for limit in limits)
        return low, high

    @property
    def close(self) -> bool:
        """Whether the likelihood bounds the rate well enough for a value.

        A noise-corrected fit uses what lies below the floor too, so it may do with fewer echoes above.
        """
        low, high = self.limits
        return low is not None and high is not None and high <= LIKELY_RATIO * low

    def fit(self, model: str) -> RegionFit:
        """Fit one of `MAGNITUDE_MODELS`.

        Raises
        ------
        FitArgumentError
            ``fat_field_missing``.
        SettingsError
            As `require_magnitude_model`.
        """
        entry, chosen, te = require_magnitude_model(model), self.chosen, self.te
        if entry.needs_field and self.conditions.field_t is None:
            raise FitArgumentError("fat_field_missing", model=model)
        if self.curve.n == 0:
            return self._without_number(model, FitStatus.NOT_FINITE)
        signal, variation = self.signals[entry.region_signal]
        if len(te) < entry.least_echoes:
            return self._without_number(model, FitStatus.TOO_FEW_ECHOES)
        if not signal.max() > 0:
            return self._without_number(model, FitStatus.NOISE_FLOOR)
        solved = "mono" if model == "truncation" and self.by_hand else model
        with np.errstate(all="ignore"):
            conditions = self.knowing if entry.plain else self.conditions
            fitted = MODELS[solved].solve(signal[:, None], te, conditions)
            interval = profile_interval(solved, signal, te, conditions, fitted)
        value, status = self._value(fitted, interval, entry.corrects_noise)
        used = int(fitted.used[0])
        explained = float(goodness_of_fit(fitted, signal[:, None], variation=variation)[0])
        result = self._result(model, fitted, value, status, explained)
        expected = expected_signal(result, te[:used], self.conditions.n_coils)
        residuals = () if expected is None else tuple((signal[:used] - expected).tolist())
        return RegionFit(result, tuple((chosen[:used] + 1).tolist()), status, residuals)

    def _without_number(self, model: str, status: FitStatus) -> RegionFit:
        result = ModelResult(model, Value(), Value(), None, None, None, None, None)
        return RegionFit(result, tuple((self.chosen + 1).tolist()), status)

    def _value(
        self, fitted: ModelFit, interval: tuple[float, float], corrects_noise: bool
    ) -> tuple[Value, FitStatus]:
        """Decide between a value, an upper bound (too fast), a lower bound (no decay) and nothing."""
        rate, (slowest, fastest), te = float(fitted.rate[0]), interval, self.te
        if not math.isfinite(rate):
            return Value(), FitStatus.NOISE_FLOOR
        too_fast = fitted.at_fastest[0] or rate * MEASURABLE_FIRST_TE_FRACTION * te[0] > 1.0
        # A clear curve does not need its limits.
        if too_fast or not (self.enough or (corrects_noise and self.close)):
            limit = self.limits[0]
            if self.judged is None and slowest > 0:
                limit = slowest
            if limit is None:
                return Value(), FitStatus.NOISE_FLOOR
            return Value(1.0 / limit, "upper"), FitStatus.BELOW_FIRST_ECHO
        if fitted.at_slowest[0] or not slowest > 0 or not math.isfinite(fastest):
            if 0 < fastest * te[-1] < 1.0:
                return Value(1.0 / fastest, "lower"), FitStatus.NO_DECAY
            return Value(), FitStatus.NO_DECAY
        return Value(1.0 / rate, "none", (1.0 / fastest, 1.0 / slowest)), FitStatus.OK

    def _result(
        self, model: str, fitted: ModelFit, value: Value, status: FitStatus, explained: float
    ) -> ModelResult:
        measured = value.value is not None and value.bound == "none"
        used, noise, extra = int(fitted.used[0]), self.conditions.noise, fitted.extra

        def number(array: Array | None) -> float | None:
            if array is None or not measured:
                return None
            first = float(array[0])
            return first if math.isfinite(first) else None

        return ModelResult(
            model=model,
            t2star_ms=value,
            r2star_per_s=value.reciprocal(1000.0),
            s0=number(fitted.amplitude),
            offset=number(fitted.offset),
            fat_fraction=number(extra.get("fat_fraction")),
            r_squared=explained if math.isfinite(explained) and value.value else None,
            aicc=_aicc(fitted, len(self.te)),
            sigma=noise.sigma if noise else number(fitted.sigma),
            field_t=self.conditions.field_t if "fat_fraction" in extra else None,
            fraction_second=number(extra.get("fraction_second")),
            t2star_second_ms=number(extra.get("t2star_second_ms")),
            relative_se=float(fitted.residual_se[0] / fitted.rate[0]) if status == FitStatus.OK else None,
            n_echoes=used,
        )


def require_magnitude_model(name: str) -> Model:
    """Return a model that a series of magnitude images can be fitted with, by its name.

    Raises
    ------
    SettingsError
        ``model_unknown``, ``model_complex``.
    """
    require_magnitude_name(name)
    return MODELS[name]


def expected_signal(fitted: ModelResult, te_ms: NDArray[np.float64], n_coils: int) -> Array | None:
    """Return the magnitude that a fitted model expects, to draw its line.

    Parameters
    ----------
    te_ms : ndarray, shape (n,)
    n_coils : int
        Effective channels of the noise.

    Returns
    -------
    ndarray, shape (n,), or None
        None where the model gave no number, or is none of `MODELS`.
    """
    rate = fitted.r2star_per_s
    if fitted.model not in MODELS or fitted.s0 is None or rate.value is None or rate.bound != "none":
        return None
    decay = fitted.s0 * np.exp(-te_ms * rate.value / 1000.0)
    if fitted.fraction_second and fitted.t2star_second_ms:
        second = fitted.s0 * np.exp(-te_ms / fitted.t2star_second_ms)
        decay = decay + fitted.fraction_second * (second - decay)
    if fitted.fat_fraction and fitted.field_t:
        fat = fitted.fat_fraction
        decay = decay * np.abs(1.0 - fat + fat * fat_modulation(te_ms, fitted.field_t))
    decay = decay + (fitted.offset or 0.0)
    if not MODELS[fitted.model].corrects_noise or not fitted.sigma:
        return np.asarray(decay)
    if fitted.model == "rician":
        return fitted.sigma * chi_table(n_coils).moments(decay / fitted.sigma)[0]
    return np.asarray(np.sqrt(decay**2 + 2.0 * n_coils * fitted.sigma**2))


def _aicc(fitted: ModelFit, count: int) -> float | None:
    """Return the corrected Akaike criterion of the magnitude; None unless all echoes were fitted.

    Values of fits on different echoes cannot be compared, so a truncated fit has none.
    """
    parameters, rss = int(count - fitted.dof[0]) + 1, float(fitted.misfit[0])
    if fitted.used[0] < count or count - parameters - 1 <= 0 or not rss > 0:
        return None
    correction = 2.0 * parameters * (parameters + 1) / (count - parameters - 1)
    return float(count * np.log(rss / count) + 2.0 * parameters + correction)
