"""Moments of the magnitude of L combined channels: non-central chi, in units of σ.

The magnitude M of L channels with a joint amplitude A and Gaussian noise of SD σ in every real and
imaginary part has E[M²] = A² + 2Lσ² exactly (Constantinides et al., Magn Reson Med 1997;38:852;
L = 1: Rice, Gudbjartsson and Patz, Magn Reson Med 1995;34:910). Mean and slope follow from the
variance v(u), u = A/σ, which is smooth and bounded (about ½ … 1): it is the one thing tabulated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ironquant.fitting.pieces import pieces

Array = NDArray[np.float64]

NODES = 2049
SERIES_FROM = 100.0
"""Squared amplitude from which the asymptotic series holds for few channels …"""
SERIES_FROM_PER_COIL = 4.0
"""… and for many, per channel."""
SERIES_TERMS = 45
POISSON_WIDTH = 9.0
"""Terms of the mixture further than this many SD from its centre are below 1e-17."""
CHUNK, VALUES = 128, 49_152
"""In a piece of `_mixture`, and of the values that are looked up."""
WAVES = 16
"""Degree of the polynomial for the compiled kernels."""
WAVE_MIDDLE = 2.5
"""Its middle, in units of that of the table."""


@dataclass(frozen=True, eq=False)
class ChiTable:
    """Variance v of the magnitude over u = A/σ, on an even grid in x = u / (u + c).

    With ``n`` nodes, x_i = i / (n − 1); between two nodes v is the cubic Hermite polynomial of
    `values` and `slopes`. From v follow E = √(u² + 2L − v) and dE/du = (u − ½ dv/du) / E, where
    dx/du = c / (u + c)².

    Attributes
    ----------
    n_coils : int
        Channels L.
    c : float
        Amplitude (in σ) at the middle of the grid.
    values : ndarray, shape (n,)
        v at the nodes; 1 at the last one (u = ∞). Read-only.
    slopes : ndarray, shape (n,)
        dv/dx times the step 1 / (n − 1). Read-only.
    """

    n_coils: int
    c: float
    values: Array
    slopes: Array

    @property
    def n(self) -> int:
        """Number of nodes."""
        return len(self.values)

    def moments(self, amplitude_over_sigma: ArrayLike) -> tuple[Array, Array, Array]:
        """Return mean, its slope and variance of the magnitude, in units of σ.

        Parameters
        ----------
        amplitude_over_sigma : array_like, any shape
            u = A/σ ≥ 0, finite; NaN gives NaN.

        Returns
        -------
        mean, slope, variance : ndarray, of that shape
            E[M]/σ, dE[M]/dA and var(M)/σ²; relative errors below 1e-12, 1e-7 and 1e-11.
        """
        u = np.asarray(amplitude_over_sigma, dtype=np.float64)
        flat, found = u.ravel(), np.empty((3, *u.shape))
        parts = found.reshape(3, -1)
        for part in pieces(flat.size, VALUES):
            self._moments(flat[part], *parts[:, part])
        return found[0], found[1], found[2]

    def _moments(self, u: Array, mean: Array, slope: Array, variance: Array) -> None:
        """Fill in the moments, in place throughout: fresh arrays cost more than the arithmetic."""
        last = self.n - 2
        share = u + self.c
        np.divide((last + 1) * self.c, share, out=share)
        t = (last + 1) - share
        # fmin hands the other argument on where u is NaN: the index stays valid, the offset is NaN.
        index = np.fmin(t, last).astype(np.intp)
        t -= index
        low, rise, square, cube = (np.take(each, index, mode="clip") for each in self._powers)
        # Horner's rule for the variance and, beside it, for its change with t.
        cube *= t
        square += cube
        change = np.add(square, cube, out=cube)
        square *= t
        square += rise
        change *= t
        change += square
        np.multiply(square, t, out=variance)
        variance += low
        change *= share
        change *= share
        change *= 0.5 / ((last + 1) * self.c)
        np.multiply(u, u, out=mean)
        mean += np.subtract(2.0 * self.n_coils, variance, out=low)
        np.sqrt(mean, out=mean)
        np.subtract(u, change, out=slope)
        slope /= mean

    @property
    def wave_middle(self) -> float:
        """Amplitude (in σ) at which z of `wave` is 0."""
        return WAVE_MIDDLE * self.c

    @cached_property
    def wave(self) -> Array:
        """Return v as a polynomial in z = (u² − c²)/(u² + c²), c = `wave_middle`: nothing is looked up.

        It suits v, which is even in u and for large u a series in 1/u². Coefficients of 1, z, z² …, shape
        (WAVES + 1,); relative errors below 5e-9 of the mean, 1e-6 of its slope.
        """
        chebyshev = np.polynomial.Chebyshev.interpolate(self._variance_at, WAVES)
        coefficients = np.zeros(WAVES + 1)
        powers = chebyshev.convert(kind=np.polynomial.Polynomial).coef
        coefficients[: len(powers)] = powers
        return coefficients

    def _variance_at(self, z: Array) -> Array:
        return self.moments(self.wave_middle * np.sqrt((1.0 + z) / (1.0 - z)))[2]

    @cached_property
    def _powers(self) -> Array:
        """Coefficients of 1, t, t² and t³ between the nodes, shape (4, n − 1)."""
        low, rise, fall = self.values[:-1], self.slopes[:-1], self.slopes[1:]
        step = np.diff(self.values)
        return np.stack([low, rise, 3.0 * step - 2.0 * rise - fall, rise + fall - 2.0 * step])


@lru_cache(maxsize=64)
def chi_table(n_coils: int) -> ChiTable:
    """Return the table of the magnitude of `n_coils` channels.

    Parameters
    ----------
    n_coils : int
        L ≥ 1; tested up to 1024.

    Returns
    -------
    ChiTable
        Made once per process and number of channels (3 to 10 ms).
    """
    c = float(np.sqrt(2.0 * n_coils))
    x = np.linspace(0.0, 1.0, NODES)[:-1]
    u = c * x / (1.0 - x)
    values, slopes = np.ones(NODES), np.zeros(NODES)
    # u ascends: the mixture gives the first nodes, the series the rest.
    split = int(np.searchsorted(u**2, max(SERIES_FROM, SERIES_FROM_PER_COIL * n_coils)))
    by_mixture, by_series = _mixture(u[:split], n_coils), _asymptotic(u[split:], n_coils)
    values[:-1] = np.concatenate([by_mixture[0], by_series[0]])
    change = np.concatenate([by_mixture[1], by_series[1]])
    slopes[:-1] = change * (u + c) ** 2 / c / (NODES - 1)
    values.flags.writeable = slopes.flags.writeable = False
    return ChiTable(n_coils, c, values, slopes)


@lru_cache(maxsize=64)
def chi_mean(n_coils: int) -> float:
    """Return the mean of central chi noise in units of σ: √2·Γ(L + ½)/Γ(L)."""
    return float(np.sqrt(2.0 * n_coils - _central_variances(n_coils, 1)[0]))


def chi_relative_sd(n_coils: int) -> float:
    """Return SD / mean of central chi noise (0.523 for one channel)."""
    variance = float(_central_variances(n_coils, 1)[0])
    return float(np.sqrt(variance / (2.0 * n_coils - variance)))


def _central_variances(first: int, count: int) -> Array:
    """Return the variance of central chi noise of `first`, `first` + 1, … channels (in σ²).

    Γ(k + 3/2)/Γ(k + 1) = (1 + 1/(2k))·Γ(k + ½)/Γ(k) gives the variance for k from that for k + 1;
    downwards errors shrink, and 2k − mean², which cancels for many channels, is never formed.
    """
    variances = np.empty(count)
    beyond = first + count + 64
    variance = 0.5 - 1.0 / (16.0 * beyond) - 1.0 / (64.0 * beyond**2)
    variance += 5.0 / (1024.0 * beyond**3) + 23.0 / (4096.0 * beyond**4)
    for k in range(beyond - 1, first - 1, -1):
        half = 0.5 / k
        variance = (variance + half) / (1.0 + half) ** 2
        if k < first + count:
            variances[k - first] = variance
    return variances


def _mixture(u: Array, n_coils: int) -> tuple[Array, Array]:
    """Return v and dv/du for moderate u from central chi noise mixed over a Poisson number.

    Non-central chi of L channels is central chi of L + N channels, N Poisson with mean z = u²/2. The
    variance is that within plus that between: sums of positive terms, nothing cancels.
    """
    z = 0.5 * u**2
    reach = POISSON_WIDTH * np.sqrt(z) + 40.0
    terms = int(np.ceil(2.0 * reach.max(initial=0.0)))
    first = np.maximum(np.floor(z - reach), 0.0).astype(np.intp)
    most = int(first.max(initial=0)) + terms
    inside = _central_variances(n_coils, most)
    means = np.sqrt(2.0 * (n_coils + np.arange(most)) - inside)
    rises = means / (2.0 * (n_coils + np.arange(most)))
    log_factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1.0, most)))])
    variance, change = np.empty(len(u)), np.empty(len(u))
    for part in pieces(len(u), CHUNK):
        count = int(np.ceil(2.0 * reach[part].max()))
        number = first[part, None] + np.arange(count)
        log_z = np.log(np.maximum(z[part], np.finfo(float).tiny))
        weight = np.exp(number * log_z[:, None] - z[part, None] - log_factorials[number])
        weight /= np.sum(weight, axis=1, keepdims=True)
        mean = np.sum(weight * means[number], axis=1)
        between = np.sum(weight * (means[number] - mean[:, None]) ** 2, axis=1)
        variance[part] = np.sum(weight * inside[number], axis=1) + between
        change[part] = 2.0 * u[part] * (1.0 - mean * np.sum(weight * rises[number], axis=1))
    return variance, change


def _asymptotic(u: Array, n_coils: int) -> tuple[Array, Array]:
    """Return v and dv/du for large u from the asymptotic series of 1F1(−½; L; −u²/2).

    E = u·Σ s_k w^k with w = 2/u², s_k = (−½)_k (½ − L)_k / k!. In E² the first two orders are u² and
    2L − 1 exactly; they are left out of the sum, so that nothing cancels.
    """
    k = np.arange(SERIES_TERMS - 1)
    series = np.concatenate([[1.0], np.cumprod((k - 0.5) * (k + 0.5 - n_coils) / (k + 1.0))])
    square = np.convolve(series, series)[:SERIES_TERMS]
    w = 2.0 / u**2
    order = np.arange(2, SERIES_TERMS)
    variance = 1.0 - 2.0 * w * np.polynomial.polynomial.polyval(w, square[2:])
    by_w = -2.0 * np.polynomial.polynomial.polyval(w, (order - 1.0) * square[2:])
    return variance, by_w * -2.0 * w / u
