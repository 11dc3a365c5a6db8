"""What a call of `fit` asks, checked: words for the caller where something does not fit together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ironquant.core import MIN_ECHOES, FitArgumentError, require_model_name
from ironquant.fitting.modelfit import Array, Conditions
from ironquant.fitting.models import MODELS, Model
from ironquant.fitting.noise import Noise

LARGEST, SMALLEST = 1e75, 1e-75
"""Magnitudes whose squares and products stay finite; no scanner comes near them."""
MOST_COILS = 1024


@dataclass(frozen=True, eq=False)
class Problem:
    """A checked call: voxels to fit, echo times and what is known beside them.

    Attributes
    ----------
    flat : ndarray, shape (all voxels, echo)
    chosen : ndarray of int
        Indices of the echoes to use.
    mask : ndarray of bool, shape (all voxels,), or None
        Voxels to fit; None: all.
    te : ndarray
        Times of the chosen echoes, ms.
    weights : ndarray, shape (all voxels or 1, chosen echo), or None
    rate_bounds : tuple of float or None
        Slowest and fastest rate accepted, 1/ms.
    """

    name: str
    model: Model
    shape: tuple[int, ...]
    flat: NDArray[Any]
    chosen: NDArray[np.intp]
    mask: NDArray[np.bool_] | None
    all_te: Array
    te: Array
    noise: Noise | None
    n_coils: int
    weights: Array | None
    rate_bounds: tuple[float, float] | None
    field_t: float | None
    precession: int
    r_squared_target: float | None

    @property
    def count(self) -> int:
        """Number of voxels to fit."""
        return len(self.flat) if self.mask is None else int(np.count_nonzero(self.mask))

    def rows(self, block: slice) -> NDArray[np.intp]:
        """Return which voxels of a range are to be fitted."""
        if self.mask is None:
            return np.arange(block.start, block.stop)
        return np.asarray(np.flatnonzero(self.mask[block]) + block.start)

    def signals(self, rows: NDArray[np.intp]) -> NDArray[Any]:
        """Return the signals of some voxels, shape (voxel, echo), as they are held."""
        part = np.take(self.flat, rows, axis=0)
        return part if len(self.chosen) == self.flat.shape[1] else np.take(part, self.chosen, axis=1)

    def curves(self, rows: NDArray[np.intp]) -> tuple[NDArray[Any], Array | None]:
        """Return the signals of some voxels, shape (echo, voxel), and their weights."""
        dtype = np.complex128 if self.model.complex_signal else np.float64
        curves = np.array(self.signals(rows).T, dtype=dtype, order="C")
        if self.weights is None or len(self.weights) == 1:
            return curves, None if self.weights is None else self.weights.T
        return curves, np.array(self.weights[rows].T, order="C")

    def conditions(self, weights: Array | None) -> Conditions:
        """Return what the model is told."""
        return Conditions(
            noise=self.noise,
            n_coils=self.n_coils,
            field_t=self.field_t,
            weights=weights,
            precession=self.precession,
            r_squared_target=self.r_squared_target,
        )


def prepare(
    signal: ArrayLike,
    te_ms: Sequence[float] | NDArray[np.floating],
    name: str,
    *,
    sigma: float | None,
    n_coils: int,
    weights: ArrayLike | Literal["none"] | None,
    echoes: Sequence[int] | None,
    mask: ArrayLike | None,
    bounds: tuple[float, float] | None,
    field_t: float | None,
    precession: int,
    r_squared_target: float | None,
) -> Problem:
    """Check the arguments of `fit`, which tells what they are.

    Raises
    ------
    FitArgumentError, SettingsError
    """
    model = require_model(name)
    data, te = _checked_signal(signal, te_ms, model)
    if not (sigma is None or (_is_number(sigma) and 0 <= sigma < LARGEST)):
        raise _wrong("sigma must be finite and not negative")
    if not (isinstance(n_coils, int | np.integer) and 1 <= n_coils <= MOST_COILS):
        raise _wrong(f"n_coils must be a whole number from 1 to {MOST_COILS}")
    if field_t is not None and not (_is_number(field_t) and field_t > 0):
        raise _wrong("field_t must be the field in tesla")
    if model.needs_field and field_t is None:
        raise FitArgumentError("fat_field_missing", model=name)
    if precession not in (1, -1):
        raise _wrong("precession must be 1 or -1")
    if r_squared_target is not None and not (_is_number(r_squared_target) and 0 < r_squared_target < 1):
        raise _wrong("r_squared_target must lie between 0 and 1")
    chosen = chosen_echoes(echoes, len(te))
    solved = MODELS["mono"] if echoes is not None and name == "truncation" else model
    if r_squared_target is not None and name != "truncation":
        raise _wrong("r_squared_target is for the model truncation")
    return Problem(
        name=name,
        model=solved,
        shape=data.shape[:-1],
        flat=data.reshape(-1, len(te)),
        chosen=chosen,
        mask=_checked_mask(mask, data.shape[:-1]),
        all_te=te,
        te=te[chosen],
        noise=None if sigma is None else Noise(float(sigma), int(n_coils)),
        n_coils=int(n_coils),
        weights=_checked_weights(weights, name, model, data.shape, chosen),
        rate_bounds=_rate_bounds(bounds),
        field_t=field_t,
        precession=precession,
        r_squared_target=r_squared_target,
    )


def require_model(name: str) -> Model:
    """Return a model by its name.

    Raises
    ------
    SettingsError
        ``model_unknown``.
    """
    require_model_name(name)
    return MODELS[name]


def chosen_echoes(echoes: Sequence[int] | None, n_echoes: int) -> NDArray[np.intp]:
    """Return the indices (from 0) of the echoes a reader chose (from 1), or of all.

    Raises
    ------
    FitArgumentError
        ``echoes_invalid``: fewer than three, repeated, or outside the train.
    """
    if echoes is None:
        return np.arange(n_echoes)
    chosen = sorted(set(echoes).intersection(range(1, n_echoes + 1)))
    if len(chosen) != len(echoes) or len(chosen) < MIN_ECHOES:
        raise FitArgumentError("echoes_invalid", echoes=tuple(echoes), n_echoes=n_echoes, needed=MIN_ECHOES)
    return np.asarray(chosen, dtype=np.intp) - 1


def _checked_signal(
    signal: ArrayLike, te_ms: Sequence[float] | NDArray[np.floating], model: Model
) -> tuple[NDArray[Any], Array]:
    """Return the signal array and the echo times, or say what is wrong with them."""
    try:
        data, te = np.asarray(signal), np.asarray(te_ms, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise _wrong("signal and te_ms must be arrays of numbers") from error
    if te.size == 0 or data.ndim == 0 or te.ndim != 1 or data.shape[-1] != len(te):
        raise _wrong("signal needs the echoes along its last axis, one for each te_ms")
    if not (np.all((te > SMALLEST) & (te < LARGEST)) and np.all(np.diff(te) > 0)):
        raise _wrong("te_ms must be finite, positive and strictly ascending")
    if model.complex_signal and data.dtype.kind != "c":
        raise _wrong("signal must be complex for this model: magnitude alone has no phase")
    if not model.complex_signal and data.dtype.kind not in "biuf":
        raise _wrong("signal must be real magnitude")
    return data, te


def _checked_mask(mask: ArrayLike | None, shape: tuple[int, ...]) -> NDArray[np.bool_] | None:
    if mask is None:
        return None
    wanted = np.asarray(mask, dtype=bool)
    if wanted.shape != shape:
        raise _wrong("mask must be shaped like signal without its echo axis")
    return wanted.ravel()


def _checked_weights(
    weights: ArrayLike | Literal["none"] | None,
    name: str,
    model: Model,
    shape: tuple[int, ...],
    chosen: NDArray[np.intp],
) -> Array | None:
    """Return weights of shape (voxel or 1, chosen echo), or None for those of the model."""
    if weights is None:
        return None
    if not model.weighted:
        raise _wrong(f"the model {name} has its own weights")
    if isinstance(weights, str):
        if weights != "none":
            raise _wrong('weights must be "none" or numbers')
        return np.ones((1, len(chosen)))
    try:
        given = np.asarray(weights, dtype=np.float64)
        if given.ndim != 1:
            given = np.broadcast_to(given, shape)
    except (TypeError, ValueError) as error:
        raise _wrong("weights must be one number per echo, or shaped like signal") from error
    if given.shape[-1] != shape[-1]:
        raise _wrong("weights must be one number per echo, or shaped like signal")
    given = given.reshape(-1, shape[-1])[:, chosen]
    largest = given.max(axis=1, keepdims=True, initial=0.0)
    if not (np.all(given >= 0) and np.all(largest < LARGEST)):
        raise _wrong("weights must be finite and not negative")
    if np.any(np.count_nonzero(given, axis=1) < MIN_ECHOES):
        raise _wrong(f"weights must leave at least {MIN_ECHOES} echoes")
    return np.asarray(given / largest)


def _rate_bounds(bounds: tuple[float, float] | None) -> tuple[float, float] | None:
    if bounds is None:
        return None
    if not (len(bounds) == 2 and all(map(_is_number, bounds)) and 0 < bounds[0] < bounds[1] < LARGEST):
        raise _wrong("bounds must be the least and the largest T2* in ms")
    return 1.0 / bounds[1], 1.0 / bounds[0]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and bool(np.isfinite(value))


def _wrong(reason: str) -> FitArgumentError:
    return FitArgumentError("fit_arguments", reason=reason)
